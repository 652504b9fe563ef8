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

// Draws reports whether the layer draws random numbers in training.
func (d Dropout) Draws() bool { return d.Rate > 0 }

// Params is nil: the layer learns nothing.
func (Dropout) Params(tensor.Shape) []Param { return nil }

// Build adds the mask in a training graph; in any other it returns x itself.
func (d Dropout) Build(c Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	if !c.Training || d.Rate == 0 {
		return x, nil
	}
	return op.Dropout(x, d.Rate, c.Mask)
}

// SpatialDropout2D is Dropout of whole channels of images: in training all pixels of a channel of a row become 0
// together.
type SpatialDropout2D struct {
	Rate float64 // 0 <= Rate < 1
}

// Kind is Keras' class name.
func (SpatialDropout2D) Kind() string { return "SpatialDropout2D" }

// OutputShape is that of the input (height, width, channels); the error names a rate outside [0, 1).
func (d SpatialDropout2D) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	if len(input) != 3 {
		return nil, fmt.Errorf("input %v has %d axes, want 3: (height, width, channels)", input, len(input))
	}
	return Dropout(d).OutputShape(input)
}

// Draws reports whether the layer draws random numbers in training.
func (d SpatialDropout2D) Draws() bool { return d.Rate > 0 }

// Params is nil: the layer learns nothing.
func (SpatialDropout2D) Params(tensor.Shape) []Param { return nil }

// Build adds the mask in a training graph; in any other it returns x itself.
func (d SpatialDropout2D) Build(c Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	if !c.Training || d.Rate == 0 {
		return x, nil
	}
	return op.SpatialDropout2D(x, d.Rate, c.Mask)
}

// GaussianNoise, in training, adds a normal number of mean 0 to each value. It does nothing in prediction.
type GaussianNoise struct {
	Stddev float64 // the standard deviation, at least 0; Keras takes at most 1
}

// Kind is Keras' class name.
func (GaussianNoise) Kind() string { return "GaussianNoise" }

// OutputShape is that of the input; the error names a standard deviation that is out of range.
func (n GaussianNoise) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	return input.Clone(), fromZero("standard deviation", n.Stddev)
}

// Draws reports whether the layer draws random numbers in training.
func (n GaussianNoise) Draws() bool { return n.Stddev > 0 }

// Params is nil: the layer learns nothing.
func (GaussianNoise) Params(tensor.Shape) []Param { return nil }

// Build adds the noise in a training graph; in any other it returns x itself.
func (n GaussianNoise) Build(c Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	if !c.Training || n.Stddev == 0 {
		return x, nil
	}
	return op.GaussianNoise(x, n.Stddev, c.Mask)
}
