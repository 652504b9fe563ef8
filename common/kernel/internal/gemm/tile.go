//go:build (amd64 || arm64) && !purego

package gemm

import (
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/level"
)

// tile is the arguments of one call of a micro-kernel: count tiles of C, one below the other, each
//
//	for i := range rows {
//		for j := range columns {
//			c[i,j] = start[i,j] + Σ_s,p a[i,s,p] * b[s,p,j]   // s < segments, p < k
//		}
//	}
//
// A sum is one chain of fused multiply-adds in this order, from zero or the bias on, in tiles of every size: an
// element's bits depend on its own sum alone. The segments let a sum run over the rows of an image. Strides are in
// bytes. All fields have 8 bytes; _asm/tile.go has the same list.
type tile struct {
	a, b, c, bias unsafe.Pointer // the first elements
	edge          unsafe.Pointer // AVX2: masks of 16 columns, nil (as in NEON) if C has them all
	columns       uint64         // AVX-512 and NEON: a bit for each column that C has
	aRow, aK      int
	aSegment      int // from one segment's end to the next one's begin, as is bSegment
	bK, bSegment  int
	cRow          int
	aNext, cNext  int // from tile to tile
	k, segments   int // at least 1
	count         int // at least 1
	start         int
	relu          int     // 1: max(0, ·) at the end; NaN stays NaN
	prefetch      int     // AVX-512: from the current row of B to the one to prefetch
	prefetchAt    uintptr // AVX2: the address to prefetch into the L2 cache
	prefetchStep  int     // from it to the next; there is one for each four steps of k in a segment
}

// How C starts.
const (
	startZero = iota
	startBias
	startC // zero, and the sum is added to what is there
)

// edgeMasks has the masks of any number of columns: 16 elements from number 16-columns on.
var edgeMasks = [32]int32{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}

// tileSize is the largest tile of the level: rows, and columns of a wide one. A narrow one has half the columns.
func tileSize() (rows, columns int) {
	if level.Active() == level.AVX512 {
		return 14, 32
	}
	return 6, 16
}

// setColumns makes the tile n columns wide, and reports whether a narrow one will do.
func (t *tile) setColumns(n int) (narrow bool) {
	_, width := tileSize()
	t.columns = 1<<n - 1
	t.edge = nil
	if n < width && n != width/2 && level.Active() != level.AVX512 { // a narrow tile of half the columns has them all
		t.edge = unsafe.Pointer(&edgeMasks[16-n])
	}
	return n <= width/2
}

// over runs a column of tiles over m rows of C, cut evenly, so that none is much smaller than the others. The tile's a
// and c point to the first row. Meanwhile the tiles prefetch what ahead has for the panel-th panel.
func (t *tile) over(m int, narrow bool, ahead prefetch, panel int) {
	most, _ := tileSize()
	tiles := ceilDiv(m, most)
	high, taller := m/tiles, m%tiles // the first ones have one row more
	a, c := t.a, t.c
	t.prefetchAt = ahead.at + uintptr(panel*ahead.next)
	left, each := ahead.count, t.k/4*t.segments // cache lines, and those that a tile prefetches
	for row := 0; row < m; {
		rows, count := high, tiles
		if taller > 0 {
			rows, count = high+1, taller
		}
		t.prefetchStep = 0
		if left > 0 && each > 0 {
			t.prefetchStep = ahead.step
			count = min(count, ceilDiv(left, each))
		}
		t.a, t.c = unsafe.Add(a, row*t.aRow), unsafe.Add(c, row*t.cRow)
		t.aNext, t.cNext, t.count = rows*t.aRow, rows*t.cRow, count
		t.run(rows, narrow)
		t.prefetchAt += uintptr(count * each * ahead.step)
		left -= count * each
		row += count * rows
		tiles -= count
		taller -= min(taller, count)
	}
	t.a, t.c = a, c
}

// run computes count tiles of the given rows.
func (t *tile) run(rows int, narrow bool) {
	if t.prefetchStep == 0 {
		t.prefetchAt = uintptr(t.b) // what is there already
	}
	t.assembly(rows, narrow)
}

// ceilDiv returns a/b rounded up, for a >= 0 and b > 0.
func ceilDiv(a, b int) int { return (a + b - 1) / b }
