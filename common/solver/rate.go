package solver

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
)

// LearningRate returns the address of the field of a solver of this package, to read or to set between steps; nil for
// any other solver.
func LearningRate(s gorgonia.Solver) *float64 {
	switch s := s.(type) {
	case *SGD:
		return &s.LearningRate
	case *RMSprop:
		return &s.LearningRate
	case *Adagrad:
		return &s.LearningRate
	case *Adadelta:
		return &s.LearningRate
	case *Adam:
		return &s.LearningRate
	case *AdamW:
		return &s.LearningRate
	case *Adamax:
		return &s.LearningRate
	case *Nadam:
		return &s.LearningRate
	}
	return nil
}

// toFloat32 rounds as Keras does when it casts a Python number.
func toFloat32(rate float64) float64 { return float64(float32(rate)) }

// positive returns an error unless a rate is finite and above 0, also in float32.
func positive(solver, name string, rate float64) error {
	if r := toFloat32(rate); r > 0 && r <= math.MaxFloat32 { // first, because each step calls this
		return nil
	}
	if rate > 0 && !math.IsInf(rate, 0) {
		return fmt.Errorf("solver: %s: %s is %v, want a number that float32 holds", solver, name, rate)
	}
	return fmt.Errorf("solver: %s: %s is %v, want a finite number above 0", solver, name, rate)
}

// notNegative returns an error unless a rate is finite and at least 0.
func notNegative(solver, name string, rate float64) error {
	if !(rate >= 0) || math.IsInf(toFloat32(rate), 0) {
		return fmt.Errorf("solver: %s: %s is %v, want a finite number of at least 0", solver, name, rate)
	}
	return nil
}

// belowOne returns an error unless a decay rate is in [0, 1), also in float32.
func belowOne(solver, name string, rate float64) error {
	if !(rate >= 0 && toFloat32(rate) < 1) {
		return fmt.Errorf("solver: %s: %s is %v, want at least 0 and below 1", solver, name, rate)
	}
	return nil
}

// first returns the first error that is not nil.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
