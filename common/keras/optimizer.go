package keras

import (
	"errors"
	"fmt"
	"strings"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/solver"
)

// parseOptimizer reads optimizer_config.
func parseOptimizer(o object) (gorgonia.Solver, error) {
	class := withoutPrefix(o.Class)
	s := o.Config
	// names, what only speeds Keras up, and the averages that use_ema would switch on
	s.ignore("name", "jit_compile", "is_legacy_optimizer", "ema_momentum", "ema_overwrite_frequency")
	var rate, decay float64
	if err := s.need("learning_rate", &rate); err != nil {
		return nil, err
	}
	var found gorgonia.Solver
	var err error
	switch class {
	case "SGD":
		sgd := solver.NewSGD(rate)
		found, err = sgd, s.all(map[string]any{"momentum": &sgd.Momentum, "nesterov": &sgd.Nesterov})
	case "RMSprop":
		rms := solver.NewRMSprop(rate)
		found, err = rms, errors.Join(s.all(map[string]any{"rho": &rms.Rho, "epsilon": &rms.Epsilon}), only(s, "momentum", 0.0))
	case "Adagrad":
		ada := solver.NewAdagrad(rate)
		found, err = ada, s.all(map[string]any{"initial_accumulator_value": &ada.InitialAccumulatorValue, "epsilon": &ada.Epsilon})
	case "Adam", "AdamW":
		adam := solver.NewAdam(rate)
		found, err = adam, s.all(map[string]any{"beta_1": &adam.Beta1, "beta_2": &adam.Beta2, "epsilon": &adam.Epsilon,
			"weight_decay": &decay})
		if class == "AdamW" || decay != 0 { // Keras' Adam with a decay is its AdamW
			found = &solver.AdamW{LearningRate: rate, Beta1: adam.Beta1, Beta2: adam.Beta2, Epsilon: adam.Epsilon, WeightDecay: decay}
		}
	default:
		return nil, fmt.Errorf("class %s: not supported", text.Brief(o.Class))
	}
	err = errors.Join(err, only(s, "weight_decay", 0.0), only(s, "decay", 0.0), s.rest())
	return found, first(err)
}

// all decodes settings that may be missing.
func (s settings) all(to map[string]any) error {
	for name, value := range to {
		if _, err := s.decode(name, value); err != nil {
			return err
		}
	}
	return nil
}

// optimizerObject is how Keras writes the solver. There are only the settings that the optimizers of
// Keras 3 and the older ones, which Keras 2.15 takes for a file like this, have in common. Keras 2.15 has
// no AdamW of this kind: such a file it loads without compiling.
func optimizerObject(s gorgonia.Solver) (object, error) {
	var class string
	var o map[string]any
	switch s := s.(type) {
	case *solver.SGD:
		class, o = "SGD", map[string]any{"learning_rate": float(s.LearningRate), "momentum": float(s.Momentum), "nesterov": s.Nesterov}
	case *solver.RMSprop:
		class, o = "RMSprop", map[string]any{"learning_rate": float(s.LearningRate), "rho": float(s.Rho), "momentum": float(0), "epsilon": float(s.Epsilon),
			"centered": false}
	case *solver.Adagrad:
		class, o = "Adagrad", map[string]any{"learning_rate": float(s.LearningRate),
			"initial_accumulator_value": float(s.InitialAccumulatorValue), "epsilon": float(s.Epsilon)}
	case *solver.Adam:
		class, o = "Adam", map[string]any{"learning_rate": float(s.LearningRate), "beta_1": float(s.Beta1), "beta_2": float(s.Beta2), "epsilon": float(s.Epsilon),
			"amsgrad": false}
	case *solver.AdamW:
		class, o = "AdamW", map[string]any{"learning_rate": float(s.LearningRate), "beta_1": float(s.Beta1), "beta_2": float(s.Beta2), "epsilon": float(s.Epsilon),
			"amsgrad": false, "weight_decay": float(s.WeightDecay)}
	default:
		return object{}, fmt.Errorf("a %T, want one of package solver", s)
	}
	o["name"] = strings.ToLower(class)
	config, err := marshal(o)
	return object{class, config}, err
}
