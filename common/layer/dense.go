package layer

import (
	"errors"
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// Dense is a fully connected layer: y = activation(x·kernel + bias), x (rows, in), kernel (in, Units), bias (Units). If
// x has more axes, (rows, ..., in), the product is along the last one.
type Dense struct {
	Units             int
	Activation        Activation
	NoBias            bool
	KernelInitializer Initializer // GlorotUniform if nil
	BiasInitializer   Initializer // Zeros if nil
	KernelRegularizer Regularizer // none if zero
	BiasRegularizer   Regularizer // none if zero
}

// Kind is Keras' class name.
func (Dense) Kind() string { return "Dense" }

// OutputShape is (..., Units) for a row (..., in); the error names a field that is out of range, or the shape.
func (d Dense) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	if d.Units < 1 {
		return nil, fmt.Errorf("units %d, want at least 1", d.Units)
	}
	if err := d.Activation.check(); err != nil {
		return nil, err
	}
	if err := checkRegularizers(kernelBias, d.KernelRegularizer, d.BiasRegularizer); err != nil {
		return nil, err
	}
	if len(input) == 0 {
		return nil, errors.New("input is a single value, want at least one axis")
	}
	last := len(input) - 1
	output := input.Clone()
	output[last] = d.Units
	return output, checkKernel(tensor.Shape{input[last], d.Units})
}

// Params are kernel (in, Units) and, unless NoBias, bias (Units).
func (d Dense) Params(input tensor.Shape) []Param {
	return kernelAndBias(tensor.Shape{input[len(input)-1], d.Units}, d.KernelInitializer, d.BiasInitializer, d.NoBias,
		d.KernelRegularizer, d.BiasRegularizer)
}

// Initialized returns kernel and bias, even with NoBias: Keras makes both initializers.
func (d Dense) Initialized(input tensor.Shape) []Param {
	d.NoBias = false
	return d.Params(input)
}

// Build adds the product with bias and ReLU as one node, any other activation as a second.
func (d Dense) Build(_ Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error) {
	kernel, bias, err := split(params, d.NoBias)
	if err != nil {
		return nil, err
	}
	y, err := op.Dense(x, kernel, bias, d.Activation == ReLU)
	if err != nil {
		return nil, err
	}
	return d.Activation.finish(y)
}
