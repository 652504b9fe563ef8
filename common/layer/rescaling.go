package layer

import (
	"cmp"
	"errors"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
)

// Rescaling is y = Scale·x + Offset, as a net's first layer that brings pixels of 0 to 255 to 0 to 1.
type Rescaling struct {
	Scale  float64 // not zero
	Offset float64
}

// Kind is Keras' class name.
func (Rescaling) Kind() string { return "Rescaling" }

// OutputShape is that of the input; the error names a scale or an offset that is not finite, or a missing scale.
func (r Rescaling) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	if r.Scale == 0 {
		return nil, errors.New("scale 0, want another number, such as 1.0/255")
	}
	return input.Clone(), cmp.Or(finite("scale", r.Scale), finite("offset", r.Offset))
}

// Params is nil: the layer learns nothing.
func (Rescaling) Params(tensor.Shape) []Param { return nil }

// Build adds the function.
func (r Rescaling) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return op.Activate(x, kernel.Rescaling(r.Scale, r.Offset))
}
