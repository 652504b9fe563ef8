//go:build amd64 && !purego

package kernel

import "unsafe"

// lines is memory that will be read or written soon. The tiles fetch it into the L2 cache while they compute, because
// the sums take longer than the memory does: without, products of a batch of 32 took 1.2 to 1.3 times as long on
// an EPYC with AVX2. count lines, step bytes apart, belong to a panel of B; those of the panel after it begin next bytes
// later. AVX-512 does without, for want of a measurement.
type lines struct {
	at         uintptr
	step, next int
	count      int
}

const (
	fetchedA     = 48 << 10 // elements of A to fetch ahead; as many are at hand, both in the L2 cache
	leastFetched = 1 << 16  // elements of a C that is not in that cache anyway
)

// linesOf is the lines of rows of 16 elements, stride elements apart, s[first] the first of all; the next ones are right of
// them. A fetch does not fault, so they may lie outside of s. Where 16 elements stand on two lines, it is the second that is
// fetched: the first was with the 16 before.
func linesOf(s []float32, first, stride, rows int) lines {
	if level != AVX2 || first >= len(s) {
		return lines{}
	}
	return lines{at: uintptr(unsafe.Pointer(&s[first])) + 60, step: 4 * stride, next: 64, count: rows}
}

// next is what to fetch while a block of the columns j … end-1 of B is used, whose sums come to row k0: the block of B
// that is next, or the next panel's rows of C if they are more.
func (p *fastProduct) next(i0, i1, j, end, j1, k0 int) lines {
	if i1-i0 > min(p.k, fastDepth) {
		return p.nextC(i0, i1, j)
	}
	return p.nextB(j, end, j1, k0)
}

// nextB is the block of B that is next. Behind the piece's last column, j1-1, it is a guess: that other goroutines take the
// pieces between.
func (p *fastProduct) nextB(j, end, j1, k0 int) lines {
	if k0 < p.k {
		return linesOf(p.b, k0*p.n+j, p.n, min(fastDepth, p.k-k0))
	}
	if end == j1 {
		end += (Workers() - 1) * p.columns
	}
	if end >= p.n {
		return lines{}
	}
	return linesOf(p.b, end, p.n, min(fastDepth, p.k))
}

// nextC is what to fetch while the panel of columns from j on is computed: the next panel's rows of C.
func (p *fastProduct) nextC(i0, i1, j int) lines {
	_, width := tileSize()
	if p.m*p.n < leastFetched || p.n <= width {
		return lines{}
	}
	return linesOf(p.c, i0*p.n+j+width, p.n, i1-i0)
}

// runOfA is how many rows of a tall A, whose rows are contiguous, are at hand at once. As many are fetched.
func (p *fastProduct) runOfA() int {
	if level != AVX2 {
		return p.m
	}
	most, _ := tileSize()
	return max(1, fetchedA/p.k/most) * most
}

// nextA is what to fetch while depth columns, from k0 on, of the rows before i are used: that share of the run of rows from i
// on.
func (p *fastProduct) nextA(i, k0, depth int) lines {
	const line = 16
	_, width := tileSize()
	all := min(p.runOfA(), p.m-i) * p.k / line
	share := ceilDiv(all*depth/p.k, ceilDiv(p.n, width))
	if share == 0 {
		return lines{}
	}
	l := linesOf(p.a, i*p.aRow+all*k0/p.k*line, line, share)
	l.next = share * l.step
	return l
}
