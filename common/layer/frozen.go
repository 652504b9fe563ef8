package layer

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Frozen is a layer whose weights training does not change: trainable=False in Keras. Its regularizers add nothing to
// the loss. A frozen BatchNormalization uses its moving statistics also in training; a frozen Dropout still drops.
type Frozen struct{ Layer }

// Params are those of the layer, all of them NonTrainable.
func (f Frozen) Params(input tensor.Shape) []Param {
	params := f.Layer.Params(input)
	for i := range params {
		params[i].NonTrainable = true
	}
	return params
}

// Build adds the layer.
func (f Frozen) Build(c Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error) {
	c.Frozen = true
	return f.Layer.Build(c, x, params)
}

// Trainable is that of the layer inside.
func (f Frozen) Trainable() error { return Trainable(f.Layer) }

// Trainable returns the error of a layer with a method Trainable() error, nil for any other: it means that training is
// not supported.
func Trainable(l Layer) error {
	if t, ok := l.(interface{ Trainable() error }); ok {
		return t.Trainable()
	}
	return nil
}

// Unwrap is the layer itself.
func (f Frozen) Unwrap() Layer { return f.Layer }

// Unwrap returns the innermost layer of Frozen and of other layers with a method Unwrap; l itself if it has none.
func Unwrap(l Layer) Layer {
	for {
		w, ok := l.(interface{ Unwrap() Layer })
		if !ok {
			return l
		}
		l = w.Unwrap()
	}
}
