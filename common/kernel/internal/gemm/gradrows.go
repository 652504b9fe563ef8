//go:build (amd64 || arm64) && !purego

package gemm

import (
	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/parallel"
)

// DenseGradKernel is xᵀ·dy with dy packed once, for products of some rows.
type DenseGradKernel struct {
	product sparseProduct // of all rows
	sparse  bool          // x has many zeros, and dy is finite
}

// Begin packs dy if it is not small: x is m×k, dy m×n.
func (g *DenseGradKernel) Begin(x, dy []float32, m, k, n int) {
	if m*n < leastProduct {
		return
	}
	g.product.shared.put()
	p := fastProduct{a: x, b: dy, m: k, k: m, n: n, aRow: 1, aK: k}
	g.sparse = p.wide() && p.m*p.k*p.n >= leastZeros && p.manyZeros() && finite.Parallel(dy) // as in MatMul
	g.product = sparseProduct{fastProduct: p}
	if g.sparse {
		g.product.pack()
	} else {
		g.product.share()
	}
}

// Rows computes rows lo … hi-1 in dw and reports whether it did: not if Begin has packed nothing.
func (g *DenseGradKernel) Rows(dw []float32, lo, hi int) bool {
	p := g.product
	if p.k == 0 {
		return false
	}
	p.c, p.a, p.m = dw, p.a[lo:], hi-lo
	p.rows = pieceOf(p.m, p.k*p.n)
	if pieces := ceilDiv(p.m, p.rows); g.sparse {
		parallel.Region(&sparseProducts, pieces, p)
	} else {
		p.columns, p.rowPieces = p.n, pieces
		parallel.Region(&fastProducts, pieces, p.fastProduct)
	}
	return true
}
