package dataset

import "gorgonia-lectures/common/kernel"

// Data is a number of rows to learn from or to be tested on; Set is one.
//
// A net takes data in the form in which it is: inputs in any shape with the same values in the same order, as the
// pictures [28 28], [28 28 1] and [784], and classes as numbers or one-hot, whichever its loss wants.
//
// Data whose rows may be unreadable, as those in a file, has one method more:
//
//	Err() error
//
// It returns the first such failure from then on. The methods of model.Net that read rows call it after Batch32
// and Batch64, and return that error. Data that wraps other data must pass it on.
//
// Data whose rows never change and can always be read may have another method, with which a Fit copies a few rows once
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

// Err is why rows of the data could not be read: its Err, nil if it has none.
func Err(data Data) error {
	if d, ok := data.(interface{ Err() error }); ok {
		return d.Err()
	}
	return nil
}

// mostKept bounds the values of data that Keep copies.
const mostKept = 1 << 12

// kept is a copy of few rows of data.
type kept struct {
	Data
	inputs, targets     int // values of a row
	inputs32, targets32 []float32
	inputs64, targets64 []float64
}

// Keep is a copy of the data, or the data itself if it is large, has no targets or does not say that it is constant. To
// get one row from the data itself may take a tenth of the step of a few neurons.
func Keep(data Data) Data {
	d, ok := data.(interface{ Constant(self any) bool })
	if !ok || !d.Constant(data) {
		return data
	}
	k := &kept{Data: data, inputs: valuesIn(data.InputShape()), targets: valuesIn(data.TargetShape())}
	rows := data.Len()
	if data.TargetShape() == nil || rows < 1 || rows > mostKept || k.inputs+k.targets > mostKept/rows {
		return data
	}
	all := make([]int, rows)
	for i := range all {
		all[i] = i
	}
	k.inputs32, k.targets32 = make([]float32, rows*k.inputs), make([]float32, rows*k.targets)
	k.inputs64, k.targets64 = make([]float64, rows*k.inputs), make([]float64, rows*k.targets)
	data.Batch32(all, k.inputs32, k.targets32)
	data.Batch64(all, k.inputs64, k.targets64)
	return k
}

// Batch32 copies the given rows.
func (k *kept) Batch32(rows []int, inputs, targets []float32) {
	gather(inputs, k.inputs32, k.inputs, rows)
	if targets != nil {
		gather(targets, k.targets32, k.targets, rows)
	}
}

// Batch64 does the same in float64.
func (k *kept) Batch64(rows []int, inputs, targets []float64) {
	gather(inputs, k.inputs64, k.inputs, rows)
	if targets != nil {
		gather(targets, k.targets64, k.targets, rows)
	}
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

// valuesIn is the number of values of a shape, 1 for an empty one.
func valuesIn(shape []int) int {
	n := 1
	for _, axis := range shape {
		n *= axis
	}
	return n
}
