package op

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// memoryOf is the memory of t, row-major, without a copy and without an allocation; false if t holds
// another dtype, or if its memory is not row-major and without gaps (a transposed tensor whose
// values were not moved, a slice of columns, column-major data).
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

// newValue makes the output of an operation and gives its memory; for a scalar the memory is a
// buffer of one, copied by setScalar.
func newValue[T kernel.Float](shape tensor.Shape) (gorgonia.Value, []T) {
	if shape.Dims() == 0 {
		if _, single := any(T(0)).(float32); single {
			return gorgonia.NewF32(0), make([]T, 1)
		}
		return gorgonia.NewF64(0), make([]T, 1)
	}
	out := kernel.Make[T](shape.TotalSize())
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(out)), out
}

func setScalar[T kernel.Float](v gorgonia.Value, x T) {
	switch v := v.(type) {
	case *gorgonia.F32:
		*v = gorgonia.F32(x)
	case *gorgonia.F64:
		*v = gorgonia.F64(x)
	}
}

// grow returns work with room for n values, so that scratch memory is made at the first run only.
func grow[T any](work []T, n int) []T {
	if cap(work) < n {
		return make([]T, n)
	}
	return work[:n]
}
