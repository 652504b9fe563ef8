//go:build (amd64 || arm64) && !purego

package gemm

import (
	"math/bits"
	"sync"
)

const (
	samples     = 128                // that are looked at to find out how much of a factor is 0
	goldenRatio = 0x9e3779b97f4a7c15 // times 2^64, less 1: no two of its multiples modulo 1 are close
)

// nonzerosOf samples a evenly and returns how many of the samples are not 0.
func nonzerosOf(a []float32) int {
	n := 0
	for sample := range samples {
		i, _ := bits.Mul64(uint64(sample)*goldenRatio, uint64(len(a)))
		if a[i] != 0 {
			n++
		}
	}
	return n
}

// nonzeros has a list for each row and each fastDepth columns of A: what is not 0 there, in order.
type nonzeros struct {
	values  *buffer
	offsets []int32 // of the row of B that belongs to a value, from the first one of the block on, in bytes
	from    []int32 // for each list the number of its first value
	to      []int32 // and the number after its last
	rows    int
	room    int // elements for a list
}

var nonzeroLists sync.Pool

// takeNonzeros returns room for the lists of m rows of k columns. Give it back with put.
func takeNonzeros(m, k int) *nonzeros {
	lists, room := m*ceilDiv(k, fastDepth), (min(k, fastDepth)+15)&^15
	l := takeLists(lists*room, lists)
	l.rows, l.room = m, room
	return l
}

// takeLists returns room for n values, rounded up, in the given number of lists. Give it back with put.
func takeLists(n, lists int) *nonzeros {
	l, ok := nonzeroLists.Get().(*nonzeros)
	if !ok {
		l = &nonzeros{}
	}
	n = (n + 15) &^ 15
	if cap(l.offsets) < n {
		l.offsets = make([]int32, n)
	}
	if cap(l.from) < lists {
		l.from, l.to = make([]int32, lists), make([]int32, lists)
	}
	l.values, l.offsets, l.from, l.to = takeBuffer(n), l.offsets[:n], l.from[:lists], l.to[:lists]
	return l
}

func (l *nonzeros) put() {
	l.values.put()
	l.values = nil
	nonzeroLists.Put(l)
}

// number is the number of a row's list for the columns from k0 on.
func (l *nonzeros) number(row, k0 int) int { return k0/fastDepth*l.rows + row }

// list lists rows i0 … i1-1 of op(A), which are those from i0-first on of the lists.
func (p *sparseProduct) list(l *nonzeros, first, i0, i1 int) {
	var work *buffer
	if p.aK != 1 {
		work = takeBuffer((i1 - i0) * l.room)
	}
	for k0 := 0; k0 < p.k; k0 += fastDepth {
		depth, a := min(fastDepth, p.k-k0), p.at(i0, k0)
		if p.aK != 1 {
			transposeRows(work.use, l.room, a.data, a.k, depth, i1-i0)
			a.data, a.row = work.use, l.room
		}
		for i := range i1 - i0 {
			n := l.number(i0-first+i, k0)
			first := n * l.room
			count := listNonzeros(l.values.use[first:][:l.room], l.offsets[first:][:l.room],
				a.data[i*a.row:][:depth], 4*p.bRow)
			l.from[n], l.to[n] = int32(first), int32(first+count)
		}
	}
	work.put()
}

// listing lists all rows of A. A piece is some rows.
type listing struct {
	sparseProduct
	run int
}

var listings sync.Pool

// listPiece is the elements of a piece: some 10 µs.
const listPiece = 1 << 14

func (l *listing) Piece(i int) {
	l.list(l.lists, 0, i*l.run, min((i+1)*l.run, l.m))
}
