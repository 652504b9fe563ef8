//go:build amd64 && !purego

package kernel

import (
	"math"
	"math/bits"
	"sync"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/amd64"
)

// Four fifths of the pixels of MNIST are 0. A term of a sum that is 0 times a finite number changes nothing, so a
// tile passes over the terms that are 0 in all its rows of A. In the forward product of a first layer these rows are
// one pixel of six digits (AVX-512: seven): of 12,800 digits, 57 % of the terms (55 %) are passed over. In its
// kernel's gradient they are six pixels of a digit side by side: 66 % (63 %). No number changes, except that a sum
// of -0 (by its bias or by underflow) may stay -0 where a term of +0 would make it +0.

const (
	leastZeros = 1 << 21 // multiply-adds of a product that looks for zeros,
	leastBatch = 16      // and rows of its batch: with fewer, it is little more than one pass over B
)

// nonzeros lists the terms that each tile of A's rows adds up: tile after tile, for each block of fastDepth columns
// of A.
type nonzeros struct {
	values *buffer // for each term one of each row of a tile
	rows   []int32 // for each term the offset of its row of B in a panel's block, in bytes
	first  []int32 // the first term of each tile; at the end the number of all terms
	tiles  int     // of a block
}

var nonzeroLists sync.Pool

// sparseRows is the rows of a tile that passes over zeros.
func sparseRows() int {
	if level == AVX512 {
		return 7
	}
	return 6
}

// listNonzeros lists the terms of all tiles. It returns nil if the product is too small or has too few zeros.
func (p *fastProduct) listNonzeros() *nonzeros {
	batch := p.m
	if p.aK != 1 {
		batch = p.k
	}
	height := sparseRows()
	tiles := ceilDiv(p.m, height)
	if p.m*p.k*p.n < leastZeros || batch < leastBatch || tiles*p.k > math.MaxInt32 || !p.manyZeros() {
		return nil
	}
	l, ok := nonzeroLists.Get().(*nonzeros)
	if !ok {
		l = &nonzeros{}
	}
	if cap(l.rows) < tiles*p.k {
		l.rows = make([]int32, tiles*p.k)
	}
	l.values, l.rows, l.first, l.tiles = takeBuffer(tiles*p.k*height), l.rows[:tiles*p.k], l.first[:0], tiles
	n := 0
	for k0 := 0; k0 < p.k; k0 += fastDepth {
		for i := 0; i < p.m; i += height {
			l.first = append(l.first, int32(n))
			n += l.list(n, p.at(i, k0), min(height, p.m-i), min(fastDepth, p.k-k0))
		}
	}
	l.first = append(l.first, int32(n))
	return l
}

// manyZeros samples terms, spread evenly over A, and reports whether a quarter of them can be passed over.
func (p *fastProduct) manyZeros() bool {
	const (
		samples = 128
		golden  = 0x9e3779b97f4a7c15 // the golden ratio: no two of its multiples modulo 1 are close
	)
	height := sparseRows()
	tiles := ceilDiv(p.m, height)
	zeros := 0
	for sample := range samples {
		column, _ := bits.Mul64(uint64(sample)*golden, uint64(p.k))
		i := sample * tiles / samples * height
		var any uint32
		for r := i; r < min(i+height, p.m); r++ {
			any |= math.Float32bits(p.a[r*p.aRow+int(column)*p.aK])
		}
		if any<<1 == 0 {
			zeros++
		}
	}
	return 4*zeros >= samples
}

// list lists the terms of a tile of A from number n on, and returns how many there are.
func (l *nonzeros) list(n int, a factor, rows, depth int) int {
	_, width := tileSize()
	height, bRow := sparseRows(), 4*width
	_, _ = l.rows[n+depth-1], a.data[(rows-1)*a.row+(depth-1)*a.k]
	values := l.values.use[n*height:][:depth*height]
	if rows == height {
		if level == AVX512 {
			return amd64.ListNonzeros7(&values[0], &l.rows[n], &a.data[0], 4*a.row, 4*a.k, depth, bRow)
		}
		return amd64.ListNonzeros6(&values[0], &l.rows[n], &a.data[0], 4*a.row, 4*a.k, depth, bRow)
	}
	count := 0
	for p := range depth {
		var any uint32
		for i := range rows {
			v := a.data[i*a.row+p*a.k]
			values[count*height+i] = v
			any |= math.Float32bits(v)
		}
		l.rows[n+count] = int32(p * bRow)
		if any<<1 != 0 {
			count++
		}
	}
	return count
}

