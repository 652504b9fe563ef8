package keras

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/solver"
)

// optimizer describes a solver in Keras' words.
type optimizer struct {
	class    string
	settings map[string]any // pointers into the solver
	slots    []string       // what the solver keeps for each parameter, in its order
}

func describe(s gorgonia.Solver) (optimizer, error) {
	switch s := s.(type) {
	case *solver.SGD:
		o := optimizer{class: "SGD", settings: map[string]any{"learning_rate": &s.LearningRate, "momentum": &s.Momentum,
			"nesterov": &s.Nesterov}}
		if s.Momentum != 0 {
			o.slots = []string{"momentum"}
		}
		return o, nil
	case *solver.RMSprop:
		return optimizer{"RMSprop", map[string]any{"learning_rate": &s.LearningRate, "rho": &s.Rho, "epsilon": &s.Epsilon},
			[]string{"velocity"}}, nil
	case *solver.Adagrad:
		return optimizer{"Adagrad", map[string]any{"learning_rate": &s.LearningRate, "epsilon": &s.Epsilon,
			"initial_accumulator_value": &s.InitialAccumulatorValue}, []string{"accumulator"}}, nil
	case *solver.Adam:
		return optimizer{"Adam", map[string]any{"learning_rate": &s.LearningRate, "beta_1": &s.Beta1, "beta_2": &s.Beta2,
			"epsilon": &s.Epsilon}, []string{"momentum", "velocity"}}, nil
	case *solver.AdamW:
		return optimizer{"AdamW", map[string]any{"learning_rate": &s.LearningRate, "beta_1": &s.Beta1, "beta_2": &s.Beta2,
			"epsilon": &s.Epsilon, "weight_decay": &s.WeightDecay}, []string{"momentum", "velocity"}}, nil
	}
	return optimizer{}, fmt.Errorf("a %T, want one of package solver", s)
}

// parseOptimizer reads optimizer_config.
func parseOptimizer(o object) (gorgonia.Solver, error) {
	var found gorgonia.Solver
	adam := solver.NewAdamW(0)
	adam.WeightDecay = 0
	class := strings.TrimPrefix(o.Class, "Custom>") // a prefix of Keras 2.15
	switch class {
	case "SGD":
		found = solver.NewSGD(0)
	case "RMSprop":
		found = solver.NewRMSprop(0)
	case "Adagrad":
		found = solver.NewAdagrad(0)
	case "Adam", "AdamW":
		found = adam
	default:
		return nil, fmt.Errorf("class %s: not supported", text.Brief(o.Class))
	}
	s := o.Config
	// the name, what only makes Keras faster, and the settings of use_ema, which must be off
	s.ignore("name", "jit_compile", "is_legacy_optimizer", "ema_momentum", "ema_overwrite_frequency")
	if err := s.need("learning_rate", solver.LearningRate(found)); err != nil {
		return nil, err
	}
	known, err := describe(found)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(known.settings)) {
		if _, err := s.decode(name, known.settings[name]); err != nil {
			return nil, err
		}
	}
	if found == adam && class == "Adam" && adam.WeightDecay == 0 { // with a decay it is AdamW
		found = &solver.Adam{LearningRate: adam.LearningRate, Beta1: adam.Beta1, Beta2: adam.Beta2, Epsilon: adam.Epsilon}
	}
	return found, first(errors.Join(
		only(s, "momentum", 0.0), only(s, "weight_decay", 0.0), only(s, "decay", 0.0), s.rest()))
}

// optimizerObject is the JSON of the solver. It has only the settings that the optimizers of Keras 3 share with the
// older ones, which Keras 2.15 makes of a file like this. Keras 2.15 has no older AdamW: it loads such a file without
// compiling.
func optimizerObject(s gorgonia.Solver) (description, error) {
	known, err := describe(s)
	if err != nil {
		return description{}, err
	}
	o := map[string]any{"name": strings.ToLower(known.class)}
	for name, value := range known.settings {
		o[name] = value
		if number, ok := value.(*float64); ok {
			o[name] = float(*number)
		}
	}
	switch known.class {
	case "RMSprop":
		o["momentum"], o["centered"] = float(0), false
	case "Adam", "AdamW":
		o["amsgrad"] = false
	}
	return description{known.class, o}, nil
}
