package layer

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// AveragePool2D takes the mean of each window of each channel: x (rows, height, width, channels). The padding of Same
// does not count. With Valid, rows and columns that no complete window covers are dropped.
type AveragePool2D struct {
	Pool    Size // 2x2 if zero
	Stride  Size // Pool if zero
	Padding Padding
}

// Kind is Keras' class name.
func (AveragePool2D) Kind() string { return "AveragePooling2D" }

func (a AveragePool2D) sizes() (pool, stride Size) { return MaxPool2D(a).sizes() }

// OutputShape is (out height, out width, channels) for an image (height, width, channels); the error names
// a field that is out of range, or a window that does not fit.
func (a AveragePool2D) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return MaxPool2D(a).OutputShape(input)
}

// Params is nil: the layer learns nothing.
func (AveragePool2D) Params(tensor.Shape) []Param { return nil }

// Build adds the mean over each window.
func (a AveragePool2D) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	pool, stride := a.sizes()
	return op.AveragePool2D(x, op.Window{Size: pool.pair(), Stride: stride.pair(), Same: a.Padding == Same})
}

// GlobalAveragePool2D takes the mean of each channel of an image: x (rows, height, width, channels).
type GlobalAveragePool2D struct {
	KeepDims bool // the output is (1, 1, channels), not (channels)
}

// Kind is Keras' class name.
func (GlobalAveragePool2D) Kind() string { return "GlobalAveragePooling2D" }

// OutputShape is (channels), or (1, 1, channels) with KeepDims, for an image (height, width, channels).
func (g GlobalAveragePool2D) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return globalShape(input, g.KeepDims)
}

// Params is nil: the layer learns nothing.
func (GlobalAveragePool2D) Params(tensor.Shape) []Param { return nil }

// Build adds the mean over each image.
func (g GlobalAveragePool2D) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return op.GlobalAveragePool2D(x, g.KeepDims)
}

// GlobalMaxPool2D keeps the largest value of each channel of an image: x (rows, height, width, channels).
type GlobalMaxPool2D struct {
	KeepDims bool // the output is (1, 1, channels), not (channels)
}

// Kind is Keras' class name.
func (GlobalMaxPool2D) Kind() string { return "GlobalMaxPooling2D" }

// OutputShape is (channels), or (1, 1, channels) with KeepDims, for an image (height, width, channels).
func (g GlobalMaxPool2D) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return globalShape(input, g.KeepDims)
}

// Params is nil: the layer learns nothing.
func (GlobalMaxPool2D) Params(tensor.Shape) []Param { return nil }

// Build adds the maximum over each image.
func (g GlobalMaxPool2D) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return op.GlobalMaxPool2D(x, g.KeepDims)
}

func globalShape(input tensor.Shape, keepDims bool) (tensor.Shape, error) {
	if len(input) != 3 {
		return nil, fmt.Errorf("input %v has %d axes, want 3: (height, width, channels)", input, len(input))
	}
	if keepDims {
		return tensor.Shape{1, 1, input[2]}, nil
	}
	return tensor.Shape{input[2]}, nil
}