// put gives the lists back, if there are any.
func (l *nonzeros) put() {
	if l == nil {
		return
	}
	l.values.put()
	l.values = nil
	nonzeroLists.Put(l)
}

// sparseBlock is block without the terms that are 0. Its block of A begins at row i0, where a tile begins, and at
// column k0, a multiple of fastDepth. All of B that it uses is finite.
func (p *fastProduct) sparseBlock(b panels, i0, i1, j0, j1, k0 int, sum terms, ahead prefetch) {
	height := sparseRows()
	l := p.nonzeros
	tile0 := k0/fastDepth*l.tiles + i0/height
	whole, rest := (i1-i0)/height, (i1-i0)%height
	t := tile{cRow: 4 * p.n, cNext: 4 * p.n * height}
	p.ends(&t, sum)
	_, width := tileSize()
	// the assembly checks no bounds
	_ = p.c[(i1-1)*p.n+j1-1]
	for j := j0; j < j1; j += width {
		t.setWideColumns(min(width, j1-j))
		t.b = unsafe.Add(b.data, (j-j0)/width*b.next)
		if t.start == startBias {
			t.bias = unsafe.Pointer(&p.bias[j])
		}
		t.prefetchAt, t.prefetchStep, t.prefetchCount = ahead.at+uintptr((j-j0)/width*ahead.next), ahead.step, ahead.count
		if whole > 0 {
			t.count, t.c = whole, unsafe.Pointer(&p.c[i0*p.n+j])
			t.runSparse(l, tile0, height)
		}
		if rest > 0 {
			t.count, t.c, t.prefetchCount = 1, unsafe.Pointer(&p.c[(i1-rest)*p.n+j]), 0
			t.runSparse(l, tile0+whole, rest)
		}
	}
}

// finiteBlock reports whether all of a packed block of B is finite.
func finiteBlock(b []float32, depth, columns int) bool {
	_, size := panelCount(depth, columns)
	return Finite(b[:size])
}

// runSparse computes count tiles of the given rows; they begin with number first of the list.
func (t *tile) runSparse(l *nonzeros, first, rows int) {
	_ = l.first[first+t.count]
	n := int(l.first[first])
	t.first = unsafe.Pointer(&l.first[first])
	t.nonzeros = unsafe.Add(unsafe.Pointer(unsafe.SliceData(l.rows)), 4*n)
	t.a = unsafe.Add(unsafe.Pointer(unsafe.SliceData(l.values.use)), 4*n*sparseRows())
	if t.prefetchCount == 0 {
		t.prefetchAt = uintptr(t.b) // what is there already
	}
	p := (*byte)(unsafe.Pointer(t))
	if level == AVX512 {
		runSparse512(p, rows)
	} else {
		runSparse2(p, rows)
	}
}

func runSparse512(p *byte, rows int) {
	switch rows {
	case 1:
		amd64.Sparse1x32AVX512(p)
	case 2:
		amd64.Sparse2x32AVX512(p)
	case 3:
		amd64.Sparse3x32AVX512(p)
	case 4:
		amd64.Sparse4x32AVX512(p)
	case 5:
		amd64.Sparse5x32AVX512(p)
	case 6:
		amd64.Sparse6x32AVX512(p)
	case 7:
		amd64.Sparse7x32AVX512(p)
	}
}

func runSparse2(p *byte, rows int) {
	switch rows {
	case 1:
		amd64.Sparse1x16AVX2(p)
	case 2:
		amd64.Sparse2x16AVX2(p)
	case 3:
		amd64.Sparse3x16AVX2(p)
	case 4:
		amd64.Sparse4x16AVX2(p)
	case 5:
		amd64.Sparse5x16AVX2(p)
	case 6:
		amd64.Sparse6x16AVX2(p)
	}
}
