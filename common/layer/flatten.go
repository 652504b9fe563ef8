package layer

import (
	"errors"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// Flatten lays each row out as one vector: for images row, column, channel.
type Flatten struct{}

func (Flatten) Kind() string { return "Flatten" }

func (Flatten) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	if len(input) == 0 {
		return nil, errors.New("input is a single value, want at least one axis")
	}
	return tensor.Shape{input.TotalSize()}, nil
}

func (Flatten) Params(tensor.Shape) []Param { return nil }

func (Flatten) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	if x.Dims() == 2 {
		return x, nil
	}
	return op.Flatten(x)
}
