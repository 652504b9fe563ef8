package loss

import (
	"cmp"
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/op"
)

// Options is one of the losses above with settings of Keras:
//
//	loss.Options{Loss: loss.BinaryCrossentropy, FromLogits: true}
type Options struct {
	Loss
	// FromLogits means that the outputs are logits, as those of a linear last layer. After a sigmoid or a softmax it
	// has no effect, as in Keras, because the cross-entropies use the logits anyway.
	FromLogits bool
	// Weight multiplies the loss, and so its gradients: loss_weights of a model with one output. 0 means 1.
	Weight float64
}

// Base returns the loss without its Options.
func Base(l Loss) Loss {
	for {
		o, ok := l.(Options)
		if !ok {
			return l
		}
		l = o.Loss
	}
}

// String is Keras' name of the loss, with the settings.
func (o Options) String() string {
	s := o.Loss.String()
	if o.FromLogits {
		s += " from logits"
	}
	if o.Weight != 0 {
		s += fmt.Sprintf(" times %g", o.Weight)
	}
	return s
}

func (o Options) Build(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	build := o.Loss.Build
	if o.FromLogits {
		b, ok := o.Loss.(builtin)
		if !ok || !HasLogits(b) {
			return nil, fmt.Errorf("%v from logits, want a cross-entropy", o.Loss)
		}
		if _, ok := op.Logits(pred); !ok {
			build = builtins[b].ofLogits
		}
	}
	l, err := build(pred, target)
	if err != nil || cmp.Or(o.Weight, 1) == 1 {
		return l, err
	}
	return op.Scale(l, o.Weight)
}
