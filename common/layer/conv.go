package layer

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
)

// Conv2D is a convolution over images: x (rows, height, width, in), kernel (Kernel.Height,
// Kernel.Width, in, Filters), bias (Filters).
type Conv2D struct {
	Filters           int
	Kernel            Size
	Stride            Size // 1x1 if zero
	Padding           Padding
	Activation        Activation
	NoBias            bool
	KernelInitializer Initializer // GlorotUniform if nil
	BiasInitializer   Initializer // Zeros if nil
	KernelRegularizer Regularizer // none if zero
	BiasRegularizer   Regularizer // none if zero
}

// Kind is Keras' class name.
func (Conv2D) Kind() string { return "Conv2D" }

// OutputShape is (out height, out width, Filters) for an image (height, width, channels); the error names a
// field that is out of range, or a window that does not fit.
func (c Conv2D) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	if c.Filters < 1 {
		return nil, fmt.Errorf("filters %d, want at least 1", c.Filters)
	}
	if err := c.Activation.check(); err != nil {
		return nil, err
	}
	if err := checkRegularizers(kernelBias, c.KernelRegularizer, c.BiasRegularizer); err != nil {
		return nil, err
	}
	out, err := slide(input, c.Kernel, c.Stride.or(Square(1)), c.Padding)
	if err != nil {
		return nil, err
	}
	return append(out, c.Filters), checkKernel(c.kernelShape(input))
}

func (c Conv2D) kernelShape(input tensor.Shape) tensor.Shape {
	return tensor.Shape{c.Kernel.Height, c.Kernel.Width, input[2], c.Filters}
}

// slide returns the height and width of the output of a window over an image.
func slide(input tensor.Shape, window, stride Size, padding Padding) (tensor.Shape, error) {
	if padding != Valid && padding != Same {
		return nil, fmt.Errorf("unknown padding %v, want Valid or Same", padding)
	}
	if len(input) != 3 {
		return nil, fmt.Errorf("input %v has %d axes, want 3: (height, width, channels)", input, len(input))
	}
	w, err := kernel.NewWindow(1, input[0], input[1], input[2],
		window.Height, window.Width, stride.Height, stride.Width, padding == Same)
	if err != nil {
		return nil, err
	}
	return tensor.Shape{w.OutHeight, w.OutWidth}, nil
}

// Params are kernel (Kernel.Height, Kernel.Width, in, Filters) and, unless NoBias, bias (Filters).
func (c Conv2D) Params(input tensor.Shape) []Param {
	return kernelAndBias(c.kernelShape(input), c.KernelInitializer, c.BiasInitializer, c.NoBias,
		c.KernelRegularizer, c.BiasRegularizer)
}

// Initialized returns kernel and bias, even with NoBias: Keras makes both initializers.
func (c Conv2D) Initialized(input tensor.Shape) []Param {
	c.NoBias = false
	return c.Params(input)
}

// Build adds the convolution with bias and ReLU as one node, any other activation as a second.
func (c Conv2D) Build(_ Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error) {
	kernel, bias, err := split(params, c.NoBias)
	if err != nil {
		return nil, err
	}
	y, err := op.Conv2D(x, kernel, bias, c.Stride.or(Square(1)).pair(), c.Padding == Same, c.Activation == ReLU)
	if err != nil {
		return nil, err
	}
	return c.Activation.finish(y)
}
