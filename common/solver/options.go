package solver

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
)

// Options are the settings that all solvers of this package share, as in Keras 3.15.1
// (keras/src/optimizers/base_optimizer.py). The zero Options change nothing. At most one of the three clips may be set.
type Options struct {
	Schedule Schedule // gives the learning rate of each step, instead of LearningRate; nil: none

	// Each step begins with w -= rate*WeightDecay*w, for every parameter, biases too. It is rounded to float32, as in
	// Keras. At least 0.
	WeightDecay float64

	ClipNorm       float64 // scales the gradient of each parameter down to this L2 norm; 0: does not
	ClipValue      float64 // moves each number of the gradients into -ClipValue to ClipValue; 0: does not
	GlobalClipNorm float64 // scales all gradients down to this L2 norm of them together; 0: does not
}

func (o *Options) options() *Options { return o }

// validate checks what the solver shares with the others.
func (o *Options) validate(solver string, learningRate float64) error {
	if o.Schedule == nil && o.WeightDecay == 0 && o.ClipNorm == 0 && o.ClipValue == 0 && o.GlobalClipNorm == 0 {
		return positive(solver, "LearningRate", learningRate) // each step comes here
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

// rate is the learning rate of the step that follows that number of steps.
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

// NextRate is the learning rate of the solver's next step: that of its schedule, if it has one. It is an error if the
// schedule gives no such rate.
func NextRate(s Solver) (float64, error) { return s.options().rate(*LearningRate(s), s.View().Step) }

// SetLearningRate makes the learning rate of one of this package's solvers constant: a schedule ends. It is false for
// another solver.
func SetLearningRate(s gorgonia.Solver, rate float64) bool {
	to := LearningRate(s)
	if to == nil {
		return false
	}
	*to = rate
	s.(Solver).options().Schedule = nil
	return true
}
