package model

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Data is a number of rows to learn from or to be tested on; dataset.Set is one.
//
// A net takes data in the form in which it is: inputs in any shape with the same values in the same order, as the
// pictures [28 28], [28 28 1] and [784], and classes as numbers or one-hot, whichever its loss wants.
//
// Data whose rows may be unreadable, as those in a file, has one method more:
//
//	Err() error
//
// It returns the first such failure from then on. The methods of Net that read rows call it after Batch32
// and Batch64, and return that error. Data that wraps other data must pass it on.
//
// Data whose rows never change and can always be read may have another method, with which Fit copies a few rows once
// instead of in each step. self is the data itself: data that embeds other data, and may give other rows, is not what
// it embeds.
//
//	Constant(self any) bool
type Data interface {
	// Len is the number of rows.
	Len() int
	// InputShape and TargetShape are the shapes of one row. The target of a class number is the
	// empty shape; nil means that there are no targets.
	InputShape() []int
	TargetShape() []int
	// Batch32 copies the given rows one after another, row-major; nil targets are left alone.
	Batch32(rows []int, inputs, targets []float32)
	// Batch64 does the same in float64.
	Batch64(rows []int, inputs, targets []float64)
}

// DataErr is why rows of the data could not be read: its Err, nil if it has none.
func DataErr(data Data) error {
	if d, ok := data.(interface{ Err() error }); ok {
		return d.Err()
	}
	return nil
}

// mostKept bounds the values of data that a Fit copies.
const mostKept = 1 << 12

// kept is a copy of few rows of data, in one of the two dtypes: to get one row from the data itself may take a tenth of
// the step of a few neurons.
type kept struct {
	Data
	inputs, targets int // values of a row
	single          memory[float32]
	double          memory[float64]
}

// keep is a copy of the data, or the data itself if it is large or does not say that it is constant.
func keep(data Data, dtype tensor.Dtype) Data {
	d, ok := data.(interface{ Constant(self any) bool })
	if !ok || !d.Constant(data) {
		return data
	}
	input, target := tensor.Shape(data.InputShape()), tensor.Shape(data.TargetShape())
	k, rows := &kept{Data: data, inputs: input.TotalSize(), targets: target.TotalSize()}, data.Len()
	if rows > mostKept || k.inputs+k.targets > mostKept/rows {
		return data
	}
	if dtype == tensor.Float32 {
		k.single = memory[float32]{make([]float32, rows*k.inputs), make([]float32, rows*k.targets)}
		data.Batch32(upTo(rows), k.single.inputs, k.single.targets)
	} else {
		k.double = memory[float64]{make([]float64, rows*k.inputs), make([]float64, rows*k.targets)}
		data.Batch64(upTo(rows), k.double.inputs, k.double.targets)
	}
	return k
}

func (k *kept) Batch32(rows []int, inputs, targets []float32) {
	gather(inputs, k.single.inputs, k.inputs, rows)
	gather(targets, k.single.targets, k.targets, rows)
}

func (k *kept) Batch64(rows []int, inputs, targets []float64) {
	gather(inputs, k.double.inputs, k.inputs, rows)
	gather(targets, k.double.targets, k.targets, rows)
}

// gather copies rows of size values.
func gather[T kernel.Float](to, from []T, size int, rows []int) {
	for i, row := range rows {
		to := to[i*size:][:size]
		//lint:ignore S1001 for the few values of a row the call of copy takes longer
		for j, v := range from[row*size:][:size] {
			to[j] = v
		}
	}
}

// Accepts is an error if Fit and Evaluate cannot take inputs and targets of the data. The net must be compiled.
func (n *Net) Accepts(data Data) error {
	_, err := n.accepts(data, true)
	return err
}

// accepts is the data as the net wants it. It is an error if there is no such form; targets are looked at only if they
// are needed.
func (n *Net) accepts(data Data, targets bool) (Data, error) {
	if !n.compiled {
		return nil, errNotCompiled
	}
	if data == nil || data.Len() < 1 {
		return nil, fmt.Errorf("no rows of data, want at least one")
	}
	if got := tensor.Shape(data.InputShape()); !sameRow(got, n.input) {
		return nil, fmt.Errorf("inputs of shape %v, want %v", got, n.input)
	}
	if !targets {
		return data, nil
	}
	if err := n.lossErr(); err != nil {
		return nil, err
	}
	if data.TargetShape() == nil {
		return nil, fmt.Errorf("the data has no targets")
	}
	return n.withTargets(data)
}

// sameRow reports whether rows of both shapes have the same values one after another: axes of size 1 do not count, and
// one of the two may be flat.
func sameRow(a, b tensor.Shape) bool {
	long := func(s tensor.Shape) tensor.Shape {
		return slices.DeleteFunc(s.Clone(), func(size int) bool { return size == 1 })
	}
	la, lb := long(a), long(b)
	return slices.Equal(la, lb) || a.TotalSize() == b.TotalSize() && (len(la) <= 1 || len(lb) <= 1)
}

// upTo lists the rows from 0 to n-1.
func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// newTensor makes a tensor of zeros, float32 or float64.
func newTensor(dtype tensor.Dtype, shape tensor.Shape) *tensor.Dense {
	if dtype == tensor.Float64 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(kernel.Make[float64](shape.TotalSize())))
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(kernel.Make[float32](shape.TotalSize())))
}

// SetFloat64s sets the values of a tensor of float32 or float64, row-major.
func SetFloat64s(t *tensor.Dense, values []float64) {
	switch t.Dtype() {
	case tensor.Float32:
		dst := t.Float32s()
		for i, v := range values {
			dst[i] = float32(v)
		}
	case tensor.Float64:
		copy(t.Float64s(), values)
	}
}

// overwrite copies the values of a tensor with the same dtype and number of values.
func overwrite(to, from *tensor.Dense) {
	if to.Dtype() == tensor.Float32 {
		copy(to.Float32s(), from.Float32s())
	} else {
		copy(to.Float64s(), from.Float64s())
	}
}

// clone shares no memory with t.
func clone(t *tensor.Dense) *tensor.Dense {
	c := newTensor(t.Dtype(), t.Shape())
	overwrite(c, t)
	return c
}

// Float64s copies the values of a tensor of float32 or float64, row-major; nil for other dtypes.
func Float64s(t *tensor.Dense) []float64 {
	switch t.Dtype() {
	case tensor.Float32:
		values := make([]float64, t.Shape().TotalSize())
		for i, v := range t.Float32s() {
			values[i] = float64(v)
		}
		return values
	case tensor.Float64:
		return append([]float64(nil), t.Float64s()...)
	}
	return nil
}
