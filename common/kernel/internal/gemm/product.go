//go:build (amd64 || arm64) && !purego

package gemm

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/parallel"
)

// leastProduct is the size of B below which setting up a tile of assembly costs more than it saves. The rows of A do not
// count, so that a row has the same bits alone and in a batch.
const leastProduct = 64

// Sizes of a fast product, in elements, and of its pieces, in multiply-adds.
const (
	// fastDepth is the rows of a panel that stay in the cache while the rows of A pass over it, and the terms of
	// one chain of additions: the bits depend on it.
	fastDepth    = 400
	fastColumns  = 128     // columns that a piece packs at once
	fewOfB       = 1 << 10 // elements of a transposed B that are packed faster than a wide C is transposed
	prefetchRows = 16      // AVX-512: of B, ahead of the one at hand
	leastPiece   = 1 << 18
	mostPiece    = 1 << 22 // about 75 µs
)

// fastProduct is a product in assembly. How it is cut depends on the shape:
//
//   - B is not transposed and C is wide: each piece packs its own columns of B.
//   - C is tall, or all is large: B is packed once, and the pieces are runs of rows.
//   - B is transposed and C is wide: the product is Cᵀ = op(B)ᵀ·op(A)ᵀ, which is tall, and the blocks of Cᵀ are
//     transposed as they are stored. B, the larger matrix, stays as it is. A small B is packed.
//   - A is transposed, and C is small and has a few columns: so is Cᵀ, whose rows fill the tiles.
//
// An element is the same in all four: chains of fastDepth products, added in order.
type fastProduct struct {
	c, a, bias []float32
	m, k, n    int
	aRow, aK   int // strides of op(A) in elements
	b          []float32
	transB     bool
	relu       bool
	transposed bool    // c is the transpose of what the tiles compute
	shared     *buffer // B packed for all pieces
	panels     panels
	rows       int // of a piece
	columns    int // of a piece
	rowPieces  int
}

var fastProducts sync.Pool

// Product computes the product C = bias + op(A)·op(B), then max(0, ·) if relu, and reports whether it did: not if B is
// small. op(A)[i,p] is a[i*aRow+p*aK]; b is k×n, or n×k if transB; bias has n elements or is nil.
func Product(c, a, b, bias []float32, m, k, n, aRow, aK int, transB, relu bool) bool {
	if k*n < leastProduct || m == 0 {
		return false
	}
	p := fastProduct{c: c, a: a, bias: bias, b: b, m: m, k: k, n: n, aRow: aRow, aK: aK, transB: transB, relu: relu}
	if !p.sparse() {
		p.run()
	}
	return true
}

func (p *fastProduct) run() {
	wide := p.transB && p.m <= p.n && p.k*p.n > fewOfB
	narrow := !p.transB && p.aK != 1 && p.m <= 64 && p.n <= 8 && p.bias == nil && !p.relu
	if wide || narrow {
		p.transpose()
	}
	most, _ := tileSize()
	large := p.m >= 512 && 64*p.k*p.m > 2*mostPiece // pieces would have to share columns
	if p.transB || p.transposed || p.m > p.n || large {
		p.share()
		p.rows, p.columns = max(pieceOf(p.m, p.k*p.n), min(30/most*most, ceilDiv(p.m, 4))), p.n
	} else {
		p.rows = p.m
		p.columns = min(p.n, max(64, pieceOf(p.n, p.k*p.m)/64*64))
		if p.columns*p.k*p.m > 2*mostPiece {
			// even runs, and not many: each packs B anew
			p.rows = ceilDiv(p.m, ceilDiv(p.m, max(pieceOf(p.m, p.k*p.columns), 256)))
		}
		if b, ok := inPlace(p.b, p.n); ok {
			p.panels = b
		}
	}
	p.rowPieces = ceilDiv(p.m, p.rows)
	pieces := p.rowPieces * ceilDiv(p.n, p.columns)
	if pieces == 1 {
		p.Piece(0)
	} else {
		parallel.Region(&fastProducts, pieces, *p)
	}
	p.shared.put()
}

// pieceOf returns how many of n rows (or columns) of the given work one piece takes.
func pieceOf(n, work int) int {
	size := min(max(n*work/16, leastPiece), mostPiece)
	pieces := max(1, n*work/size)
	return ceilDiv(n, pieces)
}

// transpose makes the product one of Cᵀ.
func (p *fastProduct) transpose() {
	p.transposed = true
	row, k := p.k, 1
	if !p.transB {
		row, k = 1, p.n
	}
	p.a, p.b, p.transB = p.b, p.a, p.aK == 1
	p.aRow, p.aK = row, k
	p.m, p.n = p.n, p.m
}

// share packs B for all pieces, if it needs packing.
func (p *fastProduct) share() {
	if b, ok := inPlace(p.b, p.n); ok && !p.transB {
		p.panels = b
		return
	}
	_, size := panelCount(p.k, p.n)
	p.shared = takeBuffer(size)
	pack := packing{dst: p.shared.use, src: p.b, k: p.k, n: p.n, transpose: p.transB}
	pack.all()
	p.panels = packed(p.shared.use, p.k)
}
