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
	return typed("MeanSquaredError", pred,
		func() (*gorgonia.Node, error) {
			return likeTarget("MeanSquaredError", pred, target, kernel.MeanSquaredError[float32], kernel.MeanSquaredErrorGrad[float32])
		},
		func() (*gorgonia.Node, error) {
			return likeTarget("MeanSquaredError", pred, target, kernel.MeanSquaredError[float64], kernel.MeanSquaredErrorGrad[float64])
		})
}

// BinaryCrossentropy adds the scalar mean(-target·log(p) - (1-target)·log(1-p)) of probabilities p,
// clipped to [1e-7, 1-1e-7] as Keras does; pred and target have one shape.
func BinaryCrossentropy(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	const name = "BinaryCrossentropy"
	return typed(name, pred,
		func() (*gorgonia.Node, error) {
			return likeTarget(name, pred, target, kernel.BinaryCrossentropy[float32], kernel.BinaryCrossentropyGrad[float32])
		},
		func() (*gorgonia.Node, error) {
			return likeTarget(name, pred, target, kernel.BinaryCrossentropy[float64], kernel.BinaryCrossentropyGrad[float64])
		})
}

// BinaryCrossentropyLogits is BinaryCrossentropy of sigmoid(logits), exact for logits of any size.
func BinaryCrossentropyLogits(logits, target *gorgonia.Node) (*gorgonia.Node, error) {
	const name = "BinaryCrossentropyLogits"
	return typed(name, logits,
		func() (*gorgonia.Node, error) {
			return likeTarget(name, logits, target, kernel.BinaryCrossentropyLogits[float32], kernel.BinaryCrossentropyLogitsGrad[float32])
		},
		func() (*gorgonia.Node, error) {
			return likeTarget(name, logits, target, kernel.BinaryCrossentropyLogits[float64], kernel.BinaryCrossentropyLogitsGrad[float64])
		})
}

// CategoricalCrossentropy adds the scalar mean over the rows of -sum(target·log(p)), where p is the
// row divided by its sum and clipped to [1e-7, 1-1e-7] as Keras does; pred and target are
// (rows, classes).
func CategoricalCrossentropy(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	const name = "CategoricalCrossentropy"
	return typed(name, pred,
		func() (*gorgonia.Node, error) {
			return byRows(name, pred, target, kernel.CategoricalCrossentropy[float32], kernel.CategoricalCrossentropyGrad[float32])
		},
		func() (*gorgonia.Node, error) {
			return byRows(name, pred, target, kernel.CategoricalCrossentropy[float64], kernel.CategoricalCrossentropyGrad[float64])
		})
}

// CategoricalCrossentropyLogits is CategoricalCrossentropy of softmax(logits), without the clipping.
func CategoricalCrossentropyLogits(logits, target *gorgonia.Node) (*gorgonia.Node, error) {
	const name = "CategoricalCrossentropyLogits"
	return typed(name, logits,
		func() (*gorgonia.Node, error) {
			return byRows(name, logits, target, kernel.CategoricalCrossentropyLogits[float32], kernel.CategoricalCrossentropyLogitsGrad[float32])
		},
		func() (*gorgonia.Node, error) {
			return byRows(name, logits, target, kernel.CategoricalCrossentropyLogits[float64], kernel.CategoricalCrossentropyLogitsGrad[float64])
		})
}

// SparseCategoricalCrossentropy is CategoricalCrossentropy with class numbers, (rows), in place of
// one-hot rows; Keras clips here before it divides by the sum. A number that is no class is an error
// at the run.
func SparseCategoricalCrossentropy(pred, labels *gorgonia.Node) (*gorgonia.Node, error) {
	const name = "SparseCategoricalCrossentropy"
	return typed(name, pred,
		func() (*gorgonia.Node, error) {
			return byLabels(name, pred, labels, kernel.SparseCategoricalCrossentropy[float32], kernel.SparseCategoricalCrossentropyGrad[float32])
		},
		func() (*gorgonia.Node, error) {
			return byLabels(name, pred, labels, kernel.SparseCategoricalCrossentropy[float64], kernel.SparseCategoricalCrossentropyGrad[float64])
		})
}

