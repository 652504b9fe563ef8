package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// MeanSquaredError adds the scalar mean((pred-target)²) over all values; pred and target have one
// shape. Like all losses here it is differentiable with respect to pred alone.
func MeanSquaredError(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	return addLoss("MeanSquaredError", pred, target,
		perElement[float32](kernel.MeanSquaredError, kernel.MeanSquaredErrorGrad),
		perElement[float64](kernel.MeanSquaredError, kernel.MeanSquaredErrorGrad))
}

// BinaryCrossentropy adds the scalar mean(-target·log(p) - (1-target)·log(1-p)) of probabilities p,
// clipped to [1e-7, 1-1e-7] as Keras does; pred and target have one shape.
func BinaryCrossentropy(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	return addLoss("BinaryCrossentropy", pred, target,
		perElement[float32](kernel.BinaryCrossentropy, kernel.BinaryCrossentropyGrad),
		perElement[float64](kernel.BinaryCrossentropy, kernel.BinaryCrossentropyGrad))
}

// BinaryCrossentropyLogits is BinaryCrossentropy of sigmoid(logits), exact for logits of any size.
func BinaryCrossentropyLogits(logits, target *gorgonia.Node) (*gorgonia.Node, error) {
	return addLoss("BinaryCrossentropyLogits", logits, target,
		perElement[float32](kernel.BinaryCrossentropyLogits, kernel.BinaryCrossentropyLogitsGrad),
		perElement[float64](kernel.BinaryCrossentropyLogits, kernel.BinaryCrossentropyLogitsGrad))
}

// CategoricalCrossentropy adds the scalar mean over the rows of -sum(target·log(p)), where p is the
// row divided by its sum and clipped to [1e-7, 1-1e-7] as Keras does; pred and target are
// (rows, classes).
func CategoricalCrossentropy(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	return addLoss("CategoricalCrossentropy", pred, target,
		perRow[float32](kernel.CategoricalCrossentropy, kernel.CategoricalCrossentropyGrad),
		perRow[float64](kernel.CategoricalCrossentropy, kernel.CategoricalCrossentropyGrad))
}

// CategoricalCrossentropyLogits is CategoricalCrossentropy of softmax(logits), without the clipping.
func CategoricalCrossentropyLogits(logits, target *gorgonia.Node) (*gorgonia.Node, error) {
	return addLoss("CategoricalCrossentropyLogits", logits, target,
		perRow(categoricalLogits[float32]()), perRow(categoricalLogits[float64]()))
}

// SparseCategoricalCrossentropy is CategoricalCrossentropy with class numbers, (rows), in place of
// one-hot rows; as in Keras it clips before it divides by the sum. A run returns an error for a number that is not a
// class.
func SparseCategoricalCrossentropy(pred, labels *gorgonia.Node) (*gorgonia.Node, error) {
	return addLoss("SparseCategoricalCrossentropy", pred, labels,
		perLabel[float32](kernel.SparseCategoricalCrossentropy, kernel.SparseCategoricalCrossentropyGrad),
		perLabel[float64](kernel.SparseCategoricalCrossentropy, kernel.SparseCategoricalCrossentropyGrad))
}

// SparseCategoricalCrossentropyLogits is SparseCategoricalCrossentropy of softmax(logits), without
// the clipping.
func SparseCategoricalCrossentropyLogits(logits, labels *gorgonia.Node) (*gorgonia.Node, error) {
	return addLoss("SparseCategoricalCrossentropyLogits", logits, labels,
		perLabel(sparseLogits[float32]()), perLabel(sparseLogits[float64]()))
}

// valueOf and gradOf compute a loss of rows and its gradient.
type (
	valueOf[T kernel.Float] = func(pred, target []T, rows, cols int) T
	gradOf[T kernel.Float]  = func(d, pred, target []T, rows, cols int, upstream T)
)

// categoricalLogits keeps the softmax of a run for the gradient: the value is an input of the gradient, so it is
// computed first.
func categoricalLogits[T kernel.Float]() (valueOf[T], gradOf[T]) {
	var softmax []float64
	return func(logits, target []T, rows, cols int) T {
			if softmax == nil {
				softmax = make([]float64, rows*cols)
			}
			return kernel.CategoricalCrossentropyLogits(logits, target, softmax, rows, cols)
		}, func(d, _, target []T, rows, cols int, upstream T) {
			kernel.CategoricalCrossentropyLogitsGrad(d, target, softmax, rows, cols, upstream)
		}
}

