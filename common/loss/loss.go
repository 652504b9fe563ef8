// Package loss has Keras' losses as nodes of a Gorgonia graph. A loss is a number that says how far the output is from
// the target; training minimizes it.
//
// If the output comes from a sigmoid or a softmax, a cross-entropy computes with its input, the logits, as in Keras: a
// probability that is rounded to 0 or 1 has no useful logarithm. As in Keras, both are treated alike: a categorical
// cross-entropy after a sigmoid is that of the softmax of the logits. Other outputs are clipped to [1e-7, 1-1e-7].
package loss

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// Loss adds a loss to a graph. The four of Keras below and Options implement it, and so may a user's own.
type Loss interface {
	// Target is the shape of the targets for an output of the given shape, both with rows first.
	Target(output tensor.Shape) tensor.Shape
	// Build adds the mean loss over the rows, a scalar.
	Build(pred, target *gorgonia.Node) (*gorgonia.Node, error)
	// String is Keras' name of the loss.
	String() string
}

// Computable is why a loss cannot be computed, nil for most: a loss may have a method Computable() error, as that of a
// file whose loss is not known. Its net predicts; Evaluate, Gradients and Fit return the error.
func Computable(l Loss) error {
	if c, ok := l.(interface{ Computable() error }); ok {
		return c.Computable()
	}
	return nil
}

type builtin int

// The losses of the lecture.
const (
	// MeanSquaredError is mean((y - target)²): regression.
	MeanSquaredError builtin = iota + 1
	// BinaryCrossentropy is mean(-t·log(y) - (1-t)·log(1-y)): yes or no, targets 0 and 1.
	BinaryCrossentropy
	// CategoricalCrossentropy is mean over the rows of -sum(t·log(y)): one class of many, targets
	// one-hot.
	CategoricalCrossentropy
	// SparseCategoricalCrossentropy is the same with class numbers as targets: they need no one-hot encoding.
	SparseCategoricalCrossentropy
)

// builtins has the two forms of each loss: of the output, and of the logits if it has any, with what makes
// probabilities of a row of logits.
var builtins = [...]struct {
	name               string
	ofOutput, ofLogits func(pred, target *gorgonia.Node) (*gorgonia.Node, error)
	probabilities      func(row []float64)
}{
	MeanSquaredError: {"mse", op.MeanSquaredError, nil, nil},
	BinaryCrossentropy: {"binary_crossentropy",
		op.BinaryCrossentropy, op.BinaryCrossentropyLogits, sigmoids},
	CategoricalCrossentropy: {"categorical_crossentropy",
		op.CategoricalCrossentropy, op.CategoricalCrossentropyLogits, softmax},
	SparseCategoricalCrossentropy: {"sparse_categorical_crossentropy",
		op.SparseCategoricalCrossentropy, op.SparseCategoricalCrossentropyLogits, softmax},
}

func (b builtin) known() bool { return b > 0 && int(b) < len(builtins) }

// HasLogits reports whether a loss can be that of logits: a cross-entropy.
func HasLogits(l Loss) bool {
	b, ok := Base(l).(builtin)
	return ok && b.known() && builtins[b].ofLogits != nil
}

func (b builtin) String() string {
	if !b.known() {
		return fmt.Sprintf("loss(%d)", int(b))
	}
	return builtins[b].name
}

func (b builtin) Target(output tensor.Shape) tensor.Shape {
	if b == SparseCategoricalCrossentropy && len(output) > 0 {
		return output[:len(output)-1].Clone()
	}
	return output.Clone()
}

func (b builtin) Build(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	if !b.known() {
		return nil, fmt.Errorf("unknown %v, want one of the constants of package loss", b)
	}
	if logits, ok := op.Logits(pred); ok && builtins[b].ofLogits != nil {
		return builtins[b].ofLogits(logits, target)
	}
	return builtins[b].ofOutput(pred, target)
}
