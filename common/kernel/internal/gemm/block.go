//go:build (amd64 || arm64) && !purego

package gemm

import (
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/level"
)

// Piece computes one block of C.
func (p *fastProduct) Piece(i int) {
	i0, j0 := i%p.rowPieces*p.rows, i/p.rowPieces*p.columns
	i1, j1 := min(i0+p.rows, p.m), min(j0+p.columns, p.n)
	switch {
	case p.transposed:
		p.transposedRows(i0, i1)
	case p.panels.data != nil:
		for k0 := 0; k0 < p.k; k0 += fastDepth {
			depth := min(fastDepth, p.k-k0)
			b := p.panels
			b.data = unsafe.Add(b.data, k0*b.row+4*j0)
			a, work := p.first(i0, i1, k0, depth)
			p.block(a, b, i1-i0, j0, j1, p.terms(k0, k0+depth), p.c[i0*p.n+j0:], p.n, p.prefetchC(i0, i1, j0))
			work.put()
		}
	default:
		p.packedPiece(i0, i1, j0, j1)
	}
}

// packedPiece computes rows i0 … i1-1 and columns j0 … j1-1 of C, and packs B for itself.
func (p *fastProduct) packedPiece(i0, i1, j0, j1 int) {
	_, size := panelCount(min(p.k, fastDepth), min(fastColumns, j1-j0))
	work := takeBuffer(size)
	for j := j0; j < j1; j += fastColumns {
		columns := min(fastColumns, j1-j)
		for k0 := 0; k0 < p.k; k0 += fastDepth {
			end := min(k0+fastDepth, p.k)
			depth := end - k0
			packRows(work.use, p.b[k0*p.n+j:], depth, columns, p.n)
			ahead := p.prefetchNext(i0, i1, j, j+columns, j1, end)
			p.block(p.at(i0, k0), packed(work.use, depth), i1-i0, j, j+columns, p.terms(k0, end), p.c[i0*p.n+j:], p.n, ahead)
		}
	}
	work.put()
}

// terms are consecutive terms of a sum, with the first and the last or not.
type terms struct {
	depth       int
	first, last bool
}

// terms are the terms k0 … end-1.
func (p *fastProduct) terms(k0, end int) terms {
	return terms{depth: end - k0, first: k0 == 0, last: end == p.k}
}

// transposedRows computes rows i0 to i1-1 of Cᵀ and stores them as columns of C.
func (p *fastProduct) transposedRows(i0, i1 int) {
	rows := min(i1-i0, p.runOfA())
	work := takeBuffer(rows * p.n)
	for i := i0; i < i1; i += rows {
		end := min(i+rows, i1)
		p.transposedRun(work.use, i, end)
		transposeRows(p.c[i:], p.m, work.use, p.n, end-i, p.n)
	}
	work.put()
}

// transposedRun computes rows i0 … i1-1 of Cᵀ, row by row in dst.
func (p *fastProduct) transposedRun(dst []float32, i0, i1 int) {
	for k0 := 0; k0 < p.k; k0 += fastDepth {
		depth := min(fastDepth, p.k-k0)
		b := p.panels
		b.data = unsafe.Add(b.data, k0*b.row)
		a, copied := p.first(i0, i1, k0, depth)
		p.block(a, b, i1-i0, 0, p.n, p.terms(k0, k0+depth), dst, p.n, p.prefetchA(i1, k0, depth))
		copied.put()
	}
}

// factor is a block of op(A): its first element and the strides.
type factor struct {
	data   []float32
	row, k int
}

// at is the block of op(A) from row i and column k on.
func (p *fastProduct) at(i, k int) factor {
	return factor{data: p.a[i*p.aRow+k*p.aK:], row: p.aRow, k: p.aK}
}

// first is rows i0 … i1-1 and depth columns from k0 on of op(A), in place. It copies them into a buffer if many
// panels pass over them and they are slow to read: a tile of AVX2 reads less than half a cache line from each row
// of a transposed A, and addresses 2,048 bytes (or a multiple) apart share two sets of an L1 cache with 64 sets,
// whose 8 or 12 ways a tall tile needs more than once.
func (p *fastProduct) first(i0, i1, k0, depth int) (factor, *buffer) {
	a := p.at(i0, k0)
	if p.n < fastColumns || 4*max(a.row, a.k)%2048 != 0 && (a.k == 1 || level.Active() == level.AVX512) {
		return a, nil
	}
	row := (depth+15)&^15 + 16 // whole cache lines, and one more
	work := takeBuffer((i1 - i0) * row)
	if a.k == 1 {
		for i := range i1 - i0 {
			copy(work.use[i*row:][:depth], a.data[i*a.row:])
		}
	} else {
		transposeRows(work.use, row, a.data, a.k, depth, i1-i0)
	}
	return factor{data: work.use, row: row, k: 1}, work
}

// block adds terms of the sum to some rows and the columns j0 … j1-1 of C, whose first element is
// c[0]; first begins with the same row, b with column j0. Meanwhile it prefetches ahead.
func (p *fastProduct) block(first factor, b panels, rows, j0, j1 int, sum terms, c []float32, cRow int,
	ahead prefetch) {
	_, width := tileSize()
	a := first.data
	// the assembly checks no bounds
	_ = a[(rows-1)*first.row+(sum.depth-1)*first.k]
	_ = c[(rows-1)*cRow+j1-j0-1]
	t := tile{
		a: unsafe.Pointer(&a[0]), aRow: 4 * first.row, aK: 4 * first.k, bK: b.row, cRow: 4 * cRow,
		k: sum.depth, segments: 1, prefetch: prefetchRows * b.row,
	}
	p.ends(&t, sum)
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

// ends sets how the terms are added to C, and whether a ReLU follows.
func (p *fastProduct) ends(t *tile, sum terms) {
	t.start = startC
	if sum.first {
		t.start = startZero
		if p.bias != nil {
			t.start = startBias
		}
	}
	if p.relu && sum.last {
		t.relu = 1
	}
}
