package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// lanes is the number of float32 in a vector.
func (w width) lanes() int { return w.bytes / 4 }

// loop is where an elementwise function's code is about to read and write: one vector of each array.
type loop struct {
	w     width
	i     GPVirtual     // index of the first element of this round
	ahead int           // vectors from there
	mask  OpmaskVirtual // of the tail on AVX-512
	lanes VecVirtual    // of the tail on AVX2
	tail  bool
}

func (l *loop) mem(array Register) Mem {
	return Mem{Base: array, Index: l.i, Scale: 4, Disp: l.ahead * l.w.bytes}
}

// load reads a vector of float32; elements after the end are 0.
func (l *loop) load(array Register) VecVirtual {
	v := l.w.vector()
	switch {
	case !l.tail:
		VMOVUPS(l.mem(array), v)
	case l.w == avx512:
		VMOVUPS_Z(l.mem(array), l.mask, v)
	default:
		VMASKMOVPS(l.mem(array), l.lanes, v)
	}
	return v
}

// store writes a vector of float32 up to the end.
func (l *loop) store(v VecVirtual, array Register) {
	switch {
	case !l.tail:
		VMOVUPS(v, l.mem(array))
	case l.w == avx512:
		VMOVUPS(v, l.mask, l.mem(array))
	default:
		VMASKMOVPS(v, l.lanes, l.mem(array))
	}
}

// stream stores a whole vector past the caches, for an array that begins at a vector's boundary.
func (l *loop) stream(v VecVirtual, array Register) {
	if l.tail {
		l.store(v, array)
	} else {
		VMOVNTPS(v, l.mem(array))
	}
}

// prefetch fetches the cache lines that lie some bytes ahead into the L2 cache.
func (l *loop) prefetch(arrays []Register, bytes int) {
	const line = 64
	if l.tail || l.ahead*l.w.bytes%line != 0 {
		return
	}
	for _, array := range arrays {
		m := l.mem(array)
		m.Disp += bytes
		PREFETCHT1(m)
	}
}

// elements writes a loop over n elements: `unroll` vectors a round, then one, then the rest by a mask. The first
// n&(lanes-1) elements of tailMasks[8-n:] select the elements of the rest on AVX2.
func elements(w width, n GPVirtual, unroll int, body func(l *loop)) {
	l := &loop{w: w, i: GP64()}
	XORQ(l.i, l.i)
	end := GP64()
	rounds := func(name string, vectors int) {
		MOVQ(n, end)
		SUBQ(U32(vectors*w.lanes()), end) // the last i with a whole round
		JMP(LabelRef(name + "Test"))
		Label(name)
		for l.ahead = range vectors {
			body(l)
		}
		l.ahead = 0
		ADDQ(U32(vectors*w.lanes()), l.i)
		Label(name + "Test")
		CMPQ(l.i, end)
		JLE(LabelRef(name))
	}
	if unroll > 1 {
		rounds("rounds", unroll)
	}
	rounds("vectors", 1)

	SUBQ(l.i, n)
	JLE(LabelRef("done"))
	l.tail = true
	l.mask, l.lanes = tailMask(w, n)
	body(l)
	Label("done")
}

// tailMask selects the first n elements of a vector, 0 < n < lanes.
func tailMask(w width, n GPVirtual) (OpmaskVirtual, VecVirtual) {
	if w == avx512 {
		bits, mask := GP32(), K()
		MOVL(U32(0xffff), bits)
		BZHIL(n.As32(), bits, bits)
		KMOVW(bits, mask)
		return mask, nil
	}
	table, lanes := GP64(), YMM()
	LEAQ(tailTable, table)
	NEGQ(n)
	VMOVUPS(Mem{Base: table, Index: n, Scale: 4, Disp: 32}, lanes)
	return nil, lanes
}

var tailTable Mem

// tails writes the table of tailMask: eight lanes of ones, eight of zeros.
func tails() {
	tailTable = GLOBL("tail", RODATA|NOPTR)
	for i := range 16 {
		ones := uint32(0)
		if i < 8 {
			ones = 0xffffffff
		}
		DATA(4*i, U32(ones))
	}
}
