// Package loss has Keras' losses as nodes of a Gorgonia graph: how far the output is from the
// answer, as one number that training brings down.
//
// A cross-entropy whose output comes from a sigmoid or a softmax works on what goes into it (the
// logits), as Keras does: the logarithm of a probability that was rounded to 0 or 1 is lost. Like
// Keras it does not ask which of the two it was: a categorical cross-entropy after a sigmoid is that
// of the softmax of the logits. Other outputs are clipped to [1e-7, 1-1e-7].
package loss

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// Loss adds a loss to a graph. The four of Keras below implement it, and a loss of one's own may.
type Loss interface {
	// Target is the shape of the targets for an output of the given shape, both with rows first.
	Target(output tensor.Shape) tensor.Shape
	// Build adds the mean loss over the rows, a scalar.
	Build(pred, target *gorgonia.Node) (*gorgonia.Node, error)
	// String is Keras' name of the loss.
	String() string
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
	// SparseCategoricalCrossentropy is the same with class numbers as targets: it does the one-hot
	// itself.
	SparseCategoricalCrossentropy
)

func (b builtin) String() string {
	switch b {
	case MeanSquaredError:
		return "mse"
	case BinaryCrossentropy:
		return "binary_crossentropy"
	case CategoricalCrossentropy:
		return "categorical_crossentropy"
	case SparseCategoricalCrossentropy:
		return "sparse_categorical_crossentropy"
	}
	return fmt.Sprintf("loss(%d)", int(b))
}

func (b builtin) Target(output tensor.Shape) tensor.Shape {
	if b == SparseCategoricalCrossentropy && len(output) > 0 {
		return output[:len(output)-1].Clone()
	}
	return output.Clone()
}

func (b builtin) Build(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	switch b {
	case MeanSquaredError:
		return op.MeanSquaredError(pred, target)
	case BinaryCrossentropy:
		if logits, ok := op.Logits(pred); ok {
			return op.BinaryCrossentropyLogits(logits, target)
		}
		return op.BinaryCrossentropy(pred, target)
	case CategoricalCrossentropy:
		if logits, ok := op.Logits(pred); ok {
			return op.CategoricalCrossentropyLogits(logits, target)
		}
		return op.CategoricalCrossentropy(pred, target)
	case SparseCategoricalCrossentropy:
		if logits, ok := op.Logits(pred); ok {
			return op.SparseCategoricalCrossentropyLogits(logits, target)
		}
		return op.SparseCategoricalCrossentropy(pred, target)
	}
	return nil, fmt.Errorf("unknown loss %v", b)
}
