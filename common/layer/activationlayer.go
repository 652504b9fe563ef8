package layer

import (
	"cmp"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
)

// ActivationLayer is an activation as a layer of its own.
type ActivationLayer struct{ Activation Activation }

// Kind is Keras' class name.
func (ActivationLayer) Kind() string { return "Activation" }

// OutputShape is that of the input; the error names an unknown activation.
func (l ActivationLayer) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return input.Clone(), l.Activation.check()
}

// Params is nil: the layer learns nothing.
func (ActivationLayer) Params(tensor.Shape) []Param { return nil }

// Build adds the activation, or returns x itself if it is Linear.
func (l ActivationLayer) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return l.Activation.apply(x)
}

// SoftmaxLayer is the softmax over the last axis as a layer of its own.
type SoftmaxLayer struct {
	Axis int // -1 or the number of the last axis, counted from 0 for the rows; -1 if zero
}

// Kind is Keras' class name.
func (SoftmaxLayer) Kind() string { return "Softmax" }

// OutputShape is that of the input; the error names an axis that is not the last one.
func (l SoftmaxLayer) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return input.Clone(), checkLast(l.Axis, input)
}

// Params is nil: the layer learns nothing.
func (SoftmaxLayer) Params(tensor.Shape) []Param { return nil }

// Build adds the softmax.
func (SoftmaxLayer) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return op.Softmax(x)
}

// ReLULayer is y = min(x, MaxValue) above the threshold, and NegativeSlope·(x - Threshold) elsewhere.
type ReLULayer struct {
	MaxValue      float64 // above 0; no bound if zero
	NegativeSlope float64 // at least 0
	Threshold     float64 // at least 0
}

// Kind is Keras' class name.
func (ReLULayer) Kind() string { return "ReLU" }

// OutputShape is that of the input; the error names a field that is out of range.
func (l ReLULayer) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return input.Clone(), cmp.Or(fromZero("max value", l.MaxValue), fromZero("negative slope", l.NegativeSlope),
		fromZero("threshold", l.Threshold))
}

// Params is nil: the layer learns nothing.
func (ReLULayer) Params(tensor.Shape) []Param { return nil }

// Build adds the function; without settings it is the faster ReLU.
func (l ReLULayer) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	if l == (ReLULayer{}) {
		return op.ReLU(x)
	}
	return op.Activate(x, kernel.ClippedReLU(l.NegativeSlope, l.Threshold, cmp.Or(l.MaxValue, math.Inf(1))))
}

// LeakyReLULayer is y = x above 0, and NegativeSlope·x elsewhere. Without a slope it is ReLULayer.
type LeakyReLULayer struct {
	NegativeSlope float64 // 0.3 if zero
}

// Kind is Keras' class name.
func (LeakyReLULayer) Kind() string { return "LeakyReLU" }

// OutputShape is that of the input; the error names a slope that is out of range.
func (l LeakyReLULayer) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return input.Clone(), fromZero("negative slope", l.NegativeSlope)
}

// Params is nil: the layer learns nothing.
func (LeakyReLULayer) Params(tensor.Shape) []Param { return nil }

// Build adds the function.
func (l LeakyReLULayer) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return op.Activate(x, kernel.LeakyReLU(cmp.Or(l.NegativeSlope, 0.3)))
}

// ELULayer is y = x above 0, and Alpha·(e^x - 1) elsewhere.
type ELULayer struct {
	Alpha float64 // 1 if zero
}

// Kind is Keras' class name.
func (ELULayer) Kind() string { return "ELU" }

// OutputShape is that of the input; the error names an alpha that is not finite.
func (l ELULayer) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return input.Clone(), finite("alpha", l.Alpha)
}

// Params is nil: the layer learns nothing.
func (ELULayer) Params(tensor.Shape) []Param { return nil }

// Build adds the function.
func (l ELULayer) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return op.Activate(x, kernel.ELU(cmp.Or(l.Alpha, 1)))
}

// fromZero returns an error for a setting below 0 or not finite.
func fromZero(name string, v float64) error {
	if !(v >= 0 && v <= math.MaxFloat64) {
		return fmt.Errorf("%s %v, want a finite number of at least 0", name, v)
	}
	return nil
}

// finite returns an error for a setting that is not finite.
func finite(name string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%s %v, want a finite number", name, v)
	}
	return nil
}
