//go:build (amd64 || arm64) && !purego

package gemm

import (
	"math"
	"math/bits"
	"sync"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/parallel"
)

// Four fifths of the pixels of MNIST are 0, and after ReLU, pooling and dropout as many of a layer's inputs. A term of
// a sum that is 0 times a finite number changes nothing, so a product whose first factor has many zeros computes each
// row of C by itself, from a list of the terms that are not 0: in the lecture's convolutional net one of eight, while
// most are not 0 in one row or another of a tile. No number changes, except that a sum of -0 (by its bias or by
// underflow) may stay -0 where a term of +0 would make it +0.

const (
	leastZeros = 1 << 19 // multiply-adds of a product that looks for zeros
	rowsAhead  = 32      // from the row of C at hand to the one to prefetch
	rowsAtOnce = 256     // of C in one call of assembly, which holds up a garbage collection
	mostListed = 1 << 26 // elements of A in lists, whose bounds are int32, each rounded up by at most 15
)

// sparseColumns is the columns that a row computes at once, from a panel of as many columns of B, in place.
func sparseColumns() int {
	if level.Active() == level.AVX512 {
		return 128
	}
	return 64
}

// sparseProduct is a product that passes over the zeros of A. How it is cut depends on the shape:
//
//   - C has more rows than B: B is packed before, and the pieces are runs of rows, each of which lists its own zeros.
//   - Else the zeros are listed before, and a piece is a panel of B, which it reads in place, from memory once.
type sparseProduct struct {
	fastProduct
	bRow  int       // elements from row to row of a panel of B
	lists *nonzeros // of all rows, or nil if each piece lists its own
}

var sparseProducts sync.Pool

// sparse computes the product if A has many zeros, and reports whether it did.
func (p *fastProduct) sparse() bool {
	width := sparseColumns()
	if p.transB || !p.wide() || p.m*p.k*p.n < leastZeros || min(p.m, p.k)*p.k > mostListed || !p.manyZeros() {
		return false
	}
	s := sparseProduct{fastProduct: *p, bRow: p.n}
	if p.m > p.k {
		if !finite.Parallel(p.b) {
			return false
		}
		s.pack()
		s.rows = pieceOf(p.m, p.k*p.n)
		parallel.Region(&sparseProducts, ceilDiv(p.m, s.rows), s)
		s.shared.put()
		return true
	}
	s.lists = takeNonzeros(p.m, p.k)
	run := ceilDiv(p.m, max(1, p.m*p.k/listPiece))
	parallel.Region(&listings, ceilDiv(p.m, run), listing{s, run})
	parallel.Region(&sparseProducts, p.n/width, s)
	s.lists.put()
	return true
}

// wide reports whether B has the columns of a panel, and not more than the offsets of its rows can reach.
func (p *fastProduct) wide() bool {
	return sparseColumns() <= p.n && p.n <= math.MaxInt32/(4*fastDepth)
}

// pack copies B panel by panel, so that a panel's rows do not share the few sets of a cache that are a power of two
// apart.
func (p *sparseProduct) pack() {
	p.bRow = sparseColumns()
	p.shared = takeBuffer(ceilDiv(p.n, p.bRow) * p.k * p.bRow)
	to := p.shared.use
	for column := 0; column < p.n; column += p.bRow {
		for k := range p.k {
			copy(to[:p.bRow], p.b[k*p.n+p.lastPanel(column, p.n):])
			to = to[p.bRow:]
		}
	}
}

// lastPanel is the column where a panel begins, or earlier if it would reach beyond column end: such a panel has some
// columns of the one before, which become the same again.
func (p *sparseProduct) lastPanel(column, end int) int { return min(column, end-sparseColumns()) }

// manyZeros samples A evenly and reports whether so much of it is 0 that a row by itself is faster than a tile.
func (p *fastProduct) manyZeros() bool {
	zeros := 0
	for sample := range samples {
		column, _ := bits.Mul64(uint64(sample)*goldenRatio, uint64(p.k))
		if v := p.a[sample*p.m/samples*p.aRow+int(column)*p.aK]; v == 0 {
			zeros++
		}
	}
	if level.Active() != level.AVX512 && p.m <= p.k {
		return zeros >= samples*11/16
	}
	return zeros >= samples/2
}

