package solver

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
)

// Options are the settings that all solvers of this package share, as in Keras 3.15.1
// (keras/src/optimizers/base_optimizer.py). The zero Options change nothing. At most one of the three clips may be set.
type Options struct {
	Schedule Schedule // the learning rate of each step, instead of LearningRate; nil: none

	// WeightDecay starts each step with w -= rate*WeightDecay*w, for every parameter including biases. It is rounded to
	// float32, as in Keras. At least 0.
	WeightDecay float64

	ClipNorm       float64 // the largest L2 norm of a parameter's gradient, which is scaled down to it; 0: none
	ClipValue      float64 // the largest absolute value in a gradient; 0: none
	GlobalClipNorm float64 // the largest L2 norm of all gradients together, which are scaled down to it; 0: none
}

func (o *Options) options() *Options { return o }

// validate checks the options and the learning rate.
func (o *Options) validate(solver string, learningRate float64) error {
	if o.Schedule == nil && o.WeightDecay == 0 && o.ClipNorm == 0 && o.ClipValue == 0 && o.GlobalClipNorm == 0 {
		return positive(solver, "LearningRate", learningRate) // called in each step
	}
	set := 0
	for _, clip := range []float64{o.ClipNorm, o.ClipValue, o.GlobalClipNorm} {
		if clip != 0 {
			set++
		}
	}
	if set > 1 {
		return fmt.Errorf("solver: %s: ClipNorm is %v, ClipValue %v and GlobalClipNorm %v, want at most one of them",
			solver, o.ClipNorm, o.ClipValue, o.GlobalClipNorm)
	}
	rate := positive(solver, "LearningRate", learningRate)
	if o.Schedule != nil {
		rate = o.Schedule.Validate()
	}
	return first(rate,
		notNegative(solver, "WeightDecay", o.WeightDecay),
		notNegative(solver, "ClipNorm", o.ClipNorm),
		notNegative(solver, "ClipValue", o.ClipValue),
		notNegative(solver, "GlobalClipNorm", o.GlobalClipNorm))
}

// rate returns the learning rate of the step after that number of steps.
func (o *Options) rate(learningRate float64, steps uint64) (float64, error) {
	if o.Schedule == nil {
		return learningRate, nil
	}
	rate := o.Schedule.Rate(steps)
	if !(rate >= 0) || math.IsInf(rate, 0) {
		return 0, fmt.Errorf("solver: the schedule %s gives the learning rate %v after %d steps, "+
			"want a finite number of at least 0", o.Schedule.Name(), rate, steps)
	}
	return rate, nil
}

// NextRate returns the learning rate of the solver's next step, from its schedule if it has one. It is an error if the
// schedule's rate is not finite or negative.
func NextRate(s Solver) (float64, error) { return s.options().rate(*LearningRate(s), s.View().Step) }

// SetLearningRate sets a constant learning rate for a solver of this package, and removes its schedule. It returns
// false for any other solver.
func SetLearningRate(s gorgonia.Solver, rate float64) bool {
	to := LearningRate(s)
	if to == nil {
		return false
	}
	*to = rate
	s.(Solver).options().Schedule = nil
	return true
}
