package keras

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/solver"
)

// optimizer describes a solver by Keras' names.
type optimizer struct {
	class    string
	settings map[string]any // pointers into the solver
	slots    []string       // Keras' names of the solver's slots, in its order
	options  *solver.Options
}

func describe(s gorgonia.Solver) (optimizer, error) {
	o := optimizer{settings: map[string]any{}}
	switch s := s.(type) {
	case *solver.SGD:
		o = optimizer{"SGD", map[string]any{"momentum": &s.Momentum, "nesterov": &s.Nesterov}, nil, &s.Options}
		if s.Momentum != 0 {
			o.slots = []string{"momentum"}
		}
	case *solver.RMSprop:
		o = optimizer{"RMSprop", map[string]any{"rho": &s.Rho, "epsilon": &s.Epsilon}, []string{"velocity"}, &s.Options}
	case *solver.Adagrad:
		o = optimizer{"Adagrad", map[string]any{"epsilon": &s.Epsilon,
			"initial_accumulator_value": &s.InitialAccumulatorValue}, []string{"accumulator"}, &s.Options}
	case *solver.Adadelta:
		o = optimizer{"Adadelta", map[string]any{"rho": &s.Rho, "epsilon": &s.Epsilon},
			[]string{"accumulated_grad", "accumulated_delta_var"}, &s.Options}
	case *solver.Adam:
		o = optimizer{"Adam", adamSettings(&s.Beta1, &s.Beta2, &s.Epsilon, &s.AMSGrad), adamSlots(s.AMSGrad), &s.Options}
	case *solver.AdamW:
		o = optimizer{"AdamW", adamSettings(&s.Beta1, &s.Beta2, &s.Epsilon, &s.AMSGrad), adamSlots(s.AMSGrad), &s.Options}
	case *solver.Adamax:
		o = optimizer{"Adamax", map[string]any{"beta_1": &s.Beta1, "beta_2": &s.Beta2, "epsilon": &s.Epsilon},
			[]string{"momentum", "norm"}, &s.Options}
	case *solver.Nadam:
		o = optimizer{"Nadam", map[string]any{"beta_1": &s.Beta1, "beta_2": &s.Beta2, "epsilon": &s.Epsilon},
			adamSlots(false), &s.Options}
	default:
		return o, fmt.Errorf("a %T, want one of package solver", s)
	}
	o.settings["learning_rate"] = solver.LearningRate(s)
	maps.Copy(o.settings, map[string]any{"weight_decay": &o.options.WeightDecay, "clipnorm": &o.options.ClipNorm,
		"clipvalue": &o.options.ClipValue, "global_clipnorm": &o.options.GlobalClipNorm})
	return o, nil
}

func adamSettings(beta1, beta2, epsilon *float64, amsgrad *bool) map[string]any {
	return map[string]any{"beta_1": beta1, "beta_2": beta2, "epsilon": epsilon, "amsgrad": amsgrad}
}

func adamSlots(amsgrad bool) []string {
	if amsgrad {
		return []string{"momentum", "velocity", "velocity_hat"}
	}
	return []string{"momentum", "velocity"}
}

// UnknownOptimizer replaces an optimizer of a file that package solver does not have. The net predicts, and is saved
// with the same optimizer without its state; training is an error.
type UnknownOptimizer struct {
	Reason error // names the class or the setting

	config json.RawMessage // of the file; nil: it has none
}

// Trainable returns the error of a Fit.
func (u *UnknownOptimizer) Trainable() error {
	return fmt.Errorf("the optimizer of the file: %w", u.Reason)
}

// Step returns an error.
func (u *UnknownOptimizer) Step([]gorgonia.ValueGrad) error { return u.Trainable() }

// View returns the state of an optimizer that has made no step.
func (u *UnknownOptimizer) View() solver.State { return solver.State{} }

// SetState returns an error.
func (u *UnknownOptimizer) SetState(solver.State) error { return u.Trainable() }

