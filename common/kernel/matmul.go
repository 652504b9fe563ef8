package kernel

// Sizes of the blocks of a matrix product, in elements. A block of B stays in the L2 cache while the
// rows of A pass over it; a row of C stays in L1.
const (
	blockRows    = 64
	blockColumns = 128
	blockDepth   = 256 // a multiple of addProduct's widest pass, so that blocks leave the order of the sum alone
)

// product is one matrix product, cut into pieces of rows x columns of C.
type product[T Float] struct {
	c, a, b, work, bias []T
	m, k, n             int
	aRow, aCol          int // strides of op(A)
	transB, relu        bool
	grid
}

// grid is how C is cut.
type grid struct {
	rows, columns           int // of one piece
	rowPieces, columnPieces int
}

func productGrid(m, k, n int) grid {
	if m == 0 || n == 0 || k == 0 || m*k*n < 2*pieceWork {
		return grid{rows: m, columns: n, rowPieces: 1, columnPieces: 1}
	}
	g := grid{rowPieces: ceilDiv(m, blockRows), columnPieces: ceilDiv(n, blockColumns)}
	g.rows, g.columns = ceilDiv(m, g.rowPieces), ceilDiv(n, g.columnPieces)
	g.rowPieces, g.columnPieces = ceilDiv(m, g.rows), ceilDiv(n, g.columns)
	return g
}

func (g grid) pieces() int { return g.rowPieces * g.columnPieces }

// packed is the length of the buffer in which a piece keeps a transposed block of B.
func packed(k int, g grid) int { return min(k, blockDepth) * min(g.columns, blockColumns) }

// MatMulWork returns the length of MatMul's scratch slice for the same shape.
func MatMulWork(m, k, n int, transA, transB bool) int {
	if !transB {
		return 0
	}
	g := productGrid(m, k, n)
	return g.pieces() * packed(k, g)
}

// MatMul computes C = op(A)·op(B), as BLAS' gemm with alpha 1 and beta 0:
//
//	for i := range m {
//		for j := range n {
//			c[i*n+j] = Σ_p op(A)[i,p] * op(B)[p,j]   // p = 0 … k-1
//		}
//	}
//
// C is m×n. A is stored m×k, or k×m if transA; B is stored k×n, or n×k if transB. work has at least
// MatMulWork elements and may be nil if that is 0.
func MatMul[T Float](c, a, b, work []T, m, k, n int, transA, transB bool) {
	p := product[T]{c: c[:m*n], a: a[:m*k], b: b[:k*n], m: m, k: k, n: n, aRow: k, aCol: 1, transB: transB}
	if transA {
		p.aRow, p.aCol = 1, m
	}
	p.work = work[:MatMulWork(m, k, n, transA, transB)]
	p.run()
}

// Dense computes the dense layer y = x·w + bias, then max(0, ·) if relu:
//
//	for i := range m {
//		for j := range n {
//			y[i*n+j] = bias[j] + Σ_p x[i*k+p] * w[p*n+j]   // p = 0 … k-1
//		}
//	}
//
// x is m×k, w k×n, y m×n; bias has n elements or is nil.
func Dense[T Float](y, x, w, bias []T, m, k, n int, relu bool) {
	p := product[T]{c: y[:m*n], a: x[:m*k], b: w[:k*n], m: m, k: k, n: n, aRow: k, aCol: 1, relu: relu}
	if bias != nil {
		p.bias = bias[:n]
	}
	p.run()
}

func (p product[T]) run() {
	p.grid = productGrid(p.m, p.k, p.n)
	if p.pieces() == 1 {
		p.piece(0)
		return
	}
	q := p // a copy that may escape, so that p stays on the stack
	parallel(q.pieces(), func(piece int) { q.piece(piece) })
}

// piece computes one block of C.
func (p *product[T]) piece(piece int) {
	row, column := piece%p.rowPieces, piece/p.rowPieces
	i0, j0 := row*p.rows, column*p.columns
	i1, j1 := min(i0+p.rows, p.m), min(j0+p.columns, p.n)
	var work []T
	if p.transB {
		size := packed(p.k, p.grid)
		work = p.work[piece*size:][:size]
	}
	for j := j0; j < j1; j += blockColumns {
		p.block(work, i0, i1, j, min(j+blockColumns, j1))
	}
}

// block computes rows i0 … i1-1 and columns j0 … j1-1 of C.
func (p *product[T]) block(work []T, i0, i1, j0, j1 int) {
	for i := i0; i < i1; i++ {
		c := p.c[i*p.n+j0 : i*p.n+j1]
		if p.bias != nil {
			copy(c, p.bias[j0:j1])
		} else {
			clear(c)
		}
	}
	for k0 := 0; k0 < p.k; k0 += blockDepth {
		depth := min(blockDepth, p.k-k0)
		var b []T
		stride := p.n
		if p.transB {
			stride = j1 - j0
			b = work[:depth*stride]
			transpose(b, p.b[j0*p.k+k0:], p.k, depth, stride)
		} else {
			b = p.b[k0*p.n+j0:]
		}
		for i := i0; i < i1; i++ {
			addProduct(p.c[i*p.n+j0:i*p.n+j1], p.a[i*p.aRow+k0*p.aCol:], p.aCol, b, stride, depth)
		}
	}
	if p.relu {
		for i := i0; i < i1; i++ {
			c := p.c[i*p.n+j0 : i*p.n+j1]
			relu(c, c)
		}
	}
}

// transpose stores the columns of src, rows of the given stride, as rows of dst:
//
//	dst[p*columns+j] = src[j*stride+p]   // p < rows, j < columns
func transpose[T Float](dst, src []T, stride, rows, columns int) {
	for j := range columns {
		s := src[j*stride:][:rows]
		for p, v := range s {
			dst[p*columns+j] = v
		}
	}
}
