package layer

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// MaxPool2D keeps the largest value of each window of each channel: x (rows, height, width,
// channels). With Valid, rows and columns that no complete window covers are dropped.
type MaxPool2D struct {
	Pool    Size // 2x2 if zero
	Stride  Size // Pool if zero
	Padding Padding
}

// Kind is Keras' class name.
func (MaxPool2D) Kind() string { return "MaxPooling2D" }

func (m MaxPool2D) sizes() (pool, stride Size) {
	pool = m.Pool.or(Square(2))
	return pool, m.Stride.or(pool)
}

// OutputShape is (out height, out width, channels) for an image (height, width, channels); the error names
// a field that is out of range, or a window that does not fit.
func (m MaxPool2D) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	pool, stride := m.sizes()
	out, err := slide(input, pool, stride, m.Padding)
	if err != nil {
		return nil, err
	}
	return append(out, input[2]), nil
}

// Params is nil: the layer learns nothing.
func (MaxPool2D) Params(tensor.Shape) []Param { return nil }

// Build adds the maximum over each window.
func (m MaxPool2D) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	pool, stride := m.sizes()
	return op.MaxPool2D(x, op.Window{Size: pool.pair(), Stride: stride.pair(), Same: m.Padding == Same})
}
