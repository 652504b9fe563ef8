package layer

import (
	"errors"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// Flatten makes each row one vector: of an image row by row, column by column, channel by channel.
type Flatten struct{}

// Kind is Keras' class name.
func (Flatten) Kind() string { return "Flatten" }

// OutputShape is (values) for a row of any shape but the empty one.
func (Flatten) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	if len(input) == 0 {
		return nil, errors.New("input is a single value, want at least one axis")
	}
	return tensor.Shape{input.TotalSize()}, nil
}

// Params is nil: the layer learns nothing.
func (Flatten) Params(tensor.Shape) []Param { return nil }

// Build adds a view of x, or returns x itself if its rows are vectors already.
func (Flatten) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	if x.Dims() == 2 {
		return x, nil
	}
	return op.Flatten(x)
}
