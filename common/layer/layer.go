// Package layer has Keras' layers as struct literals that add nodes to a Gorgonia graph. Zero fields
// mean Keras' defaults; the node before gives the sizes of the input:
//
//	layer.Conv2D{Filters: 32, Kernel: layer.Square(5), Padding: layer.Same, Activation: layer.ReLU}
//
// Images are (rows, height, width, channels), convolution kernels (height, width, in, out), dense
// kernels (in, out).
//
// The layers and activations of the lecture have fast kernels: Dense, Conv2D, MaxPool2D, Dropout and ReLU in assembly,
// Softmax with exponentials in assembly, Sigmoid and Tanh in Go. The others are plain Go: LeakyReLU, ReLU6, ReLULayer
// with settings and LeakyReLULayer in a loop without calls, the other activations, ELULayer, Rescaling and
// GaussianNoise with a call for each element. ZeroPadding2D copies rows, SpatialDropout2D draws a number for a channel,
// Reshape and Flatten compute nothing.
//
// BatchNormalization, Normalization, AveragePool2D, GlobalAveragePool2D and GlobalMaxPool2D run in plain Go.
package layer

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/shape"
	"gorgonia-lectures/common/op"
)

// Layer is one layer of a net. It has no state: the model owns the parameters, and may build a layer into several
// graphs.
//
// A layer may have further methods, which Seeds calls. Draws() bool reports whether it draws random numbers in
// training with its settings: then Keras gives it a seed, that of Context.Mask. Seed() (seed uint32, given bool) of a
// layer around another one returns a seed of its own instead. Initialized(input tensor.Shape) []Param lists the
// parameters in the order in which Keras makes their initializers, if that differs from Params.
type Layer interface {
	// Kind is Keras' class name.
	Kind() string
	// OutputShape is the shape of one output row for an input row of the given shape. The error names
	// what does not fit; the model adds the layer.
	OutputShape(input tensor.Shape) (tensor.Shape, error)
	// Params lists the layer's weights, for an input that OutputShape has accepted.
	Params(input tensor.Shape) []Param
	// Build adds the layer to the graph of x, (rows, input...). params are nodes for Params, in
	// their order.
	Build(c Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error)
}

// Param is one tensor that a layer learns.
type Param struct {
	Name         string // Keras' name: kernel, bias
	Shape        tensor.Shape
	Initializer  Initializer
	Regularizer  Regularizer // adds to the loss, unless NonTrainable
	NonTrainable bool        // no gradient changes it: a moving statistic, or a weight of a Frozen layer
	NonNegative  bool        // a variance: loaded values below 0 are an error
}

// Context describes the graph into which a layer is built.
type Context struct {
	Training bool     // dropout and noise are on
	Frozen   bool     // the layer is in a Frozen: a BatchNormalization uses its moving statistics also in training
	Mask     op.Mask  // of a dropout or of noise
	Batch    op.Batch // the batch of which the rows are a shard

	// Update sets the new value of a NonTrainable parameter, which the model assigns after each training step. It may
	// be nil, and is not called outside training.
	Update func(param, value *gorgonia.Node)
}

// Size is a height and a width. As a stride or a pool size the zero Size means the layer's default.
type Size struct{ Height, Width int }

// Square is the Size n x n.
func Square(n int) Size { return Size{n, n} }

// String is height x width: 5x5.
func (s Size) String() string { return fmt.Sprintf("%dx%d", s.Height, s.Width) }

// or returns standard for a zero Size.
func (s Size) or(standard Size) Size {
	if s == (Size{}) {
		return standard
	}
	return s
}

func (s Size) pair() [2]int { return [2]int{s.Height, s.Width} }

// Padding says what a window does at the border of an image.
type Padding int

const (
	// Valid keeps the window inside the image: the output is smaller. Keras' default.
	Valid Padding = iota
	// Same pads with zeros (pooling: with nothing) so that the output has ceil(size/stride) pixels.
	// Where the padding is odd, the extra pixel is on the right and at the bottom, as in TensorFlow.
	Same
)

// String is Keras' name of the padding.
func (p Padding) String() string {
	switch p {
	case Valid:
		return "valid"
	case Same:
		return "same"
	}
	return fmt.Sprintf("Padding(%d)", int(p))
}

// kernelBias names the parameters of Dense and Conv2D.
var kernelBias = []string{"kernel", "bias"}

// kernelAndBias lists the parameters of Dense and Conv2D with Keras' default initializers.
func kernelAndBias(kernel tensor.Shape, kernelInit, biasInit Initializer, noBias bool,
	kernelRegularizer, biasRegularizer Regularizer) []Param {
	if kernelInit == nil {
		kernelInit = GlorotUniform{}
	}
	if biasInit == nil {
		biasInit = Zeros{}
	}
	params := []Param{{Name: "kernel", Shape: kernel, Initializer: kernelInit, Regularizer: kernelRegularizer}}
	if !noBias {
		params = append(params, Param{Name: "bias", Shape: tensor.Shape{kernel[len(kernel)-1]}, Initializer: biasInit,
			Regularizer: biasRegularizer})
	}
	return params
}

// checkKernel returns an error if a kernel has no values, or more than an int32 counts, so that no memory is allocated
// for a mistyped size or one in a damaged file.
func checkKernel(kernel tensor.Shape) error {
	if _, err := shape.Size(kernel, 1, math.MaxInt32); err != nil {
		return fmt.Errorf("kernel %v: %w", kernel, err)
	}
	return nil
}

// split returns the nodes of kernelAndBias; bias is nil if there is none.
func split(params gorgonia.Nodes, noBias bool) (kernel, bias *gorgonia.Node, err error) {
	want := 2
	if noBias {
		want = 1
	}
	if len(params) != want {
		return nil, nil, fmt.Errorf("%d parameters, want %d", len(params), want)
	}
	if noBias {
		return params[0], nil, nil
	}
	return params[0], params[1], nil
}