// sparseLogits is categoricalLogits for class numbers.
func sparseLogits[T kernel.Float]() (valueOf[T], gradOf[T]) {
	var softmax []float64
	return func(logits, labels []T, rows, cols int) T {
			if softmax == nil {
				softmax = make([]float64, rows*cols)
			}
			return kernel.SparseCategoricalCrossentropyLogits(logits, labels, softmax, rows, cols)
		}, func(d, _, labels []T, rows, cols int, upstream T) {
			kernel.SparseCategoricalCrossentropyLogitsGrad(d, labels, softmax, rows, cols, upstream)
		}
}

// lossOf adds a loss of one dtype.
type lossOf func(name string, pred, target *gorgonia.Node) (*gorgonia.Node, error)

func addLoss(name string, pred, target *gorgonia.Node, float32s, float64s lossOf) (*gorgonia.Node, error) {
	if pred.Dims() == 0 {
		return nil, fmt.Errorf("%s: output is a scalar, want (rows, ...)", name)
	}
	return typed(name, pred,
		func() (*gorgonia.Node, error) { return float32s(name, pred, target) },
		func() (*gorgonia.Node, error) { return float64s(name, pred, target) })
}

// perElement is for a loss of all values, whatever their rows.
func perElement[T kernel.Float](value func(pred, target []T) T, grad func(d, pred, target []T, upstream T)) lossOf {
	return perRow(
		func(pred, target []T, _, _ int) T { return value(pred, target) },
		func(d, pred, target []T, _, _ int, upstream T) { grad(d, pred, target, upstream) })
}

// perRow is for a loss of rows of classes with targets of the same shape.
func perRow[T kernel.Float](value valueOf[T], grad gradOf[T]) lossOf {
	return func(name string, pred, target *gorgonia.Node) (*gorgonia.Node, error) {
		if !pred.Shape().Eq(target.Shape()) {
			return nil, fmt.Errorf("%s: targets %v, want the shape of the output %v", name, target.Shape(), pred.Shape())
		}
		return applyLoss(name, pred, target, nil, value, grad)
	}
}

// perLabel is for a loss of rows of classes with a class number for each row.
func perLabel[T kernel.Float](value valueOf[T], grad gradOf[T]) lossOf {
	return func(name string, pred, labels *gorgonia.Node) (*gorgonia.Node, error) {
		if want := pred.Shape()[:pred.Dims()-1]; !labels.Shape().Eq(want) {
			return nil, fmt.Errorf("%s: class numbers %v, want %v for outputs %v",
				name, labels.Shape(), tensor.Shape(want), pred.Shape())
		}
		_, cols := flat(pred.Shape())
		check := func(v [][]T) error {
			for row, class := range v[1] {
				if !(class >= 0 && class < T(cols)) || class != T(int(class)) {
					return fmt.Errorf("row %d: class %v, want a whole number from 0 to %d", row, class, cols-1)
				}
			}
			return nil
		}
		return applyLoss(name, pred, labels, check, value, grad)
	}
}

// applyLoss adds the scalar value(pred, target), whose gradient is grad(d, pred, target, upstream).
func applyLoss[T kernel.Float](name string, pred, target *gorgonia.Node, check func(v [][]T) error,
	value valueOf[T], grad gradOf[T]) (*gorgonia.Node, error) {
	rows, cols := flat(pred.Shape())
	return apply(&function[T]{
		name:  name,
		wrt:   []bool{true, false},
		check: check,
		run:   func(out []T, v [][]T) { out[0] = value(v[0], v[1], rows, cols) },
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			// y is an input only so that the forward run, which checks the targets, comes first
			d, err := apply(&function[T]{
				name:  name + ".dx",
				shape: pred.Shape(),
				direct: func(d []T, v [][]T) func() error {
					pred, target, upstream := v[1], v[2], v[3]
					return func() error { grad(d, pred, target, rows, cols, upstream[0]); return nil }
				},
			}, y, n[0], n[1], dy)
			return gorgonia.Nodes{d, nil}, err
		},
	}, pred, target)
}
