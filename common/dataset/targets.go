package dataset

import (
	"cmp"
	"fmt"
	"slices"

	"gorgonia-lectures/common/kernel"
)

// SameInputs reports whether rows of both shapes have the same values one after another: axes of size 1 do not count,
// and one of the two may be flat.
func SameInputs(a, b []int) bool {
	long := func(shape []int) []int {
		return slices.DeleteFunc(slices.Clone(shape), func(size int) bool { return size == 1 })
	}
	la, lb := long(a), long(b)
	return slices.Equal(la, lb) || valuesIn(a) == valuesIn(b) && (len(la) <= 1 || len(lb) <= 1)
}

// WithTargets is the data with targets of the shape that a loss wants for outputs of a shape: class numbers and one-hot
// rows become each other. It is nil if there is no such form. One goroutine at a time may use it.
func WithTargets(data Data, want, output []int) Data {
	got := data.TargetShape()
	classes := len(output) == 1 && output[0] > 1
	switch {
	case sameTargets(got, want):
		return data
	case classes && valuesIn(got) == 1 && sameTargets(want, output):
		return &oneHot{Data: data, classes: output[0]}
	case classes && valuesIn(want) == 1 && sameTargets(got, output):
		return &classNumbers{Data: data, classes: output[0]}
	}
	return nil
}

// sameTargets compares two shapes of a row as Keras does: a trailing axis of size 1 does not count.
func sameTargets(a, b []int) bool {
	trim := func(shape []int) []int {
		for len(shape) > 0 && shape[len(shape)-1] == 1 {
			shape = shape[:len(shape)-1]
		}
		return shape
	}
	return slices.Equal(trim(a), trim(b))
}

// oneHot is data with class numbers, whose targets are one-hot rows: zeros with a 1 at the class.
type oneHot struct {
	Data
	classes int
	err     error // the first target that is no class
}

func (d *oneHot) TargetShape() []int { return []int{d.classes} }

// Err is the first target that is no class, or the error of the wrapped data.
func (d *oneHot) Err() error { return cmp.Or(Err(d.Data), d.err) }

func (d *oneHot) Batch32(rows []int, inputs, targets []float32) {
	d.Data.Batch32(rows, inputs, firstOf(targets, len(rows)))
	spreadOut(d, rows, targets)
}

func (d *oneHot) Batch64(rows []int, inputs, targets []float64) {
	d.Data.Batch64(rows, inputs, firstOf(targets, len(rows)))
	spreadOut(d, rows, targets)
}

// firstOf is the first n values; nil for nil.
func firstOf[T kernel.Float](values []T, n int) []T {
	if values == nil {
		return nil
	}
	return values[:n]
}

// spreadOut makes one-hot rows of the class numbers at the beginning of targets. It starts from the last one: its row
// covers none of those before.
func spreadOut[T kernel.Float](d *oneHot, rows []int, targets []T) {
	if targets == nil || d.Err() != nil {
		return
	}
	for i, row := range slices.Backward(rows) {
		number, one := targets[i], targets[i*d.classes:(i+1)*d.classes]
		clear(one)
		if c, ok := class(float64(number)); ok && c < d.classes {
			one[c] = 1
		} else {
			d.err = fmt.Errorf("row %d: class %v, want a whole number from 0 to %d", row, number, d.classes-1)
		}
	}
}

// classNumbers is data with one-hot rows, whose targets are class numbers.
type classNumbers struct {
	Data
	classes int
	single  []float32 // one-hot rows of a batch
	double  []float64
	err     error // the first target that is not one-hot
}

func (d *classNumbers) TargetShape() []int { return []int{} }

// Err is the first target that is not one-hot, or the error of the wrapped data.
func (d *classNumbers) Err() error { return cmp.Or(Err(d.Data), d.err) }

func (d *classNumbers) Batch32(rows []int, inputs, targets []float32) {
	if targets == nil {
		d.Data.Batch32(rows, inputs, nil)
		return
	}
	d.single = slices.Grow(d.single[:0], len(rows)*d.classes)[:len(rows)*d.classes]
	d.Data.Batch32(rows, inputs, d.single)
	numbersOf(d, rows, targets, d.single)
}

func (d *classNumbers) Batch64(rows []int, inputs, targets []float64) {
	if targets == nil {
		d.Data.Batch64(rows, inputs, nil)
		return
	}
	d.double = slices.Grow(d.double[:0], len(rows)*d.classes)[:len(rows)*d.classes]
	d.Data.Batch64(rows, inputs, d.double)
	numbersOf(d, rows, targets, d.double)
}

// numbersOf writes the position of the 1 in each row.
func numbersOf[T kernel.Float](d *classNumbers, rows []int, targets, ones []T) {
	if d.Err() != nil {
		return
	}
	for i, row := range rows {
		target := ones[i*d.classes : (i+1)*d.classes]
		sum := T(0)
		for _, v := range target {
			sum += v * v
		}
		c := slices.Index(target, 1)
		if c < 0 || sum != 1 {
			d.err = fmt.Errorf("row %d: targets %v, want a single 1 among zeros", row, target)
			return
		}
		targets[i] = T(c)
	}
}
