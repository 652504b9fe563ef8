package layer

import (
	"errors"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// Normalization brings each value of the last axis of x, (rows, ..., n), to a mean of 0 and a variance of 1, by the
// mean and the variance of data that Keras' adapt has seen, or that the program gives:
//
//	y = (x-mean)/max(√variance, 1e-7)
//
// Training changes neither.
type Normalization struct {
	Mean     []float64 // of each value, or one for all; nil: both are weights
	Variance []float64 // of the same length; at least 0
	Axis     int       // -1 or the number of the last axis, counted from 0 for the rows; -1 if zero
	Invert   bool      // y = mean + x·max(√variance, 1e-7)
}

// Kind is Keras' class name.
func (Normalization) Kind() string { return "Normalization" }

// OutputShape is that of the input; the error names a field that is out of range, or an input without an axis.
func (n Normalization) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	if len(input) == 0 {
		return nil, errors.New("input is a single value, want at least one axis")
	}
	if err := checkLast(n.Axis, input); err != nil {
		return nil, err
	}
	columns := input[len(input)-1]
	switch {
	case len(n.Mean) != len(n.Variance):
		return nil, fmt.Errorf("%d means and %d variances, want the same number", len(n.Mean), len(n.Variance))
	case len(n.Mean) > 1 && len(n.Mean) != columns:
		return nil, fmt.Errorf("%d means for rows of %v, want 1 or %d", len(n.Mean), input, columns)
	}
	for i, v := range n.Variance {
		if m := n.Mean[i]; !(math.Abs(m) <= math.MaxFloat32) {
			return nil, fmt.Errorf("mean %d is %v, want a number that float32 holds", i, m)
		}
		if !(v >= 0 && v <= math.MaxFloat32) {
			return nil, fmt.Errorf("variance %d is %v, want a number from 0 on that float32 holds", i, v)
		}
	}
	return input.Clone(), nil
}

// Params are mean and variance, both (n); none if they are given. Keras has one more weight, the number of rows that
// adapt has seen, which predictions do not use.
func (n Normalization) Params(input tensor.Shape) []Param {
	if n.Mean != nil {
		return nil
	}
	shape := tensor.Shape{input[len(input)-1]}
	return []Param{{Name: "mean", Shape: shape, Initializer: Zeros{}, NonTrainable: true},
		{Name: "variance", Shape: shape, Initializer: Ones{}, NonTrainable: true, NonNegative: true}}
}

// Build adds the function.
func (n Normalization) Build(_ Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error) {
	if n.Mean != nil {
		return op.StandardizationBy(x, n.Mean, n.Variance, n.Invert)
	}
	if len(params) != 2 {
		return nil, fmt.Errorf("%d parameters, want 2", len(params))
	}
	return op.Standardization(x, params[0], params[1], n.Invert)
}
