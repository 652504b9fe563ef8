package op

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Penalty adds the scalar loss + l1·Σ|w| + l2·Σw², the sums being over all values of w. The gradients are dy of the
// loss and dy·(l1·sign(w) + 2·l2·w) of w, where sign(0) is 0. As in Keras on TensorFlow, the factors are rounded to
// float32 even in a float64 model.
func Penalty(loss, w *gorgonia.Node, l1, l2 float64) (*gorgonia.Node, error) {
	if !loss.IsScalar() {
		return nil, fmt.Errorf("Penalty: loss %v, want a scalar", loss.Shape())
	}
	return typed("Penalty", w,
		func() (*gorgonia.Node, error) { return penalty(loss, w, float32(l1), float32(l2)) },
		func() (*gorgonia.Node, error) { return penalty(loss, w, float64(float32(l1)), float64(float32(l2))) })
}

func penalty[T kernel.Float](loss, w *gorgonia.Node, l1, l2 T) (*gorgonia.Node, error) {
	return apply(&function[T]{
		name: "Penalty",
		run: func(out []T, v [][]T) {
			absolute, squares := 0.0, 0.0
			for _, w := range v[1] {
				absolute += math.Abs(float64(w))
				squares += float64(float64(w) * float64(w)) // no fused multiply-add: the same bits everywhere
			}
			out[0] = v[0][0] + T(float64(l1)*absolute) + T(float64(l2)*squares)
		},
		diff: func(n gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			dLoss, err := apply(&function[T]{
				name: "Penalty.dloss",
				run:  func(d []T, v [][]T) { d[0] = v[0][0] },
			}, dy)
			if err != nil {
				return nil, err
			}
			dw, err := apply(&function[T]{
				name:  "Penalty.dw",
				shape: w.Shape(),
				run: func(d []T, v [][]T) {
					rate, slope := v[1][0]*l1, 2*v[1][0]*l2
					for i, w := range v[0] {
						d[i] = T(slope * w)
						switch {
						case w > 0:
							d[i] += rate
						case w < 0:
							d[i] -= rate
						}
					}
				},
			}, n[1], dy)
			return gorgonia.Nodes{dLoss, dw}, err
		},
	}, loss, w)
}
