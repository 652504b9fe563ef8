package main

// sumsNEON writes the sums of columns, with the additions of sums in its order.
func sumsNEON(f *arm64File) {
	c := f.function("AddRowsNEON", "func(sums, a *float32, cols, rows, stride int)",
		"AddRowsNEON is kernel's addRowsLoop for some of the columns, cols > 0; rows of a are stride apart.")
	s := sumNEON{c: c, sums: c.load("sums"), a: c.load("a")}
	cols := c.load("cols")
	s.rows, s.stride = c.load("rows"), c.load("stride")
	c.op("LSL", imm(2), s.stride)
	for _, width := range []int{32, 16, 4, 1} {
		again, next := c.newLabel("columns"), c.newLabel("next")
		c.op("SUBS", imm(width), cols)
		c.op("BLT", next)
		c.label(again)
		s.columns(width)
		c.op("ADD", imm(4*width), s.a)
		c.op("ADD", imm(4*width), s.sums)
		c.op("SUBS", imm(width), cols)
		c.op("BGE", again)
		c.label(next)
		c.op("ADD", imm(width), cols)
	}
	c.op("RET")
}

// sumNEON is what the code for some columns needs.
type sumNEON struct {
	c                     *arm64Code
	sums, a, rows, stride R
}

// columns writes the sums of some columns, which stay in registers: 32, 16, 4 or 1.
func (s *sumNEON) columns(width int) {
	c := s.c
	vectors := max(1, width/4)
	total, four, v := c.someVectors(vectors), c.someVectors(vectors), c.someVectors(vectors)
	first, second, left := c.general(), c.general(), c.general() // of the first and of the next four vectors of a row
	fours, singles, row, store := c.newLabel("fours"), c.newLabel("singles"), c.newLabel("row"), c.newLabel("store")
	load := func(to []V) {
		switch {
		case width == 1:
			c.op("FMOVS", at(first, 0), to[0].F())
			c.op("ADD", s.stride, first)
			return
		case width == 32:
			c.op("VLD1.P", indexed(second, s.stride), list(V.S4, to[4:]))
			to = to[:4]
		}
		c.op("VLD1.P", indexed(first, s.stride), list(V.S4, to))
	}
	add := func(x, to []V) {
		for i, v := range x {
			c.s4("VFADD", v, to[i], to[i])
		}
	}
	for _, t := range total {
		c.zero(t)
	}
	c.op("MOVD", s.a, first)
	if width == 32 {
		c.op("ADD", imm(64), first, second)
	}
	c.op("SUBS", imm(4), s.rows, left)
	c.op("BLT", singles)
	c.label(fours)
	load(four)
	for range 3 {
		load(v)
		add(v, four)
	}
	add(four, total)
	c.op("SUBS", imm(4), left)
	c.op("BGE", fours)
	c.label(singles)
	c.op("ADDS", imm(4), left)
	c.op("BEQ", store)
	c.label(row)
	load(v)
	add(v, total)
	c.op("SUBS", imm(1), left)
	c.op("BNE", row)
	c.label(store)
	switch {
	case width == 1:
		c.op("FMOVS", total[0].F(), at(s.sums, 0))
	case width == 4:
		c.op("FMOVQ", total[0].F(), at(s.sums, 0))
	default:
		for i := 0; i < vectors; i += 2 {
			c.op("FSTPQ", pair(total[i], total[i+1]), at(s.sums, 16*i))
		}
	}
	for i := range vectors {
		c.free(total[i], four[i], v[i])
	}
	c.free(first, second, left)
}
