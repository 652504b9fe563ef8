package main

import "fmt"

// poolNEON writes the two pooling kernels: four vectors of channels at a time, then one, then single channels.
func poolNEON(f *arm64File) {
	f.table("lanes", 4, 0, 1, 2, 3)
	poolMaxNEON(f)
	poolGradNEON(f)
}

// poolMaxNEON keeps the largest tap and its index. A tap replaces them unless what is kept is at least as large or is
// NaN.
func poolMaxNEON(f *arm64File) {
	c := f.function("PoolMaxNEON", "func(y, x *float32, "+poolArguments,
		"PoolMaxNEON is kernel's maxima for a run of pixels, in bytes: step from the first tap of one to that of the",
		"next, stride from one row of taps to the next. first is the index of the first tap.")
	y, index := c.load("y"), c.load("index")
	best, place, v, keep, atLeast := c.someVectors(4), c.someVectors(4), c.someVectors(4), c.vector(), c.vector()
	l := poolLoopNEON{c: c, taps: c.load("x"), moving: []R{y, index}, skip: true}
	l.before = func(vectors int) {
		l.load(l.tap, best[:vectors])
		for _, p := range place[:vectors] {
			c.move(l.at, p)
		}
	}
	l.each = func(vectors int) {
		l.load(l.tap, v[:vectors])
		for i := range vectors {
			c.s4("VFCMEQ", best[i], best[i], keep)
			c.s4("VFCMGE", v[i], best[i], atLeast)
			c.op("VBIC", atLeast.B16(), keep.B16(), keep.B16())
			c.op("VBIT", keep.B16(), v[i].B16(), best[i].B16())
			c.op("VBIT", keep.B16(), l.at.B16(), place[i].B16())
		}
	}
	l.after = func(vectors int) {
		for i := 1; i < vectors; i++ {
			c.s4("VADD", l.further[i], place[i], place[i])
		}
		l.store(best[:vectors], y)
		l.store(place[:vectors], index)
	}
	l.write()
}

// poolGradNEON writes a gradient where the index says and zeros to the other taps of its window.
func poolGradNEON(f *arm64File) {
	c := f.function("PoolGradNEON", "func(dx, dy *float32, "+poolArguments,
		"PoolGradNEON is kernel's spread for a run of pixels. The arguments are those of PoolMaxNEON.")
	dy, index := c.load("dy"), c.load("index")
	gradient, place, v, zero := c.someVectors(4), c.someVectors(4), c.someVectors(4), c.vector()
	c.zero(zero)
	l := poolLoopNEON{c: c, taps: c.load("dx"), moving: []R{dy, index}}
	l.before = func(vectors int) {
		l.load(dy, gradient[:vectors])
		l.load(index, place[:vectors])
		for i := range vectors {
			c.s4("VFADD", zero, gradient[i], gradient[i]) // -0 becomes 0, as in a sum
			if i > 0 {
				c.s4("VSUB", l.further[i], place[i], place[i])
			}
		}
	}
	l.each = func(vectors int) {
		for i := range vectors {
			c.s4("VCMEQ", l.at, place[i], v[i])
			c.op("VAND", gradient[i].B16(), v[i].B16(), v[i].B16())
		}
		l.store(v[:vectors], l.tap)
	}
	l.after = func(int) {}
	l.write()
}

// poolLoopNEON is the loop over pixels, channels and taps of both kernels. It loads the parameters of the same names.
type poolLoopNEON struct {
	c                   *arm64Code
	taps                R                 // the first tap of the pixel
	moving              []R               // what advances by the channels that are done
	skip                bool              // whether each leaves the first tap out
	before, each, after func(vectors int) // code for some vectors of channels

	tap     R
	at      V    // the indices of the tap's first four channels
	further [4]V // what the indices of the next vectors' channels have more
	single  bool // whether there is one channel instead of a vector
}

