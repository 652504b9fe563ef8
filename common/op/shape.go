package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Flatten adds a view of x (rows, ...) as (rows, values), in row-major order: for images row, column,
// channel. It shares the memory of x: do not give it to those of Gorgonia's own operations that write
// into their inputs.
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

func reshape[T kernel.Float](name string, x *gorgonia.Node, shape tensor.Shape) (*gorgonia.Node, error) {
	v := &view[T]{}
	v.function = function[T]{
		name:  name,
		shape: shape,
		diff: func(n gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := reshape[T](name+".dx", dy, n[0].Shape())
			return gorgonia.Nodes{dx}, err
		},
	}
	v.id = lastID.Add(1)
	v.inputs = []tensor.Shape{x.Shape()}
	return gorgonia.ApplyOp(v, x)
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
