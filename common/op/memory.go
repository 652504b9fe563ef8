package op

import (
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// memoryOf returns the memory of t, row-major, without a copy and without an allocation. It returns false if t has
// another dtype or if its memory is not row-major without gaps: column-major data, a slice of columns, or a transposed
// tensor whose values have not moved.
func memoryOf[T kernel.Float](t *tensor.Dense) ([]T, bool) {
	if t.RequiresIterator() || t.DataOrder().IsColMajor() {
		return nil, false
	}
	switch t.Dtype() {
	case tensor.Float32:
		x, ok := any(t.Float32s()).([]T)
		return x, ok
	case tensor.Float64:
		x, ok := any(t.Float64s()).([]T)
		return x, ok
	}
	return nil, false
}

// scalarOf returns the memory of a scalar as a slice of one; false if its dtype is not T.
func scalarOf[T kernel.Float](v gorgonia.Value) ([]T, bool) {
	switch v := v.(type) {
	case *gorgonia.F32:
		x, ok := any(unsafe.Slice((*float32)(v), 1)).([]T)
		return x, ok
	case *gorgonia.F64:
		x, ok := any(unsafe.Slice((*float64)(v), 1)).([]T)
		return x, ok
	}
	return nil, false
}

// newValue allocates the output of an operation and returns it with its memory.
func newValue[T kernel.Float](shape tensor.Shape) (gorgonia.Value, []T) {
	out := kernel.Make[T](shape.TotalSize())
	if shape.Dims() > 0 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(out)), out
	}
	if p, single := any(&out[0]).(*float32); single {
		return (*gorgonia.F32)(p), out
	}
	return (*gorgonia.F64)(any(&out[0]).(*float64)), out
}

// withWork gives run a scratch slice of n values, allocated in the first run.
func withWork[T kernel.Float](n int, run func(out []T, in [][]T, work []T)) func(out []T, in [][]T) {
	var work []T
	return func(out []T, in [][]T) {
		if work == nil {
			work = make([]T, n)
		}
		run(out, in, work)
	}
}
