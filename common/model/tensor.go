package model

import (
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// newTensor makes a tensor of zeros, float32 or float64.
func newTensor(dtype tensor.Dtype, shape tensor.Shape) *tensor.Dense {
	if dtype == tensor.Float64 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(kernel.Make[float64](shape.TotalSize())))
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(kernel.Make[float32](shape.TotalSize())))
}

// numbers is the memory of a tensor, row-major, in its dtype; nil for others.
func numbers(t *tensor.Dense) ([]float32, []float64) {
	switch t.Dtype() {
	case tensor.Float32:
		return t.Float32s(), nil
	case tensor.Float64:
		return nil, t.Float64s()
	}
	return nil, nil
}

// overwrite copies the values of a tensor with the same dtype and number of values.
func overwrite(to, from *tensor.Dense) {
	to32, to64 := numbers(to)
	from32, from64 := numbers(from)
	copy(to32, from32)
	copy(to64, from64)
}

// clone has the numbers of t, but not its memory, nor the engine that a machine may have given it.
func clone(t *tensor.Dense) *tensor.Dense {
	c := newTensor(t.Dtype(), t.Shape())
	overwrite(c, t)
	return c
}

// SetFloat64s sets the values of a tensor of float32 or float64, row-major.
func SetFloat64s(t *tensor.Dense, values []float64) {
	single, double := numbers(t)
	for i := range single {
		single[i] = float32(values[i])
	}
	copy(double, values)
}

// Float64s copies the values of a tensor of float32 or float64, row-major; nil for other dtypes.
func Float64s(t *tensor.Dense) []float64 {
	single, values := numbers(t)
	if single == nil {
		return slices.Clone(values)
	}
	values = make([]float64, t.Shape().TotalSize())
	for i := range values {
		values[i] = float64(single[i])
	}
	return values
}
