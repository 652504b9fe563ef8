package op

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Scale adds y = factor·x of a scalar x; its gradient is factor·dy. The share that some rows of a batch have in the
// loss of all of them is scaled so.
func Scale(x *gorgonia.Node, factor float64) (*gorgonia.Node, error) {
	if !x.IsScalar() {
		return nil, fmt.Errorf("Scale: x %v, want a scalar", x.Shape())
	}
	return typed("Scale", x,
		func() (*gorgonia.Node, error) { return scale[float32](x, float32(factor), true) },
		func() (*gorgonia.Node, error) { return scale(x, factor, true) })
}

func scale[T kernel.Float](x *gorgonia.Node, factor T, forward bool) (*gorgonia.Node, error) {
	f := &function[T]{
		name: "Scale",
		run: func(y []T, v [][]T) error {
			y[0] = factor * v[0][0]
			return nil
		},
	}
	if forward {
		f.wrt = []bool{true}
		f.diff = func(_ gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := scale(dy, factor, false)
			return gorgonia.Nodes{dx}, err
		}
	} else {
		f.name = "Scale.dx"
	}
	return apply(f, x)
}
