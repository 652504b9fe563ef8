package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Dense adds y = x·w + b, and then ReLU if relu is set: x (rows, in), w (in, out), b (out) or nil,
// y (rows, out). Its gradients are three nodes: dx = dy·wᵀ, dw = xᵀ·dy, db = the column sums of dy,
// where dy is first masked by y > 0 if relu is set. Of an x with more axes, (rows, ..., in), all but the last are rows.
func Dense(x, w, b *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	if x.Dims() < 2 || w.Dims() != 2 || x.Shape()[x.Dims()-1] != w.Shape()[0] {
		return nil, fmt.Errorf("Dense: x %v does not fit w %v, want (rows, ..., in) and (in, out)", x.Shape(), w.Shape())
	}
	if b != nil && (b.Dims() != 1 || b.Shape()[0] != w.Shape()[1]) {
		return nil, fmt.Errorf("Dense: bias %v, want (%d)", b.Shape(), w.Shape()[1])
	}
	return typed("Dense", x,
		func() (*gorgonia.Node, error) { return dense[float32](x, w, b, relu) },
		func() (*gorgonia.Node, error) { return dense[float64](x, w, b, relu) })
}

// leastRows is the smallest number of values of a kernel whose gradient is computed in rows, unless dy has nearly as
// many.
const leastRows = 1 << 17

func dense[T kernel.Float](x, w, b *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	rows, in := flat(x.Shape())
	out := w.Shape()[1]
	shape := x.Shape().Clone()
	shape[len(shape)-1] = out
	return affine("Dense", x, w, b, relu, shape,
		func(y, x, w, bias []T) func() error {
			if s := kernel.NewSmallDense(y, x, w, bias, rows, in, out, relu); s != nil {
				return func() error { s.Run(); return nil }
			}
			return func() error { kernel.Dense(y, x, w, bias, rows, in, out, relu); return nil }
		},
		func(w, dy *gorgonia.Node) (*gorgonia.Node, error) { return denseGradInput[T](x, w, dy) },
		func(x, dy *gorgonia.Node) (*gorgonia.Node, error) {
			dw, err := product[T]("Dense.dw", x, dy, w.Shape(), in, rows, out, true, false)
			if err != nil {
				return nil, err
			}
			if f, ok := dw.Op().(*function[T]); ok && in*out >= leastRows && 4*rows <= in {
				f.rows = func(v [][]T) (func(), func(dw []T, lo, hi int)) {
					g := kernel.NewDenseGradKernel(v[0], v[1], rows, in, out)
					return g.Begin, g.Rows
				}
			}
			return dw, nil
		})
}

// denseGradInput adds dx = dy·wᵀ. If the product is large and x is the output of a ReLU, or of an operation that keeps
// a ReLU's zeros, it computes dx only where x > 0.
func denseGradInput[T kernel.Float](x, w, dy *gorgonia.Node) (*gorgonia.Node, error) {
	rows, in := flat(x.Shape())
	out := w.Shape()[1]
	if rows*in*out < kernel.LeastDenseGradInput {
		return product[T]("Dense.dx", dy, w, x.Shape(), rows, out, in, false, true)
	}
	gradient := function[T]{name: "Dense.dx", shape: x.Shape()}
	size := kernel.MatMulWork(rows, out, in, false, true)
	masked := gradient
	masked.run = withWork(size, func(dx []T, v [][]T, work []T) {
		kernel.DenseGradInput(dx, v[0], v[1], v[2], work, rows, in, out)
	})
	gradient.run = withWork(size, func(dx []T, v [][]T, work []T) {
		kernel.MatMul(dx, v[0], v[1], work, rows, out, in, false, true)
	})
	gradient.afterReLU = func(y *gorgonia.Node) (*gorgonia.Node, error) {
		if y != x {
			return nil, nil
		}
		return apply(&masked, dy, w, x)
	}
	return apply(&gradient, dy, w)
}

// product adds C = op(A)·op(B), C (m, n), with the inner size k. shape is that of the node, of m·n values.
func product[T kernel.Float](name string, a, b *gorgonia.Node, shape tensor.Shape,
	m, k, n int, transA, transB bool) (*gorgonia.Node, error) {
	return apply(&function[T]{
		name:  name,
		shape: shape,
		direct: func(c []T, v [][]T) func() error {
			a, b := v[0], v[1]
			if s := kernel.NewSmallMatMul(c, a, b, m, k, n, transA, transB); s != nil {
				return func() error { s.Run(); return nil }
			}
			work := make([]T, kernel.MatMulWork(m, k, n, transA, transB))
			return func() error { kernel.MatMul(c, a, b, work, m, k, n, transA, transB); return nil }
		},
	}, a, b)
}

// affine adds an operation with a kernel w, a bias or nil, and ReLU if relu is set, for Dense and Conv2D. The gradients
// of x, w and b share one node: dy masked by the ReLU.
func affine[T kernel.Float](name string, x, w, b *gorgonia.Node, relu bool, shape tensor.Shape,
	forward func(y, x, w, bias []T) func() error,
	gradInput, gradKernel func(factor, dy *gorgonia.Node) (*gorgonia.Node, error)) (*gorgonia.Node, error) {
	inputs := gorgonia.Nodes{x, w}
	if b != nil {
		inputs = append(inputs, b)
	}
	if relu {
		name += "+ReLU"
	}
	return apply(&function[T]{
		name:  name,
		shape: shape,
		direct: func(y []T, v [][]T) func() error {
			var bias []T
			if len(v) > 2 {
				bias = v[2]
			}
			return forward(y, v[0], v[1], bias)
		},
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (_ gorgonia.Nodes, err error) {
			if relu {
				if dy, err = reluGrad[T](y, dy); err != nil {
					return nil, err
				}
			}
			grads := make(gorgonia.Nodes, len(n))
			if grads[0], err = gradInput(n[1], dy); err != nil {
				return nil, err
			}
			if grads[1], err = gradKernel(n[0], dy); err != nil {
				return nil, err
			}
			if len(n) > 2 {
				grads[2], err = columnSums[T](dy)
			}
			return grads, err
		},
	}, inputs...)
}

// columnSums adds the sums over all axes but the last.
func columnSums[T kernel.Float](a *gorgonia.Node) (*gorgonia.Node, error) {
	rows, cols := flat(a.Shape())
	return apply(&function[T]{
		name:  "ColumnSums",
		shape: tensor.Shape{cols},
		direct: func(sums []T, v [][]T) func() error {
			a, work := v[0], make([]T, kernel.ColumnSumsWork(rows, cols))
			return func() error { kernel.ColumnSums(sums, a, work, rows, cols); return nil }
		},
	}, a)
}

// flat returns a shape as that of a matrix: the columns are the last axis, the rows all others.
func flat(s tensor.Shape) (rows, cols int) {
	cols = s[len(s)-1]
	return s.TotalSize() / cols, cols
}