// readSolver reads optimizer_config.
func readSolver(config json.RawMessage) gorgonia.Solver {
	unknown := func(err error) gorgonia.Solver { return &UnknownOptimizer{err, config} }
	var o object
	if len(config) == 0 || isNull(config) {
		return unknown(errors.New("optimizer_config is missing"))
	}
	if err := json.Unmarshal(config, &o); err != nil {
		return unknown(fmt.Errorf("optimizer_config is %s: %w", brief(config), plain(err)))
	}
	s, err := parseOptimizer(o)
	if err != nil {
		return unknown(fmt.Errorf("%s: %w", text.Brief(o.Class), err))
	}
	if err := s.Validate(); err != nil {
		return unknown(err)
	}
	return s
}

// parseOptimizer reads the class and its settings.
func parseOptimizer(o object) (solver.Solver, error) {
	class := strings.ToLower(strings.TrimPrefix(o.Class, "Custom>")) // a prefix of Keras 2.15, which ignores the case
	if class == "momentum" || class == "nesterov" {
		class = ""
	}
	found, err := solver.New(class, 1)
	if err != nil {
		return nil, errors.New("not supported")
	}
	known, err := describe(found)
	if err != nil {
		return nil, err
	}
	s := o.Config
	// settings without an effect on the result: the name, compilation, and those of use_ema, which must be off
	s.ignore("name", "jit_compile", "is_legacy_optimizer", "ema_momentum", "ema_overwrite_frequency")
	if class == "nadam" { // the rule of its momentum: training resumes with that of Keras 3
		s.ignore("decay", "schedule_decay")
	}
	known.options.WeightDecay = 0 // a file without it has null
	if err := readRate(s, known); err != nil {
		return nil, err
	}
	delete(known.settings, "learning_rate")
	for _, name := range slices.Sorted(maps.Keys(known.settings)) {
		if _, err := s.decode(name, known.settings[name]); err != nil {
			return nil, err
		}
	}
	return found, first(errors.Join(only(s, "momentum", 0.0), s.rest()))
}

// readRate reads the learning rate, which is a number or a schedule. Keras before 2.3 calls it lr. The decay of Keras
// before 2.11 is a schedule too.
func readRate(s settings, o optimizer) error {
	name := "learning_rate"
	if _, ok := s[name]; !ok {
		name = "lr"
	}
	var schedule object
	if err := json.Unmarshal(s[name], &schedule); err == nil && schedule.Class != "" {
		delete(s, name)
		if o.options.Schedule, err = parseSchedule(schedule); err != nil {
			return fmt.Errorf("learning_rate: %s: %w", text.Brief(schedule.Class), err)
		}
		return only(s, "decay", 0.0)
	}
	rate := o.settings["learning_rate"].(*float64)
	if name == "lr" && len(s[name]) == 0 {
		name = "learning_rate"
	}
	if err := s.need(name, rate); err != nil {
		return err
	}
	var decay float64
	_, err := s.decode("decay", &decay)
	if decay != 0 {
		o.options.Schedule = &solver.InverseTimeDecay{Initial: *rate, DecaySteps: 1, DecayRate: decay}
	}
	return err
}

// OptimizerConfig returns optimizer_config, the JSON of the solver. Keras 2.15 makes one of its legacy optimizers from
// it, so it has only the settings that these share with the optimizers of Keras 3, and those of the others that are
// set. Legacy optimizers have no AdamW and no weight decay: Keras 2.15 loads a file with these without compiling.
func OptimizerConfig(s gorgonia.Solver) (any, error) {
	if u, ok := s.(*UnknownOptimizer); ok {
		// Keras 2.15 writes a prefix that Keras 3 does not read; both read the name without it
		return json.RawMessage(bytes.Replace(u.config, []byte(`"Custom>`), []byte(`"`), 1)), nil
	}
	known, err := describe(s)
	if err != nil {
		return nil, err
	}
	o := map[string]any{"name": strings.ToLower(known.class)}
	for name, value := range known.settings {
		o[name] = value
		if number, ok := value.(*float64); ok {
			o[name] = float(*number)
		}
	}
	for _, name := range []string{"weight_decay", "clipnorm", "clipvalue", "global_clipnorm"} {
		if o[name] == float(0) && (known.class != "AdamW" || name != "weight_decay") {
			delete(o, name)
		}
	}
	if known.options.Schedule != nil {
		if o["learning_rate"], err = scheduleObject(known.options.Schedule); err != nil {
			return nil, err
		}
	}
	if known.class == "RMSprop" {
		o["momentum"], o["centered"] = float(0), false
	}
	return description{known.class, o}, nil
}
