//go:build amd64 && !purego

package kernel

import (
	"sync"
	"unsafe"
)

// Sizes of a fast product, in elements, and of its pieces, in multiply-adds.
const (
	// leastProduct is the size of B below which setting up a tile costs more than it saves. It does not
	// look at the rows of A, so that a row has the same bits alone and in a batch.
	leastProduct = 64
	fastDepth    = 400 // rows of a panel that stay in the cache while the rows of A pass over it; one sum: the bits depend on it
	fastColumns  = 128 // columns that a piece packs at once
	prefetchRows = 16  // AVX-512: of B, ahead of the one at hand
	leastPiece   = 1 << 18
	mostPiece    = 1 << 22 // about 75 µs
)

// fastProduct is a product in assembly. Which way it goes depends on the shape:
//
//   - B is not transposed and C is wide: each piece packs its own columns of B.
//   - C is tall, or all is large: B is packed once, and the pieces are runs of rows.
//   - B is transposed and C is wide: Cᵀ = Bᵀ'·Aᵀ is the second way on the other factor, and blocks of Cᵀ are
//     turned as they are stored. To turn B itself would touch the larger matrix.
//
// An element is the same in all three: sums of fastDepth products, each a chain of its own, added in order.
type fastProduct struct {
	c, a, bias []float32
	m, k, n    int
	aRow, aK   int // strides of op(A) in elements
	b          []float32
	transB     bool
	relu       bool
	turned     bool    // c is the transpose of what the tiles compute
	shared     *buffer // B packed for all pieces
	panels     panels
	rows       int // of a piece, and
	columns    int
	rowPieces  int
	terms      *terms // without those that are 0, if these are many; nil: all. With them a shared B is finite
}

var fastProducts sync.Pool

// fast computes the product in assembly if it can.
func (p *product[T]) fast() bool {
	if !assembly[T]() || p.k*p.n < leastProduct || p.m == 0 {
		return false
	}
	q := fastProduct{c: single(p.c), a: single(p.a), bias: single(p.bias), b: single(p.b),
		m: p.m, k: p.k, n: p.n, aRow: p.aRow, aK: p.aCol, transB: p.transB, relu: p.relu}
	q.run()
	return true
}

func (p *fastProduct) run() {
	if p.transB && p.m <= p.n {
		p.turn()
	}
	most, _ := tileSize()
	large := p.m >= 512 && 64*p.k*p.m > 2*mostPiece // pieces would have to share columns
	if p.turned || p.m > p.n || large {
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
		} else {
			p.terms = p.listTerms()
		}
	}
	if p.terms != nil { // whole tiles
		p.rows = ceilDiv(p.rows, sparseRows()) * sparseRows()
	}
	p.rowPieces = ceilDiv(p.m, p.rows)
	pieces := p.rowPieces * ceilDiv(p.n, p.columns)
	if pieces == 1 {
		p.piece(0)
	} else {
		region(&fastProducts, pieces, *p)
	}
	p.terms.put()
	if p.shared != nil {
		p.shared.put()
	}
}

// pieceOf returns how many of n rows (or columns) of the given work one piece takes.
func pieceOf(n, work int) int {
	size := min(max(n*work/16, leastPiece), mostPiece)
	pieces := max(1, n*work/size)
	return ceilDiv(n, pieces)
}

// turn makes the product one of Cᵀ.
func (p *fastProduct) turn() {
	p.turned = true
	p.a, p.b, p.transB = p.b, p.a, p.aK == 1
	p.aRow, p.aK = p.k, 1
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
	if p.turned {
		return
	}
	if p.terms = p.listTerms(); p.terms != nil && !Finite(p.shared.use) {
		p.terms.put()
		p.terms = nil
	}
}

// factor is a part of op(A): its first element and the strides.
type factor struct {
	data   []float32
	row, k int
}

// at is op(A) from row i and column k on.
func (p *fastProduct) at(i, k int) factor {
	return factor{data: p.a[i*p.aRow+k*p.aK:], row: p.aRow, k: p.aK}
}

// first is rows i0 … i1-1 and depth columns from k0 on of op(A): where they are, or copied into a buffer if many panels
// pass over them and they are slow to read. A tile of AVX2 reads less than half a line from each row of a transposed A. And
// addresses 2,048 bytes (or a multiple) apart fall on two sets of an L1 cache with 64 sets, whose 8 or 12 ways a
// tall tile needs more than once.
func (p *fastProduct) first(i0, i1, k0, depth int) (factor, *buffer) {
	a := p.at(i0, k0)
	if p.n < fastColumns || 4*max(a.row, a.k)%2048 != 0 && (a.k == 1 || level == AVX512) {
		return a, nil
	}
	row := (depth+15)&^15 + 16 // whole lines, and one more
	work := takeBuffer((i1 - i0) * row)
	if a.k == 1 {
		for i := range i1 - i0 {
			copy(work.use[i*row:][:depth], a.data[i*a.row:])
		}
	} else {
		transposeSingle(work.use, row, a.data, a.k, depth, i1-i0)
	}
	return factor{data: work.use, row: row, k: 1}, work
}

// block adds a part of the sum to some rows and the columns j0 … j1-1 of C, whose first element is
// c[0]; a begins with the same row. b begins at the columns j0 if it was packed for them, else at 0.
// Meanwhile the lines ahead are fetched.
func (p *fastProduct) block(first factor, b panels, rows, j0, j1 int, part part, c []float32, cRow int, ahead lines) {
	_, width := tileSize()
	a := first.data
	// the assembly checks no bounds
	_ = a[(rows-1)*first.row+(part.depth-1)*first.k]
	_ = c[(rows-1)*cRow+j1-j0-1]
	t := tile{
		a: unsafe.Pointer(&a[0]), aRow: 4 * first.row, aK: 4 * first.k, bK: b.row, cRow: 4 * cRow,
		k: part.depth, segments: 1, prefetch: prefetchRows * b.row,
	}
	p.ends(&t, part)
	for j := j0; j < j1; j += width {
		narrow := t.setColumns(min(width, j1-j))
		t.b = unsafe.Add(b.data, (j-j0)/width*b.next)
		t.c = unsafe.Pointer(&c[j-j0])
		if t.start == startBias {
			t.bias = unsafe.Pointer(&p.bias[j])
		}
		t.over(rows, narrow, ahead, (j-j0)/width)
	}
}

// ends says how the sums of a part start, and whether a ReLU is behind them.
func (p *fastProduct) ends(t *tile, part part) {
	t.start = startC
	if part.first {
		t.start = startZero
		if p.bias != nil {
			t.start = startBias
		}
	}
	if p.relu && part.last {
		t.relu = 1
	}
}
