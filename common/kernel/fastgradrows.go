//go:build (amd64 || arm64) && !purego

package kernel

// denseGradKernel is xᵀ·dy with dy packed once, for products of some rows.
type denseGradKernel struct {
	product sparseProduct // of all rows
	sparse  bool          // x has many zeros, and dy is finite
}

// begin packs dy: x is m×k, dy m×n.
func (g *denseGradKernel) begin(x, dy []float32, m, k, n int) {
	g.product.shared.put()
	p := fastProduct{a: x, b: dy, m: k, k: m, n: n, aRow: 1, aK: k}
	g.sparse = p.wide() && p.m*p.k*p.n >= leastZeros && p.manyZeros() && Finite(dy) // as in MatMul
	g.product = sparseProduct{fastProduct: p}
	if g.sparse {
		g.product.pack()
	} else {
		g.product.share()
	}
}

// rows computes rows lo … hi-1 in dw.
func (g *denseGradKernel) rows(dw []float32, lo, hi int) {
	p := g.product
	p.c, p.a, p.m = dw, p.a[lo:], hi-lo
	p.rows = pieceOf(p.m, p.k*p.n)
	if pieces := ceilDiv(p.m, p.rows); g.sparse {
		region(&sparseProducts, pieces, p)
	} else {
		p.columns, p.rowPieces = p.n, pieces
		region(&fastProducts, pieces, p.fastProduct)
	}
}
