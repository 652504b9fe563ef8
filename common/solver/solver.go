// Package solver has the optimizers of the lecture with the arithmetic of Keras 3: SGD (with
// momentum and Nesterov's), RMSprop, Adagrad, Adam and AdamW; and Adadelta, Adamax and Nadam, which files of Keras
// have.
//
// Each is a gorgonia.Solver. Its New function sets Keras' defaults; the program may set the exported fields
// before the first step, the learning rate also between steps. A solver changes the weights in place, in
// *tensor.Dense values of float32 or float64. It only reads the gradients, except those of a
// *gorgonia.Node whose machine adds them up (gorgonia.BindDualValues, the lisp machine): it sets these
// to zero after the step, as Gorgonia's own solvers do. The parameters must come in the same order at each
// step. One solver serves one model, from one goroutine at a time; it keeps the tensors of its newest step.
//
// Keras rounds some rates to float32 even in a float64 model (kernel/step.go has the proof), and so do these
// solvers; each type says which.
package solver

import (
	"errors"
	"fmt"

	"gorgonia.org/gorgonia"
)

// Solver is the interface of each solver of this package.
type Solver interface {
	gorgonia.Solver

	// Validate returns an error that names the first rate out of its range. Step calls it too.
	Validate() error

	// State returns a copy of what the solver keeps.
	State() State

	// View is State without the copy: it shares memory with the solver, and must be read before the next Step.
	View() State

	// SetState copies a state from State or View of the same kind of solver, with the same parameters. After an error
	// the solver is unchanged.
	SetState(State) error

	options() *Options
}

// Validate is the error of a solver's Validate; nil for one of another package without such a method.
func Validate(s gorgonia.Solver) error {
	if v, ok := s.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

// Trainable is why no net can be trained with a solver, nil for most: one of another package may have a method
// Trainable() error, as that of a file whose optimizer is not known.
func Trainable(s gorgonia.Solver) error {
	if t, ok := s.(interface{ Trainable() error }); ok {
		return t.Trainable()
	}
	return nil
}

var (
	_ Solver = (*SGD)(nil)
	_ Solver = (*RMSprop)(nil)
	_ Solver = (*Adagrad)(nil)
	_ Solver = (*Adadelta)(nil)
	_ Solver = (*Adam)(nil)
	_ Solver = (*AdamW)(nil)
	_ Solver = (*Adamax)(nil)
	_ Solver = (*Nadam)(nil)
)

// Rows is a parameter, a matrix of float32, whose gradient is computed row by row while a step uses it, so that it is
// never in memory as a whole. Grad still returns the whole gradient.
type Rows interface {
	gorgonia.ValueGrad

	// GradRows computes rows lo … hi-1 of the gradient in g.
	GradRows(g []float32, lo, hi int)
}

// TakesRows reports whether the solver accepts parameters that are Rows: it does not clip, and the step of a weight
// depends only on its own gradient.
func TakesRows(s gorgonia.Solver) bool {
	own, ok := s.(Solver)
	return ok && !own.options().clips()
}

// newest is a marker for the parameters of the newest step.
var newest = make([]gorgonia.ValueGrad, 0, 1)

var errUnbound = errors.New("solver: no step to repeat")

// Repeat is Step with the parameters of the newest step, which must be the same tensors with the same memory. It does
// not check them again, because that takes longer than the step of a few neurons. If there was no step, or a SetState
// after it, it checks them.
func Repeat(s Solver, params []gorgonia.ValueGrad) error {
	err := s.Step(newest)
	if err == errUnbound {
		return s.Step(params)
	}
	return err
}

// memory has the state that all solvers share: the parameters and the number of steps.
type memory struct {
	steps  uint64
	params []param  // empty until the first step or SetState
	names  []string // of the slots that each parameter has
	bound  bool     // the parameters have the weights and gradients of the newest step

	clipped bool // the parameters have gradients that the last step clipped
}

// begin prepares a step of s, which has the options and the learning rate, and returns the rate of the step. It binds
// the model, clips the gradients and applies the weight decay, except for Adam, whose kernel does. Before the first
// step it checks the whole model. After an error no weight has changed.
func (m *memory) begin(s Solver, o *Options, learningRate float64, names []string, initial float64,
	model []gorgonia.ValueGrad) (float64, error) {
	if err := m.bind(s, names, initial, model); err != nil {
		return 0, err
	}
	rate, err := o.rate(learningRate, m.steps)
	if err != nil {
		return 0, err
	}
	if err := m.clip(o); err != nil {
		return 0, err
	}
	if o.WeightDecay > 0 && !fused(s) {
		m.decay(rate * toFloat32(o.WeightDecay))
	}
	return rate, nil
}

// end ends a step: f32 or f64 updates the weights of each parameter. Gradients that accumulate are set to zero.
func (m *memory) end(f32 func(*vectors[float32]), f64 func(*vectors[float64])) {
	for i := range m.params {
		if p := &m.params[i]; p.rows != nil {
			p.stepInRows(f32)
		} else if len(p.f32.w) > 0 { // of dtype Float32; comparing dtypes would take longer
			f32(&p.f32)
		} else {
			f64(&p.f64)
		}
	}
	for i := range m.params {
		if p := &m.params[i]; p.zero {
			clear(p.f32.given)
			clear(p.f64.given)
		}
	}
	m.steps++
}

// bind checks the whole model before it changes anything, and binds the weights and gradients. It allocates missing
// slots with the value initial.
func (m *memory) bind(s Solver, names []string, initial float64, model []gorgonia.ValueGrad) error {
	if err := s.Validate(); err != nil {
		return err
	}
	repeats := len(model) == 0 && cap(model) > 0 && &model[:1][0] == &newest[:1][0]
	switch {
	case repeats && !m.bound:
		return errUnbound
	case len(model) == 0 && !repeats:
		return fmt.Errorf("solver: no parameters")
	}
	params := m.params
	if len(params) == 0 {
		params = make([]param, len(model))
	} else if len(names) != len(m.names) {
		return fmt.Errorf("solver: has the slots %v but needs %v: make a new solver to turn momentum or AMSGrad on or off",
			m.names, names)
	}
	if repeats {
		return nil
	}
	m.bound = false
	if len(params) != len(model) {
		return fmt.Errorf("solver: %d parameters, want %d as before", len(model), len(params))
	}
	for i, vg := range model {
		if err := params[i].bind(vg); err != nil {
			return fmt.Errorf("solver: parameter %d%s: %w", i, named(vg), err)
		}
	}
	if len(m.params) == 0 {
		for i := range params {
			params[i].makeSlots(len(names), initial)
		}
		m.params, m.names = params, names
	}
	m.bound = true
	return nil
}
