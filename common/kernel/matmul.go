package kernel

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/gemm"
	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// Sizes of the blocks of a matrix product, in elements. A block of B stays in the L2 cache while the
// rows of A pass over it; a row of C stays in L1.
const (
	blockColumns = 256
	blockDepth   = 128 // a multiple of addProduct's widest pass, so that blocks do not change the order of the sum
	leastRows    = 8   // of A for one block of B, so that reading B from memory does not take most of the time
	mostRows     = 64
)

// product is one matrix product, cut into pieces of rows x columns of C.
type product[T Float] struct {
	c, a, b, work, bias []T
	m, k, n             int
	aRow, aCol          int // strides of op(A)
	transB, relu        bool
	finite              bool // b has no NaN and no infinity
	grid
}

var products sync.Pool

// grid is how C is cut.
type grid struct {
	rows, columns           int // of one piece
	rowPieces, columnPieces int
}

// productGrid cuts C into pieces of a few pieceWork. With a transposed B a piece has mostRows rows, because each
// piece transposes its block of B anew.
func productGrid(m, k, n int, transB bool) grid {
	if m == 0 || n == 0 || k == 0 || m*k*n < 2*pieceWork {
		return grid{rows: m, columns: n, rowPieces: 1, columnPieces: 1}
	}
	g := grid{columnPieces: ceilDiv(n, blockColumns)}
	g.columns = ceilDiv(n, g.columnPieces)
	rows := mostRows
	if !transB {
		rows = min(max(leastRows, 2*pieceWork/(k*g.columns)), mostRows)
	}
	g.rowPieces = ceilDiv(m, rows)
	g.rows = ceilDiv(m, g.rowPieces)
	g.rowPieces, g.columnPieces = ceilDiv(m, g.rows), ceilDiv(n, g.columns)
	return g
}

func (g grid) pieces() int { return g.rowPieces * g.columnPieces }

// packedSize is the length of the buffer in which a piece keeps a transposed block of B.
func packedSize(k int, g grid) int { return min(k, blockDepth) * min(g.columns, blockColumns) }

// MatMulWork returns the length of MatMul's scratch slice for the same shape.
func MatMulWork(m, k, n int, transA, transB bool) int {
	if !transB {
		return 0
	}
	g := productGrid(m, k, n, transB)
	return g.pieces() * packedSize(k, g)
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
	c, a, b = c[:m*n], a[:m*k], b[:k*n]
	if isSmall(k, n) {
		smallMatMul(c, a, b, m, k, n, transA, transB).all(m)
		return
	}
	p := product[T]{c: c, a: a, b: b, m: m, k: k, n: n, aRow: k, aCol: 1, transB: transB}
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
	y, x, w = y[:m*n], x[:m*k], w[:k*n]
	if bias != nil {
		bias = bias[:n]
	}
	if isSmall(k, n) {
		smallDense(y, x, w, bias, m, k, n, relu).all(m)
		return
	}
	p := product[T]{c: y, a: x, b: w, bias: bias, m: m, k: k, n: n, aRow: k, aCol: 1, relu: relu}
	p.run()
}

func (p product[T]) run() {
	if vector.Runs[T]() && gemm.Product(vector.Single(p.c), vector.Single(p.a), vector.Single(p.b), vector.Single(p.bias),
		p.m, p.k, p.n, p.aRow, p.aCol, p.transB, p.relu) {
		return
	}
	p.grid = productGrid(p.m, p.k, p.n, p.transB)
	p.finite = finite.Parallel(p.b)
	if p.pieces() == 1 {
		p.Piece(0)
		return
	}
	parallel.Region(&products, p.pieces(), p)
}

// Piece computes one block of C.
func (p *product[T]) Piece(piece int) {
	row, column := piece%p.rowPieces, piece/p.rowPieces
	i0, j0 := row*p.rows, column*p.columns
	i1, j1 := min(i0+p.rows, p.m), min(j0+p.columns, p.n)
	var work []T
	if p.transB {
		size := packedSize(p.k, p.grid)
		work = p.work[piece*size:][:size]
	}
	for j := j0; j < j1; j += blockColumns {
		p.block(work, i0, i1, j, min(j+blockColumns, j1))
	}
}

// block computes rows i0 … i1-1 and columns j0 … j1-1 of C.
func (p *product[T]) block(work []T, i0, i1, j0, j1 int) {
	if p.k == 0 {
		for i := i0; i < i1; i++ {
			p.begin(i, j0, j1)
			p.end(i, j0, j1)
		}
	}
	for k0 := 0; k0 < p.k; k0 += blockDepth {
		depth := min(blockDepth, p.k-k0)
		b, stride := p.b, p.n
		if p.transB {
			stride = j1 - j0
			b = work[:depth*stride]
			transpose(b, p.b[j0*p.k+k0:], p.k, depth, stride)
		} else {
			b = b[k0*p.n+j0:]
		}
		for i := i0; i < i1; i++ {
			if k0 == 0 {
				p.begin(i, j0, j1)
			}
			addProductOf(p.finite, p.c[i*p.n+j0:i*p.n+j1], p.a[i*p.aRow+k0*p.aCol:], p.aCol, b, stride, depth)
			if k0+depth == p.k {
				p.end(i, j0, j1)
			}
		}
	}
}

// begin gives a row of C its first value.
func (p *product[T]) begin(i, j0, j1 int) {
	c := p.c[i*p.n+j0 : i*p.n+j1]
	if p.bias != nil {
		copy(c, p.bias[j0:j1])
	} else {
		clear(c)
	}
}

// end makes the last step on a row of C.
func (p *product[T]) end(i, j0, j1 int) {
	if p.relu {
		c := p.c[i*p.n+j0 : i*p.n+j1]
		relu(c, c)
	}
}

// transpose stores the columns of src, rows of the given stride, as rows of dst:
//
//	dst[p*columns+j] = src[j*stride+p]   // p < rows, j < columns
//
// Eight rows of src are read side by side, so that dst is written in runs.
func transpose[T Float](dst, src []T, stride, rows, columns int) {
	j := 0
	for ; j+8 <= columns; j += 8 {
		s0, s1 := src[j*stride:][:rows], src[(j+1)*stride:][:rows]
		s2, s3 := src[(j+2)*stride:][:rows], src[(j+3)*stride:][:rows]
		s4, s5 := src[(j+4)*stride:][:rows], src[(j+5)*stride:][:rows]
		s6, s7 := src[(j+6)*stride:][:rows], src[(j+7)*stride:][:rows]
		for p := range s0 {
			d := (*[8]T)(dst[p*columns+j:])
			d[0], d[1], d[2], d[3] = s0[p], s1[p], s2[p], s3[p]
			d[4], d[5], d[6], d[7] = s4[p], s5[p], s6[p], s7[p]
		}
	}
	for ; j < columns; j++ {
		for p, v := range src[j*stride:][:rows] {
			dst[p*columns+j] = v
		}
	}
}