func (l *poolLoopNEON) write() {
	c := l.c
	count, channels, step, stride := c.load("count"), c.load("channels"), c.load("step"), c.load("stride")
	rows, columns, pixel := c.load("rows"), c.load("columns"), c.load("first")
	lanes, nextTap, t := c.vector(), c.vector(), c.general()
	c.op("MOVD", symbol("lanes"), t)
	c.op("FMOVQ", at(t, 0), lanes.F())
	c.op("VDUP", channels, nextTap.S4())
	for i := 1; i < len(l.further); i++ {
		l.further[i] = c.vector()
		c.op("VMOVI", imm(4*i), l.further[i].B16())
		c.s4("VUSHR", imm(24), l.further[i], l.further[i])
	}
	l.at, l.tap = c.vector(), c.general()
	// pixel, block and row are indices, first, row and tap pointers
	block, first, left := c.general(), c.general(), c.general()
	rowIndex, row, rowsLeft, columnsLeft := c.general(), c.general(), c.general(), c.general()

	c.label("pixel")
	c.op("MOVD", l.taps, first)
	c.op("MOVD", pixel, block)
	c.op("MOVD", channels, left)
	for _, size := range []int{16, 4, 1} {
		again, next, tap, advance := c.newLabel("block"), c.newLabel("next"), c.newLabel("tap"), c.newLabel("advance")
		vectors := max(1, size/4)
		l.single = size == 1
		beginRow := func() {
			c.op("MOVD", row, l.tap)
			c.op("VDUP", rowIndex, l.at.S4())
			c.s4("VADD", lanes, l.at, l.at)
			c.op("MOVD", columns, columnsLeft)
		}
		c.op("SUBS", imm(size), left)
		c.op("BLT", next)
		c.label(again)
		c.op("MOVD", first, row)
		c.op("MOVD", block, rowIndex)
		c.op("MOVD", rows, rowsLeft)
		beginRow()
		l.before(vectors)
		if l.skip {
			c.op("JMP", advance)
		}
		c.label(tap)
		l.each(vectors)
		if l.skip {
			c.label(advance)
		}
		c.op("ADD", shifted(channels, 2), l.tap)
		c.s4("VADD", nextTap, l.at, l.at)
		c.op("SUBS", imm(1), columnsLeft)
		c.op("BNE", tap)
		c.op("ADD", stride, row)
		c.op("ADD", text(fmt.Sprintf("%v>>2", stride)), rowIndex)
		beginRow()
		c.op("SUBS", imm(1), rowsLeft)
		c.op("BNE", tap)
		l.after(vectors)
		for _, r := range append([]R{first}, l.moving...) {
			c.op("ADD", imm(4*size), r)
		}
		c.op("ADD", imm(size), block)
		c.op("SUBS", imm(size), left)
		c.op("BGE", again)
		c.label(next)
		c.op("ADD", imm(size), left)
	}
	c.op("ADD", step, l.taps)
	c.op("ADD", text(fmt.Sprintf("%v>>2", step)), pixel)
	c.op("SUBS", imm(1), count)
	c.op("BNE", text("pixel"))
	c.op("RET")
}

// load reads vectors of numbers that follow each other, store writes them.
func (l *poolLoopNEON) load(from R, to []V) {
	switch {
	case l.single:
		l.c.op("FMOVS", at(from, 0), to[0].F())
	case len(to) == 1:
		l.c.op("FMOVQ", at(from, 0), to[0].F())
	default:
		l.c.op("VLD1", at(from, 0), list(V.S4, to))
	}
}

func (l *poolLoopNEON) store(from []V, to R) {
	switch {
	case l.single:
		l.c.op("FMOVS", from[0].F(), at(to, 0))
	case len(from) == 1:
		l.c.op("FMOVQ", from[0].F(), at(to, 0))
	default:
		l.c.op("VST1", list(V.S4, from), at(to, 0))
	}
}
