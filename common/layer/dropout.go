package layer

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// Dropout, in training, sets each value to 0 with probability Rate and scales the others by 1/(1-Rate), so
// that the mean stays. It does nothing in prediction.
type Dropout struct {
	Rate float64 // 0 <= Rate < 1
}

// Kind is Keras' class name.
func (Dropout) Kind() string { return "Dropout" }

// OutputShape is that of the input; the error names a rate outside [0, 1).
func (d Dropout) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	if !(d.Rate >= 0 && d.Rate < 1) {
		return nil, fmt.Errorf("rate %v, want 0 <= rate < 1", d.Rate)
	}
	return input.Clone(), nil
}

// Params is nil: the layer learns nothing.
func (Dropout) Params(tensor.Shape) []Param { return nil }

// Build adds the mask in a training graph; in any other it returns x itself.
func (d Dropout) Build(c Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	if !c.Training || d.Rate == 0 {
		return x, nil
	}
	return op.Dropout(x, d.Rate, c.Mask)
}
