package keras

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorgonia-lectures/common/solver"
)

// scheduleSettings returns pointers to the settings of a schedule by Keras' names. The optional ones have Keras'
// defaults.
func scheduleSettings(s solver.Schedule) (needed, optional map[string]any, err error) {
	switch s := s.(type) {
	case *solver.ExponentialDecay:
		return map[string]any{"initial_learning_rate": &s.Initial, "decay_steps": &s.DecaySteps, "decay_rate": &s.DecayRate},
			map[string]any{"staircase": &s.Staircase}, nil
	case *solver.InverseTimeDecay:
		return map[string]any{"initial_learning_rate": &s.Initial, "decay_steps": &s.DecaySteps, "decay_rate": &s.DecayRate},
			map[string]any{"staircase": &s.Staircase}, nil
	case *solver.CosineDecay:
		return map[string]any{"initial_learning_rate": &s.Initial, "decay_steps": &s.DecaySteps},
			map[string]any{"alpha": &s.Alpha, "warmup_target": &s.WarmupTarget, "warmup_steps": &s.WarmupSteps}, nil
	case *solver.PiecewiseConstantDecay:
		return map[string]any{"boundaries": &s.Boundaries, "values": &s.Values}, nil, nil
	}
	return nil, nil, fmt.Errorf("a schedule %T, want one of package solver", s)
}

// schedules are those of package solver.
func schedules() []solver.Schedule {
	return []solver.Schedule{&solver.ExponentialDecay{}, &solver.InverseTimeDecay{}, &solver.CosineDecay{},
		&solver.PiecewiseConstantDecay{}}
}

func parseSchedule(o object) (solver.Schedule, error) {
	for _, found := range schedules() {
		if found.Name() != o.Class {
			continue
		}
		needed, optional, err := scheduleSettings(found)
		if err != nil {
			return nil, err
		}
		o.Config.ignore("name")
		for _, name := range slices.Sorted(maps.Keys(needed)) {
			err = errors.Join(err, o.Config.need(name, needed[name]))
		}
		for _, name := range slices.Sorted(maps.Keys(optional)) {
			_, wrong := o.Config.decode(name, optional[name])
			err = errors.Join(err, wrong)
		}
		return found, first(errors.Join(err, o.Config.rest()))
	}
	return nil, errors.New("not supported")
}

// scheduleObject returns the JSON of a schedule. Rates are written with a point, because Keras would compute with
// integers if a rate were one.
func scheduleObject(s solver.Schedule) (any, error) {
	needed, optional, err := scheduleSettings(s)
	if err != nil {
		return nil, err
	}
	config := map[string]any{"name": s.Name()}
	for _, settings := range []map[string]any{needed, optional} {
		for name, value := range settings {
			config[name] = value
			if number, ok := value.(*float64); ok && name != "decay_steps" && name != "warmup_steps" {
				config[name] = float(*number)
			}
		}
	}
	switch s := s.(type) {
	case *solver.CosineDecay:
		if s.WarmupTarget == 0 {
			config["warmup_target"] = nil
		}
	case *solver.PiecewiseConstantDecay:
		values := make([]float, len(s.Values))
		for i, v := range s.Values {
			values[i] = float(v)
		}
		config["values"] = values
	}
	return map[string]any{"module": "keras.optimizers.schedules", "class_name": s.Name(), "config": config,
		"registered_name": nil}, nil
}
