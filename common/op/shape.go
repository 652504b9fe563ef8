package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Flatten adds a view of x (rows, ...) as (rows, values), in row-major order: for images row, column,
// channel. It shares the memory of x: do not pass it to operations of Gorgonia that write into their inputs.
func Flatten(x *gorgonia.Node) (*gorgonia.Node, error) {
	if x.Dims() < 2 {
		return nil, fmt.Errorf("Flatten: x %v, want (rows, ...) with at least two axes", x.Shape())
	}
	rows := x.Shape()[0]
	shape := tensor.Shape{rows, x.Shape().TotalSize() / rows}
	return typed("Flatten", x,
		func() (*gorgonia.Node, error) { return reshape[float32]("Flatten", x, shape) },
		func() (*gorgonia.Node, error) { return reshape[float64]("Flatten", x, shape) })
}

// Reshape adds a view of x (rows, ...) as (rows, row...), in row-major order, with as many values; see Flatten.
func Reshape(x *gorgonia.Node, row tensor.Shape) (*gorgonia.Node, error) {
	if x.Dims() < 2 || len(row) == 0 || x.Shape()[1:].TotalSize() != row.TotalSize() {
		return nil, fmt.Errorf("Reshape: x %v, want (rows, ...) with rows of as many values as %v", x.Shape(), row)
	}
	shape := append(tensor.Shape{x.Shape()[0]}, row...)
	return typed("Reshape", x,
		func() (*gorgonia.Node, error) { return reshape[float32]("Reshape", x, shape) },
		func() (*gorgonia.Node, error) { return reshape[float64]("Reshape", x, shape) })
}

func reshape[T kernel.Float](name string, x *gorgonia.Node, shape tensor.Shape) (*gorgonia.Node, error) {
	return addView[T](function[T]{
		name:  name,
		shape: shape,
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			gradient := function[T]{name: name + ".dx", shape: n[0].Shape()}
			unmasked := gradient
			if maskable[T](dy) != nil {
				unmasked.afterReLU = maskBefore[T](n[0], y, dy, func(dy *gorgonia.Node) (*gorgonia.Node, error) {
					return addView(gradient, dy)
				})
			}
			dx, err := addView(unmasked, dy)
			return gorgonia.Nodes{dx}, err
		},
	}, x)
}

// addView adds a view of x.
func addView[T kernel.Float](f function[T], x *gorgonia.Node) (*gorgonia.Node, error) {
	v := &view[T]{f}
	v.id = lastID.Add(1)
	v.inputs = []tensor.Shape{x.Shape()}
	return gorgonia.ApplyOp(v, x)
}

// ZeroPadding2D pads each image with zeros: x (rows, height, width, channels), y (rows, top+height+bottom,
// left+width+right, channels). The gradient is dy without the padding.
func ZeroPadding2D(x *gorgonia.Node, top, bottom, left, right int) (*gorgonia.Node, error) {
	if x.Dims() != 4 || min(top, bottom, left, right) < 0 {
		return nil, fmt.Errorf("ZeroPadding2D: x %v and padding of %d, %d, %d and %d pixels, "+
			"want (rows, height, width, channels) and at least 0 pixels", x.Shape(), top, bottom, left, right)
	}
	s := x.Shape().Clone()
	s[1], s[2] = top+s[1]+bottom, left+s[2]+right
	return typed("ZeroPadding2D", x,
		func() (*gorgonia.Node, error) { return zeroPadding2D[float32](x, top, left, s) },
		func() (*gorgonia.Node, error) { return zeroPadding2D[float64](x, top, left, s) })
}

func zeroPadding2D[T kernel.Float](x *gorgonia.Node, top, left int, y tensor.Shape) (*gorgonia.Node, error) {
	in := x.Shape()
	return apply(&function[T]{
		name:  "ZeroPadding2D",
		shape: y,
		run: func(out []T, v [][]T) {
			kernel.Pad(out, v[0], in[0], in[1], in[2], in[3], top, left, y[1], y[2])
		},
		diff: func(_ gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := apply(&function[T]{
				name:  "ZeroPadding2D.dx",
				shape: in,
				run: func(dx []T, v [][]T) {
					kernel.PadGrad(dx, v[0], in[0], in[1], in[2], in[3], top, left, y[1], y[2])
				},
			}, dy)
			return gorgonia.Nodes{dx}, err
		},
	}, x)
}

// view is a function whose output is a new header over its input's memory.
type view[T kernel.Float] struct{ function[T] }

func (v *view[T]) Do(values ...gorgonia.Value) (gorgonia.Value, error) {
	y, _, err := v.Bind(values...)
	return y, err
}

// Bind makes the view a vm.Binder. It computes nothing; if the input has other memory, it makes a new header.
func (v *view[T]) Bind(values ...gorgonia.Value) (gorgonia.Value, func() error, error) {
	if len(values) != 1 {
		return nil, nil, fmt.Errorf("%s: %d inputs, want 1", v, len(values))
	}
	x, err := v.floats(0, values[0])
	if err != nil {
		return nil, nil, err
	}
	if v.value == nil || &v.out[0] != &x[0] {
		v.out = x
		v.value = tensor.New(tensor.WithShape(v.shape...), tensor.WithBacking(x))
	}
	return v.value, nil, nil
}
