package op

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Scale adds y = factor·x of a scalar x; its gradient is factor·dy. A rank scales its loss by the share of the
// batch's rows that it has.
func Scale(x *gorgonia.Node, factor float64) (*gorgonia.Node, error) {
	if !x.IsScalar() {
		return nil, fmt.Errorf("Scale: x %v, want a scalar", x.Shape())
	}
	return typed("Scale", x,
		ownGradient("Scale", x, func(y, x []float32) { y[0] = float32(factor) * x[0] }),
		ownGradient("Scale", x, func(y, x []float64) { y[0] = factor * x[0] }))
}

// ownGradient builds a linear operation whose gradient is the same operation on dy.
func ownGradient[T kernel.Float](name string, x *gorgonia.Node, forward func(y, x []T)) build {
	f := function[T]{
		name:  name,
		shape: x.Shape(),
		run:   func(y []T, v [][]T) { forward(y, v[0]) },
	}
	gradient := f
	gradient.name += ".dx"
	f.diff = func(_ gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) {
		gradient := gradient // each has its own output
		dx, err := apply(&gradient, dy)
		return gorgonia.Nodes{dx}, err
	}
	return func() (*gorgonia.Node, error) { return apply(&f, x) }
}
