package op

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// leastDeviation is the smallest number that Keras divides by (keras.config.epsilon).
const leastDeviation = 1e-7

// Standardization adds y = (x-mean)/max(√variance, 1e-7), or y = x·max(√variance, 1e-7) + mean if inverse is set. mean
// and variance are (n) for x (rows, ..., n), or (1). It has a gradient with respect to x alone.
func Standardization(x, mean, variance *gorgonia.Node, inverse bool) (*gorgonia.Node, error) {
	for _, n := range []*gorgonia.Node{mean, variance} {
		if n.Dims() != 1 || n.Shape()[0] != mean.Shape()[0] {
			return nil, fmt.Errorf("Standardization: mean %v and variance %v, want one axis of one size",
				mean.Shape(), variance.Shape())
		}
	}
	return standardize(x, gorgonia.Nodes{mean, variance}, mean.Shape()[0], nil, nil, inverse)
}

// StandardizationBy is Standardization with a given mean and variance.
func StandardizationBy(x *gorgonia.Node, mean, variance []float64, inverse bool) (*gorgonia.Node, error) {
	if len(mean) != len(variance) {
		return nil, fmt.Errorf("Standardization: %d means and %d variances, want the same number", len(mean), len(variance))
	}
	return standardize(x, nil, len(mean), mean, variance, inverse)
}

func standardize(x *gorgonia.Node, moments gorgonia.Nodes, cols int, mean, variance []float64, inverse bool) (
	*gorgonia.Node, error) {
	const name = "Standardization"
	if x.Dims() < 2 {
		return nil, fmt.Errorf("%s: x %v, want (rows, ...) with at least two axes", name, x.Shape())
	}
	if _, last := flat(x.Shape()); cols != 1 && cols != last {
		return nil, fmt.Errorf("%s: %d means for x %v, want 1 or %d", name, cols, x.Shape(), last)
	}
	return typed(name, x,
		func() (*gorgonia.Node, error) {
			return standardization[float32](name, x, moments, cols, mean, variance, inverse)
		},
		func() (*gorgonia.Node, error) {
			return standardization[float64](name, x, moments, cols, mean, variance, inverse)
		})
}

func standardization[T kernel.Float](name string, x *gorgonia.Node, moments gorgonia.Nodes, cols int,
	mean, variance []float64, inverse bool) (*gorgonia.Node, error) {
	rows := x.Shape().TotalSize() / cols
	given := [][]T{convert[T](mean), convert[T](variance)}
	factor, center, shift, zeros := make([]T, cols), make([]T, cols), make([]T, cols), make([]T, cols)
	return apply(&function[T]{
		name:  name,
		shape: x.Shape(),
		wrt:   []bool{true, false, false}[:1+len(moments)],
		run: func(y []T, v [][]T) {
			m := given
			if len(v) > 1 {
				m = v[1:]
			}
			kernel.Deviation(factor, m[1], leastDeviation)
			if inverse {
				copy(shift, m[0])
			} else {
				copy(center, m[0])
				for j, deviation := range factor {
					factor[j] = 1 / deviation
				}
			}
			kernel.Normalize(y, v[0], center, factor, shift, rows, cols)
		},
		diff: func(_ gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			// y is an input only so that the forward run, which computes the factors, comes first
			dx, err := apply(&function[T]{
				name:  name + ".dx",
				shape: x.Shape(),
				run:   func(dx []T, v [][]T) { kernel.Normalize(dx, v[1], zeros, factor, zeros, rows, cols) },
			}, y, dy)
			return append(gorgonia.Nodes{dx}, make(gorgonia.Nodes, len(moments))...), err
		},
	}, append(gorgonia.Nodes{x}, moments...)...)
}

func convert[T kernel.Float](values []float64) []T {
	list := make([]T, len(values))
	for i, v := range values {
		list[i] = T(v)
	}
	return list
}