// SparseCategoricalCrossentropyLogits is SparseCategoricalCrossentropy of softmax(logits), without
// the clipping.
func SparseCategoricalCrossentropyLogits(logits, labels *gorgonia.Node) (*gorgonia.Node, error) {
	const name = "SparseCategoricalCrossentropyLogits"
	return typed(name, logits,
		func() (*gorgonia.Node, error) {
			return byLabels(name, logits, labels, kernel.SparseCategoricalCrossentropyLogits[float32], kernel.SparseCategoricalCrossentropyLogitsGrad[float32])
		},
		func() (*gorgonia.Node, error) {
			return byLabels(name, logits, labels, kernel.SparseCategoricalCrossentropyLogits[float64], kernel.SparseCategoricalCrossentropyLogitsGrad[float64])
		})
}

// lossOf adds the scalar value(pred, target), whose gradient is grad(d, pred, target, upstream).
func lossOf[T kernel.Float](name string, pred, target *gorgonia.Node,
	value func(pred, target []T) (T, error), grad func(d, pred, target []T, upstream T)) (*gorgonia.Node, error) {
	return apply(&function[T]{
		name: name,
		wrt:  []bool{true, false},
		run: func(out []T, v [][]T) (err error) {
			out[0], err = value(v[0], v[1])
			return err
		},
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			// y is an input so that the targets are checked before the gradient trusts them
			d, err := apply(&function[T]{
				name:  name + ".dx",
				shape: pred.Shape(),
				run: func(d []T, v [][]T) error {
					grad(d, v[1], v[2], v[3][0])
					return nil
				},
			}, y, n[0], n[1], dy)
			return gorgonia.Nodes{d, nil}, err
		},
	}, pred, target)
}

func likeTarget[T kernel.Float](name string, pred, target *gorgonia.Node,
	value func(pred, target []T) T, grad func(d, pred, target []T, upstream T)) (*gorgonia.Node, error) {
	if !pred.Shape().Eq(target.Shape()) || pred.Dims() == 0 {
		return nil, fmt.Errorf("%s: targets %v, want the shape of the output %v", name, target.Shape(), pred.Shape())
	}
	return lossOf(name, pred, target,
		func(pred, target []T) (T, error) { return value(pred, target), nil }, grad)
}

func byRows[T kernel.Float](name string, pred, target *gorgonia.Node,
	value func(pred, target []T, rows, cols int) T, grad func(d, pred, target []T, rows, cols int, upstream T)) (*gorgonia.Node, error) {
	if pred.Dims() == 0 {
		return nil, fmt.Errorf("%s: output is a scalar, want (rows, classes)", name)
	}
	rows, cols := flat(pred.Shape())
	return likeTarget(name, pred, target,
		func(pred, target []T) T { return value(pred, target, rows, cols) },
		func(d, pred, target []T, upstream T) { grad(d, pred, target, rows, cols, upstream) })
}

func byLabels[T kernel.Float](name string, pred, labels *gorgonia.Node,
	value func(pred, labels []T, rows, cols int) T, grad func(d, pred, labels []T, rows, cols int, upstream T)) (*gorgonia.Node, error) {
	if pred.Dims() == 0 {
		return nil, fmt.Errorf("%s: output is a scalar, want (rows, classes)", name)
	}
	rows, cols := flat(pred.Shape())
	if want := pred.Shape()[:pred.Dims()-1]; !labels.Shape().Eq(want) {
		return nil, fmt.Errorf("%s: class numbers %v, want %v for outputs %v", name, labels.Shape(), tensor.Shape(want), pred.Shape())
	}
	return lossOf(name, pred, labels,
		func(pred, labels []T) (T, error) {
			for row, class := range labels {
				if !(class >= 0 && class < T(cols)) || class != T(int(class)) {
					return 0, fmt.Errorf("row %d: class %v, want a whole number from 0 to %d", row, class, cols-1)
				}
			}
			return value(pred, labels, rows, cols), nil
		},
		func(d, pred, labels []T, upstream T) { grad(d, pred, labels, rows, cols, upstream) })
}
