package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// MaxPool2D adds the maximum over each window: x (rows, height, width, channels), y (rows, out
// height, out width, channels). The gradient goes to the first maximum of each window.
func MaxPool2D(x *gorgonia.Node, w Window) (*gorgonia.Node, error) {
	if x.Dims() != 4 {
		return nil, fmt.Errorf("MaxPool2D: x %v, want (rows, height, width, channels)", x.Shape())
	}
	s, err := w.over(x.Shape())
	if err != nil {
		return nil, fmt.Errorf("MaxPool2D: %w", err)
	}
	return typed("MaxPool2D", x,
		func() (*gorgonia.Node, error) { return maxPool2D[float32](x, s) },
		func() (*gorgonia.Node, error) { return maxPool2D[float64](x, s) })
}

func maxPool2D[T kernel.Float](x *gorgonia.Node, s kernel.Window) (*gorgonia.Node, error) {
	// the index of each maximum: the forward run writes it, the gradient reads it
	var index []int32
	indexed := func(run func(y []T, v [][]T)) func(y []T, v [][]T) {
		return func(y []T, v [][]T) {
			if index == nil {
				index = make([]int32, len(y))
			}
			run(y, v)
		}
	}
	return apply(&function[T]{
		name:  "MaxPool2D",
		shape: tensor.Shape{s.Batch, s.OutHeight, s.OutWidth, s.Channels},
		run:   indexed(func(y []T, v [][]T) { kernel.MaxPool2D(y, index, v[0], s) }),
		fused: func(c *convolution) *function[T] {
			return &function[T]{run: indexed(func(y []T, v [][]T) {
				var bias []T
				if len(v) > 2 {
					bias = v[2]
				}
				kernel.Conv2DMaxPool2D(y, index, v[0], v[1], bias, c.window, c.filters, c.relu, s)
			})}
		},
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			gradient := function[T]{
				name:  "MaxPool2D.dx",
				shape: n[0].Shape(),
				run:   func(dx []T, v [][]T) { kernel.MaxPool2DGrad(dx, v[1], index, s) },
			}
			unmasked := gradient
			// only the pixel of a maximum gets a gradient, and it is above 0 where y is
			unmasked.afterReLU = maskBefore[T](n[0], y, dy, func(dy *gorgonia.Node) (*gorgonia.Node, error) {
				return apply(&gradient, y, dy)
			})
			// y is an input only so that the forward run comes first
			dx, err := apply(&unmasked, y, dy)
			return gorgonia.Nodes{dx}, err
		},
	}, x)
}
