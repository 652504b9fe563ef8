package model

import (
	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/vm"
)

// inRows is a weight whose gradient is computed while the solver uses it.
type inRows struct {
	*gorgonia.Node
	gradient *gorgonia.Node
	rows     *vm.Rows
	machine  *vm.Machine
}

// GradRows computes rows lo … hi-1 of the gradient.
func (w *inRows) GradRows(g []float32, lo, hi int) { w.rows.Compute(g, lo, hi) }

// Grad computes all of the gradient.
func (w *inRows) Grad() (gorgonia.Value, error) {
	if err := w.machine.Compute(w.gradient); err != nil {
		return nil, err
	}
	return w.gradient.Value(), nil
}

// leaveRows leaves gradients that can be computed in rows to the solver.
func (g *Graph) leaveRows() {
	for i, gradient := range g.Grads {
		if w, ok := g.trained[i].(*gorgonia.Node); ok {
			if rows := g.own.InRows(gradient); rows != nil {
				g.trained[i] = &inRows{w, gradient, rows, g.own}
			}
		}
	}
}
