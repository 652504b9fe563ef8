//go:build amd64 && !purego

package kernel

import "unsafe"

// piece computes one block of C.
func (p *fastProduct) piece(i int) {
	i0, j0 := i%p.rowPieces*p.rows, i/p.rowPieces*p.columns
	i1, j1 := min(i0+p.rows, p.m), min(j0+p.columns, p.n)
	switch {
	case p.turned:
		p.turnedRows(i0, i1)
	case p.panels.data != nil:
		for k0 := 0; k0 < p.k; k0 += fastDepth {
			depth := min(fastDepth, p.k-k0)
			b := p.panels
			b.data = unsafe.Add(b.data, k0*b.row+4*j0)
			if p.terms != nil {
				p.sparseBlock(b, i0, i1, j0, j1, k0, p.part(k0, k0+depth), lines{})
				continue
			}
			a, work := p.first(i0, i1, k0, depth)
			p.block(a, b, i1-i0, j0, j1, p.part(k0, k0+depth), p.c[i0*p.n+j0:], p.n, p.nextC(i0, i1, j0))
			if work != nil {
				work.put()
			}
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
			b, part := packed(work.use, depth), p.part(k0, end)
			if p.terms != nil && finiteBlock(work.use, depth, columns) {
				p.sparseBlock(b, i0, i1, j, j+columns, k0, part, p.nextB(j, j+columns, j1, end))
			} else {
				p.block(p.at(i0, k0), b, i1-i0, j, j+columns, part, p.c[i0*p.n+j:], p.n, p.next(i0, i1, j, j+columns, j1, end))
			}
		}
	}
	work.put()
}

// part is a part of the sums: some terms, which may be the first and the last.
type part struct {
	depth       int
	first, last bool
}

// part is the terms k0 … end-1.
func (p *fastProduct) part(k0, end int) part {
	return part{depth: end - k0, first: k0 == 0, last: end == p.k}
}

// turnedRows computes rows i0 to i1-1 of Cᵀ and stores them as columns of C.
func (p *fastProduct) turnedRows(i0, i1 int) {
	rows := min(i1-i0, p.runOfA())
	work := takeBuffer(rows * p.n)
	for i := i0; i < i1; i += rows {
		end := min(i+rows, i1)
		p.turnedRun(work.use, i, end)
		transposeSingle(p.c[i:], p.m, work.use, p.n, end-i, p.n)
	}
	work.put()
}

// turnedRun computes rows i0 … i1-1 of Cᵀ, row by row in dst.
func (p *fastProduct) turnedRun(dst []float32, i0, i1 int) {
	for k0 := 0; k0 < p.k; k0 += fastDepth {
		depth := min(fastDepth, p.k-k0)
		b := p.panels
		b.data = unsafe.Add(b.data, k0*b.row)
		a, copied := p.first(i0, i1, k0, depth)
		p.block(a, b, i1-i0, 0, p.n, p.part(k0, k0+depth), dst, p.n, p.nextA(i1, k0, depth))
		if copied != nil {
			copied.put()
		}
	}
}