func (p *sparseProduct) Piece(i int) {
	if p.lists == nil {
		p.someRows(i*p.rows, min((i+1)*p.rows, p.m))
		return
	}
	width := sparseColumns()
	end := p.n - (p.n/width-1-i)*width
	if i == 0 {
		p.someColumns(0, end) // the first piece has what is left of the columns, too
	} else {
		p.someColumns(end-width, end)
	}
}

// someRows computes rows i0 … i1-1 of C from a finite B.
func (p *sparseProduct) someRows(i0, i1 int) {
	l := takeNonzeros(i1-i0, p.k)
	p.list(l, i0, i0, i1)
	for column := 0; column < p.n; column += p.bRow {
		j := p.lastPanel(column, p.n)
		for k0 := 0; k0 < p.k; k0 += fastDepth {
			c := ahead{step: 4 * p.n, each: 1, left: i1 - i0}
			c.at = uintptr(unsafe.Pointer(&p.c[i0*p.n+j])) + uintptr(rowsAhead*c.step)
			p.panel(l, p.shared.use[(column/p.bRow*p.k+k0)*p.bRow:], i0, i1, j, k0, c)
		}
	}
	l.put()
}

// someColumns computes columns j0 … j1-1 of C.
func (p *sparseProduct) someColumns(j0, j1 int) {
	width := sparseColumns()
	for column := j0; column < j1; column += width {
		j := p.lastPanel(column, j1)
		for k0 := 0; k0 < p.k; k0 += fastDepth {
			end := min(k0+fastDepth, p.k)
			if b := p.b[k0*p.n+j:]; finitePanel(b, end-k0, p.n) {
				p.panel(p.lists, b, 0, p.m, j, k0, p.nextOfB(end, j, j1))
			} else {
				_, wide := tileSize()
				inPlace := panels{data: unsafe.Pointer(&b[0]), row: 4 * p.n, next: 4 * wide}
				p.block(p.at(0, k0), inPlace, p.m, j, j+width, p.terms(k0, end), p.c[j:], p.n, prefetch{})
			}
		}
	}
}

// ahead is rows of memory, step bytes apart, that are read or written soon: each row of C prefetches some of them.
type ahead struct {
	at         uintptr
	step       int
	each, left int
}

// nextOfB is the rows of B from row k0 on in the panel of column j; after the last row, those of the next panel. After
// the piece's last column, j1-1, it is a guess, as in prefetchNext.
func (p *sparseProduct) nextOfB(k0, j, j1 int) ahead {
	if k0 == p.k {
		k0, j = 0, j+sparseColumns()
		if j >= j1 {
			j += (parallel.Workers() - 1) * sparseColumns()
		}
	}
	if j >= p.n {
		return ahead{}
	}
	rows := min(fastDepth, p.k-k0)
	return ahead{uintptr(unsafe.Pointer(&p.b[k0*p.n+j])), 4 * p.n, ceilDiv(rows, p.m), rows}
}

// panel adds the terms from k0 on, as many as fastDepth, to rows i0 … i1-1 of C in the panel that begins with column
// j. b begins with the first of these terms, the lists with row i0.
func (p *sparseProduct) panel(l *nonzeros, b []float32, i0, i1, j, k0 int, a ahead) {
	// the assembly checks no bounds
	end := min(k0+fastDepth, p.k)
	_, _ = b[(end-k0-1)*p.bRow+sparseColumns()-1], p.c[(i1-1)*p.n+j+sparseColumns()-1]
	sum := p.terms(k0, end)
	r := sparseRows{
		values: unsafe.Pointer(&l.values.use[0]), offsets: unsafe.Pointer(&l.offsets[0]), boundNext: 4,
		cNext: 4 * p.n, b: unsafe.Pointer(&b[0]), start: unsafe.Pointer(&zeroSums),
		ahead: a.at, aheadNext: a.step, aheadEach: a.each, aheadLeft: a.left,
	}
	switch {
	case !sum.first:
		r.add = 1
	case p.bias != nil:
		r.start = unsafe.Pointer(&p.bias[j : j+sparseColumns()][0])
	}
	if p.relu && sum.last {
		r.relu = 1
	}
	for i := i0; i < i1; i += rowsAtOnce {
		n := l.number(i-i0, k0)
		r.from, r.to = unsafe.Pointer(&l.from[n]), unsafe.Pointer(&l.to[n])
		r.c, r.count = unsafe.Pointer(&p.c[i*p.n+j]), min(rowsAtOnce, i1-i)
		r.run(mostVectors)
	}
}
