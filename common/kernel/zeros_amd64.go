//go:build amd64 && !purego

package kernel

import (
	"math"
	"sync"
	"unsafe"
)

// Four fifths of the pixels of MNIST are 0. Terms of a sum that are 0 times a finite number change nothing, so a tile
// passes over those that are 0 in all its rows of A: of 1,280 digits 57 % in the forward product of a first layer, where
// a tile has a pixel of six digits, and 66 % in its kernel's gradient, where it has six pixels of a digit side by side.
// No number changes: only a sum that is -0, by its bias or by underflow, may stay so where a term of +0 would make it +0.

const (
	leastZeros = 1 << 21 // multiply-adds of a product for which zeros are looked for
	leastBatch = 16      // and rows of its batch: with few, the product is little more than one pass over B
)

// terms is what tiles of A's rows have to add up: tile after tile, for one block of fastDepth columns of A after the other.
type terms struct {
	values *buffer // as many for each term as a tile has rows
	rows   []int32 // of B, for each term: where in a panel's block, in bytes
	first  []int32 // term of each tile; behind the last tile the number of all terms
	tiles  int     // of a block
}

var termLists sync.Pool

// sparseRows is the rows of a tile that passes over zeros.
func sparseRows() int {
	if level == AVX512 {
		return 7
	}
	return 6
}

// listTerms lists the terms of all tiles: nil where no zeros are looked for, or a quarter of the terms cannot be passed over.
func (p *fastProduct) listTerms() *terms {
	batch := p.m
	if p.aK != 1 {
		batch = p.k
	}
	height := sparseRows()
	tiles := ceilDiv(p.m, height)
	if p.m*p.k*p.n < leastZeros || batch < leastBatch || tiles*p.k > math.MaxInt32 {
		return nil
	}
	l, ok := termLists.Get().(*terms)
	if !ok {
		l = &terms{}
	}
	room := tiles*p.k*3/4 + fastDepth
	if cap(l.rows) < room {
		l.rows = make([]int32, room)
	}
	l.values, l.rows, l.first, l.tiles = takeBuffer(room*height), l.rows[:room], l.first[:0], tiles
	n, all := 0, 0
	for k0 := 0; k0 < p.k; k0 += fastDepth {
		depth := min(fastDepth, p.k-k0)
		for i := 0; i < p.m; i += height {
			l.first = append(l.first, int32(n))
			n += l.list(n, p.at(i, k0), min(height, p.m-i), depth)
			if all += depth; 4*n > 3*all {
				l.put()
				return nil
			}
		}
	}
	l.first = append(l.first, int32(n))
	return l
}

// list lists the terms of a tile of A from the n-th on, and returns how many there are.
func (l *terms) list(n int, a factor, rows, depth int) int {
	_, width := tileSize()
	height, bRow := sparseRows(), 4*width
	_, _ = l.rows[n+depth-1], a.data[(rows-1)*a.row+(depth-1)*a.k]
	values := l.values.use[n*height:][:depth*height]
	if rows == height {
		if level == AVX512 {
			return listTerms7(&values[0], &l.rows[n], &a.data[0], 4*a.row, 4*a.k, depth, bRow)
		}
		return listTerms6(&values[0], &l.rows[n], &a.data[0], 4*a.row, 4*a.k, depth, bRow)
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
func (l *terms) put() {
	if l == nil {
		return
	}
	l.values.put()
	l.values = nil
	termLists.Put(l)
}

// sparseBlock is block, without the terms that are 0, for the block of A that begins at its row i0 and column k0. All of B
// that it uses is finite.
func (p *fastProduct) sparseBlock(b panels, i0, i1, j0, j1, k0 int, part part, ahead lines) {
	height := sparseRows()
	l := p.terms
	tile0 := k0/fastDepth*l.tiles + i0/height
	whole, rest := (i1-i0)/height, (i1-i0)%height
	t := tile{cRow: 4 * p.n, cNext: 4 * p.n * height}
	p.ends(&t, part)
	_, width := tileSize()
	// the assembly checks no bounds
	_ = p.c[(i1-1)*p.n+j1-1]
	for j := j0; j < j1; j += width {
		t.setWideColumns(min(width, j1-j))
		t.b = unsafe.Add(b.data, (j-j0)/width*b.next)
		if t.start == startBias {
			t.bias = unsafe.Pointer(&p.bias[j])
		}
		t.fetch, t.fetchStep, t.fetchCount = ahead.at+uintptr((j-j0)/width*ahead.next), ahead.step, ahead.count
		if whole > 0 {
			t.count, t.c = whole, unsafe.Pointer(&p.c[i0*p.n+j])
			t.runSparse(l, tile0, height)
		}
		if rest > 0 {
			t.count, t.c = 1, unsafe.Pointer(&p.c[(i1-rest)*p.n+j])
			t.runSparse(l, tile0+whole, rest)
		}
	}
}

// finiteBlock reports whether all of a packed block of B is finite.
func finiteBlock(b []float32, depth, columns int) bool {
	_, size := panelCount(depth, columns)
	return Finite(b[:size])
}

// runSparse computes count tiles of the given rows, those from the tile-th of the lists on.
func (t *tile) runSparse(l *terms, tile, rows int) {
	n := int(l.first[tile])
	t.first, t.terms, t.a = unsafe.Pointer(&l.first[tile]), unsafe.Pointer(&l.rows[n]), unsafe.Pointer(&l.values.use[n*sparseRows()])
	_ = l.first[tile+t.count]
	if t.fetchCount == 0 {
		t.fetch = uintptr(t.b) // what is there already
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
		sparse1x32AVX512(p)
	case 2:
		sparse2x32AVX512(p)
	case 3:
		sparse3x32AVX512(p)
	case 4:
		sparse4x32AVX512(p)
	case 5:
		sparse5x32AVX512(p)
	case 6:
		sparse6x32AVX512(p)
	case 7:
		sparse7x32AVX512(p)
	}
}

func runSparse2(p *byte, rows int) {
	switch rows {
	case 1:
		sparse1x16AVX2(p)
	case 2:
		sparse2x16AVX2(p)
	case 3:
		sparse3x16AVX2(p)
	case 4:
		sparse4x16AVX2(p)
	case 5:
		sparse5x16AVX2(p)
	case 6:
		sparse6x16AVX2(p)
	}
}
