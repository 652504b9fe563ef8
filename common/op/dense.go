package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Dense adds y = x·w + b, and then ReLU if relu is set: x (rows, in), w (in, out), b (out) or nil,
// y (rows, out). Its gradients are three nodes: dx = dy·wᵀ, dw = xᵀ·dy, db = the column sums of dy,
// where dy is first masked by y > 0 if relu is set.
func Dense(x, w, b *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	if x.Dims() != 2 || w.Dims() != 2 || x.Shape()[1] != w.Shape()[0] {
		return nil, fmt.Errorf("Dense: x %v does not fit w %v, want (rows, in) and (in, out)", x.Shape(), w.Shape())
	}
	if b != nil && (b.Dims() != 1 || b.Shape()[0] != w.Shape()[1]) {
		return nil, fmt.Errorf("Dense: bias %v, want (%d)", b.Shape(), w.Shape()[1])
	}
	return typed("Dense", x,
		func() (*gorgonia.Node, error) { return dense[float32](x, w, b, relu) },
		func() (*gorgonia.Node, error) { return dense[float64](x, w, b, relu) })
}

func dense[T kernel.Float](x, w, b *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	rows, in, out := x.Shape()[0], x.Shape()[1], w.Shape()[1]
	f := &function[T]{
		name:  withReLU("Dense", relu),
		shape: tensor.Shape{rows, out},
		wrt:   trues(inputCount(b)),
		run: func(y []T, v [][]T) error {
			kernel.Dense(y, v[0], v[1], bias(v), rows, in, out, relu)
			return nil
		},
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			return affineGradients[T](n, y, dy, relu,
				func(dy *gorgonia.Node) (*gorgonia.Node, error) {
					return product[T]("Dense.dx", dy, n[1], rows, out, in, false, true)
				},
				func(dy *gorgonia.Node) (*gorgonia.Node, error) {
					return product[T]("Dense.dw", n[0], dy, in, rows, out, true, false)
				})
		},
	}
	return applyAffine(f, x, w, b)
}

// product adds C = op(A)·op(B), C (m, n), with the inner size k.
func product[T kernel.Float](name string, a, b *gorgonia.Node, m, k, n int, transA, transB bool) (*gorgonia.Node, error) {
	var work []T
	size := kernel.MatMulWork(m, k, n, transA, transB)
	return apply(&function[T]{
		name:  name,
		shape: tensor.Shape{m, n},
		run: func(c []T, v [][]T) error {
			work = grow(work, size)
			kernel.MatMul(c, v[0], v[1], work, m, k, n, transA, transB)
			return nil
		},
	}, a, b)
}

// What Dense and Conv2D share: a kernel w, an optional bias, an optional ReLU.

func withReLU(name string, relu bool) string {
	if relu {
		return name + "+ReLU"
	}
	return name
}

func inputCount(b *gorgonia.Node) int {
	if b == nil {
		return 2
	}
	return 3
}

func trues(n int) []bool {
	all := make([]bool, n)
	for i := range all {
		all[i] = true
	}
	return all
}

// bias is the third input if there is one.
func bias[T kernel.Float](v [][]T) []T {
	if len(v) < 3 {
		return nil
	}
	return v[2]
}

func applyAffine[T kernel.Float](f *function[T], x, w, b *gorgonia.Node) (*gorgonia.Node, error) {
	if b == nil {
		return apply(f, x, w)
	}
	return apply(f, x, w, b)
}

// affineGradients makes the gradient nodes of x, w and, if there is one, the bias, all from one
// node dy after the ReLU.
func affineGradients[T kernel.Float](n gorgonia.Nodes, y, dy *gorgonia.Node, relu bool,
	gradInput, gradKernel func(dy *gorgonia.Node) (*gorgonia.Node, error)) (gorgonia.Nodes, error) {
	var err error
	if relu {
		if dy, err = reluGrad[T](y, dy); err != nil {
			return nil, err
		}
	}
	grads := make(gorgonia.Nodes, len(n))
	if grads[0], err = gradInput(dy); err != nil {
		return nil, err
	}
	if grads[1], err = gradKernel(dy); err != nil {
		return nil, err
	}
	if len(n) > 2 {
		if grads[2], err = columnSums[T](dy); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

// columnSums adds the sums over all axes but the last.
func columnSums[T kernel.Float](a *gorgonia.Node) (*gorgonia.Node, error) {
	rows, cols := flat(a.Shape())
	var work []T
	size := kernel.ColumnSumsWork(rows, cols)
	return apply(&function[T]{
		name:  "ColumnSums",
		shape: tensor.Shape{cols},
		run: func(sums []T, v [][]T) error {
			work = grow(work, size)
			kernel.ColumnSums(sums, v[0], work, rows, cols)
			return nil
		},
	}, a)
}

// flat sees a shape as a matrix: the last axis, and all before it.
func flat(s tensor.Shape) (rows, cols int) {
	cols = s[len(s)-1]
	return s.TotalSize() / cols, cols
}
