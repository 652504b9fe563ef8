package kernel

import (
	"gorgonia-lectures/common/kernel/internal/gemm"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// DenseGradKernel is the gradient of Dense's kernel, computed some rows at a time while an optimizer uses them: the
// whole, as large as the kernel, need not be written to memory and read again.
type DenseGradKernel[T Float] struct {
	x, dy   []T
	m, k, n int
	fast    gemm.DenseGradKernel
}

// NewDenseGradKernel prepares the gradient dw = xᵀ·dy: x is m×k, dy m×n, dw k×n. They stay where they are.
func NewDenseGradKernel[T Float](x, dy []T, m, k, n int) *DenseGradKernel[T] {
	return &DenseGradKernel[T]{x: x[:m*k], dy: dy[:m*n], m: m, k: k, n: n}
}

// Begin looks at the numbers that x and dy have now. Call it before Rows, and whenever they have others.
func (g *DenseGradKernel[T]) Begin() {
	if vector.Runs[T]() {
		g.fast.Begin(vector.Single(g.x), vector.Single(g.dy), g.m, g.k, g.n)
	}
}

// Rows computes rows lo … hi-1 of dw, with the bits of MatMul's; dw begins with row lo.
func (g *DenseGradKernel[T]) Rows(dw []T, lo, hi int) {
	dw = dw[:(hi-lo)*g.n]
	if vector.Runs[T]() && g.fast.Rows(vector.Single(dw), lo, hi) {
		return
	}
	p := product[T]{c: dw, a: g.x[lo:], b: g.dy, m: hi - lo, k: g.m, n: g.n, aRow: 1, aCol: g.k}
	p.run()
}
