package op

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Scale adds y = factor·x of a scalar x; its gradient is factor·dy. A rank scales its loss by its share of the batch's
// rows.
func Scale(x *gorgonia.Node, factor float64) (*gorgonia.Node, error) {
	if !x.IsScalar() {
		return nil, fmt.Errorf("Scale: x %v, want a scalar", x.Shape())
	}
	return typed("Scale", x,
		ownGradient("Scale", x, false, func(y, x []float32) { y[0] = float32(factor) * x[0] }),
		ownGradient("Scale", x, false, func(y, x []float64) { y[0] = factor * x[0] }))
}

// ownGradient adds a linear operation whose gradient is the same operation on dy. positive means that it multiplies
// each element by 0 or by at least 1.
func ownGradient[T kernel.Float](name string, x *gorgonia.Node, positive bool, forward func(y, x []T)) build {
	f := function[T]{
		name:  name,
		shape: x.Shape(),
		run:   func(y []T, v [][]T) { forward(y, v[0]) },
	}
	gradient := f
	gradient.name += ".dx"
	f.diff = func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
		gradient, masked := gradient, gradient // each has its own output
		if positive && maskable[T](dy) != nil {
			gradient.afterReLU = maskBefore[T](n[0], y, dy, func(dy *gorgonia.Node) (*gorgonia.Node, error) {
				return apply(&masked, dy)
			})
		}
		dx, err := apply(&gradient, dy)
		return gorgonia.Nodes{dx}, err
	}
	return func() (*gorgonia.Node, error) { return apply(&f, x) }
}
