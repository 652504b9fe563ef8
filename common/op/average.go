package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// AveragePool2D adds the mean over each window: x (rows, height, width, channels), y (rows, out height, out width,
// channels). Pixels outside the image do not count.
func AveragePool2D(x *gorgonia.Node, w Window) (*gorgonia.Node, error) {
	if x.Dims() != 4 {
		return nil, fmt.Errorf("AveragePool2D: x %v, want (rows, height, width, channels)", x.Shape())
	}
	s, err := w.over(x.Shape())
	if err != nil {
		return nil, fmt.Errorf("AveragePool2D: %w", err)
	}
	shape := tensor.Shape{s.Batch, s.OutHeight, s.OutWidth, s.Channels}
	return typed("AveragePool2D", x,
		func() (*gorgonia.Node, error) { return averagePool2D[float32]("AveragePool2D", x, s, shape) },
		func() (*gorgonia.Node, error) { return averagePool2D[float64]("AveragePool2D", x, s, shape) })
}

// GlobalAveragePool2D adds the mean over each image: x (rows, height, width, channels), y (rows, channels), or
// (rows, 1, 1, channels) with keepDims.
func GlobalAveragePool2D(x *gorgonia.Node, keepDims bool) (*gorgonia.Node, error) {
	shape, err := globalShape("GlobalAveragePool2D", x, keepDims)
	if err != nil {
		return nil, err
	}
	s, err := Window{Size: [2]int{x.Shape()[1], x.Shape()[2]}, Stride: [2]int{1, 1}}.over(x.Shape())
	if err != nil {
		return nil, fmt.Errorf("GlobalAveragePool2D: %w", err)
	}
	return typed("GlobalAveragePool2D", x,
		func() (*gorgonia.Node, error) { return averagePool2D[float32]("GlobalAveragePool2D", x, s, shape) },
		func() (*gorgonia.Node, error) { return averagePool2D[float64]("GlobalAveragePool2D", x, s, shape) })
}

func averagePool2D[T kernel.Float](name string, x *gorgonia.Node, s kernel.Window, shape tensor.Shape) (
	*gorgonia.Node, error) {
	return apply(&function[T]{
		name:  name,
		shape: shape,
		run:   func(y []T, v [][]T) { kernel.AveragePool2D(y, v[0], s) },
		diff: func(n gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := apply(&function[T]{
				name:  name + ".dx",
				shape: n[0].Shape(),
				run:   func(dx []T, v [][]T) { kernel.AveragePool2DGrad(dx, v[0], s) },
			}, dy)
			return gorgonia.Nodes{dx}, err
		},
	}, x)
}

// GlobalMaxPool2D adds the maximum over each image; shapes as in GlobalAveragePool2D. Pixels that are equally large
// share the gradient, as in TensorFlow.
func GlobalMaxPool2D(x *gorgonia.Node, keepDims bool) (*gorgonia.Node, error) {
	shape, err := globalShape("GlobalMaxPool2D", x, keepDims)
	if err != nil {
		return nil, err
	}
	return typed("GlobalMaxPool2D", x,
		func() (*gorgonia.Node, error) { return globalMaxPool2D[float32](x, shape) },
		func() (*gorgonia.Node, error) { return globalMaxPool2D[float64](x, shape) })
}

func globalMaxPool2D[T kernel.Float](x *gorgonia.Node, shape tensor.Shape) (*gorgonia.Node, error) {
	in := x.Shape()
	images, pixels, channels := in[0], in[1]*in[2], in[3]
	return apply(&function[T]{
		name:  "GlobalMaxPool2D",
		shape: shape,
		run:   func(y []T, v [][]T) { kernel.GlobalMaxPool2D(y, v[0], images, pixels, channels) },
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := apply(&function[T]{
				name:  "GlobalMaxPool2D.dx",
				shape: in,
				run: func(dx []T, v [][]T) {
					kernel.GlobalMaxPool2DGrad(dx, v[0], v[1], v[2], images, pixels, channels)
				},
			}, n[0], y, dy)
			return gorgonia.Nodes{dx}, err
		},
	}, x)
}

func globalShape(name string, x *gorgonia.Node, keepDims bool) (tensor.Shape, error) {
	if x.Dims() != 4 {
		return nil, fmt.Errorf("%s: x %v, want (rows, height, width, channels)", name, x.Shape())
	}
	rows, channels := x.Shape()[0], x.Shape()[3]
	if keepDims {
		return tensor.Shape{rows, 1, 1, channels}, nil
	}
	return tensor.Shape{rows, channels}, nil
}
