// Package solver has the optimizers of the lecture with the arithmetic of Keras 3: SGD (with
// momentum and Nesterov's), RMSprop, Adagrad, Adam and AdamW.
//
// Each is a gorgonia.Solver made by its New function with Keras' defaults; the exported fields may be
// set afterwards, the learning rate also between steps. They work on *tensor.Dense values of
// float32 or float64, whose weights they change in place. Gradients are read only, but for a
// *gorgonia.Node whose machine adds up its gradients (gorgonia.BindDualValues, the lisp machine): there
// the gradient is set to zero after the step, as Gorgonia's own solvers do. What a solver keeps for
// each parameter goes by the parameter's index in the list, which must be the same at each step.
// One solver serves one model, from one goroutine at a time; it keeps the tensors of its newest step.
//
// Where Keras rounds a rate to float32 in a float64 model too (kernel/step.go has how that was
// found), so do these; each type says which of its rates.
package solver

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// Solver is what each solver of this package is, besides a gorgonia.Solver.
type Solver interface {
	gorgonia.Solver

	// Validate returns an error that names the first rate out of its range. Step calls it too.
	Validate() error

	// State returns a copy of what the solver keeps.
	State() State

	// SetState takes a copy of a state that the same kind of solver gave, with the same
	// parameters. After an error the solver is as before.
	SetState(State) error
}

var (
	_ Solver = (*SGD)(nil)
	_ Solver = (*RMSprop)(nil)
	_ Solver = (*Adagrad)(nil)
	_ Solver = (*Adam)(nil)
	_ Solver = (*AdamW)(nil)
)

// memory is what the solvers have in common: the parameters and how many steps were made.
type memory struct {
	steps  uint64
	params []param  // empty until the first step or SetState
	names  []string // of the slots that each parameter has
}

// begin checks the whole model before anything is changed and binds its weights and gradients.
// Slots that are not there yet are made, filled with initial.
func (m *memory) begin(s Solver, names []string, initial float64, model []gorgonia.ValueGrad) error {
	if err := s.Validate(); err != nil {
		return err
	}
	if len(model) == 0 {
		return fmt.Errorf("solver: no parameters")
	}
	params := m.params
	if len(params) == 0 {
		params = make([]param, len(model))
	} else if len(names) != len(m.names) {
		return fmt.Errorf("solver: has the slots %v and would now need %v: make a new solver instead of "+
			"turning momentum on or off", m.names, names)
	}
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
	return nil
}

// end clears the gradients that accumulate, and counts the step.
func (m *memory) end() {
	for i := range m.params {
		p := &m.params[i]
		if p.zero {
			clear(p.f32.g)
			clear(p.f64.g)
		}
	}
	m.steps++
}
