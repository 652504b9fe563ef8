//go:build (amd64 || arm64) && !purego

package gemm

import (
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/parallel"
)

// prefetch is memory that is read or written soon: count cache lines, step bytes apart, for each panel of B; those of
// the next panel begin next bytes later. The tiles prefetch it into the L2 cache while they compute, because the sums
// take longer than the memory does: without it, products of a batch of 32 take 1.2 to 1.3 times as long on an EPYC
// with AVX2. Only AVX2 prefetches; elsewhere it is not measured.
type prefetch struct {
	at         uintptr
	step, next int
	count      int
}

const (
	prefetchedA     = 48 << 10 // elements of A to prefetch; the L2 cache holds them and as many in use
	leastPrefetched = 1 << 16  // elements of a C that is too large for that cache
)

// prefetchOf is the cache lines of rows of 16 elements, stride elements apart, from s[first] on; those of the next
// panel are to the right. A prefetch does not fault, so they may lie outside of s. Where 16 elements lie on two cache
// lines, it is the second: the 16 before have the first.
func prefetchOf(s []float32, first, stride, rows int) prefetch {
	if level.Active() != level.AVX2 || first >= len(s) {
		return prefetch{}
	}
	return prefetch{at: uintptr(unsafe.Pointer(&s[first])) + 60, step: 4 * stride, next: 64, count: rows}
}

// prefetchNext is what to prefetch while a block of B is in use, the columns j … end-1 down to row k0: the next block
// of B, or the next panel's rows of C if they are more. After the piece's last column, j1-1, it is a guess: that each
// other goroutine takes one piece before this one takes its next.
func (p *fastProduct) prefetchNext(i0, i1, j, end, j1, k0 int) prefetch {
	if i1-i0 > min(p.k, fastDepth) {
		return p.prefetchC(i0, i1, j)
	}
	if k0 < p.k {
		return prefetchOf(p.b, k0*p.n+j, p.n, min(fastDepth, p.k-k0))
	}
	if end == j1 {
		end += (parallel.Workers() - 1) * p.columns
	}
	if end >= p.n {
		return prefetch{}
	}
	return prefetchOf(p.b, end, p.n, min(fastDepth, p.k))
}

// prefetchC is the next panel's rows of C, while the tiles compute the panel of columns from j on.
func (p *fastProduct) prefetchC(i0, i1, j int) prefetch {
	_, width := tileSize()
	if p.m*p.n < leastPrefetched || p.n <= width {
		return prefetch{}
	}
	return prefetchOf(p.c, i0*p.n+j+width, p.n, i1-i0)
}

// runOfA is how many rows of a tall A, whose rows are contiguous, are in use at once. As many are prefetched.
func (p *fastProduct) runOfA() int {
	if level.Active() != level.AVX2 {
		return p.m
	}
	most, _ := tileSize()
	return max(1, prefetchedA/p.k/most) * most
}

// prefetchA is what to prefetch while depth columns, from k0 on, of the rows before i are in use: the same share of
// the run of rows from i on.
func (p *fastProduct) prefetchA(i, k0, depth int) prefetch {
	const line = 16
	_, width := tileSize()
	all := min(p.runOfA(), p.m-i) * p.k / line
	share := ceilDiv(all*depth/p.k, ceilDiv(p.n, width))
	if share == 0 {
		return prefetch{}
	}
	l := prefetchOf(p.a, i*p.aRow+all*k0/p.k*line, line, share)
	l.next = share * l.step
	return l
}
