package main

import "fmt"

// sparseNEON writes the code for rows that pass over their own zeros.
func sparseNEON(f *arm64File) {
	chosenNEON(f)
	for vectors := 2; vectors <= 2*sparseVectors; vectors += 2 {
		sparseRowsNEON(f, vectors)
	}
	listNonzerosNEON(f)
	finitePanelNEON(f)
	sparseDotsNEON(f)
}

// sparseRowsNEON writes the sums of some rows in one panel of the given vectors. Prefetching is not measured, so there
// is none.
func sparseRowsNEON(f *arm64File, vectors int) {
	name := fmt.Sprintf("SparseRows%dxNEON", 4*vectors)
	c := f.function(name, "func(r *byte)",
		fmt.Sprintf("%s is gemm's sparseRows.run for %d columns.", name, 4*vectors))
	arguments := c.load("r")
	get := func(offset int) R {
		r := c.general()
		c.op("MOVD", at(arguments, offset), r)
		return r
	}
	values, offsets, from, to := get(sparseValues), get(sparseOffsets), get(sparseFrom), get(sparseTo)
	b, out, start, count := get(sparseB), get(sparseC), get(sparseStart), get(sparseCount)
	shift, boundNext, shiftNext := get(sparseShift), get(sparseBoundNext), get(sparseShiftNext)
	outNext, startNext, adds, relu := get(sparseCNext), get(sparseStartNext), get(sparseAdd), get(sparseReLU)
	c.op("ADD", shift, b)
	c.free(shift)
	sums := c.someVectors(vectors)
	a, of := c.vector(), c.someVectors(8)
	// each writes code for each vector at p, which it moves
	each := func(p R, code func(v, sum V)) {
		for j := 0; j < vectors; j += 4 {
			group := of[j%8:][:min(4, vectors-j)]
			if j+4 < vectors {
				c.op("VLD1.P", at(p, 64), list(V.S4, group))
			} else {
				c.op("VLD1", at(p, 0), list(V.S4, group))
			}
			for i, v := range group {
				code(v, sums[j+i])
			}
		}
	}

	c.label("row")
	for j := 0; j < vectors; j += 2 {
		c.op("FLDPQ", at(start, 16*j), pair(sums[j], sums[j+1]))
	}
	n, value, offset := c.general(), c.general(), c.general()
	terms := []R{c.general(), c.general(), c.general(), c.general()}
	term := terms[0]
	c.op("MOVW", at(from, 0), value)
	c.op("MOVW", at(to, 0), n)
	c.op("SUBS", value, n)
	c.op("BLE", text("summed"))
	c.op("ADD", shifted(value, 2), offsets, offset)
	c.op("ADD", shifted(value, 2), values, value)
	c.op("SUBS", imm(4), n)
	c.op("BLT", text("rest"))
	c.label("four")
	c.op("FMOVQ.P", at(value, 16), a.F())
	c.op("LDPW.P", at(offset, 8), text(fmt.Sprintf("(%v, %v)", terms[0], terms[1])))
	c.op("LDPW.P", at(offset, 8), text(fmt.Sprintf("(%v, %v)", terms[2], terms[3])))
	for i, term := range terms {
		c.op("ADD", b, term)
		each(term, func(v, sum V) { c.op("VFMLA", a.S(i), v.S4(), sum.S4()) })
	}
	c.op("SUBS", imm(4), n)
	c.op("BGE", text("four"))
	c.label("rest")
	c.op("ADDS", imm(4), n)
	c.op("BEQ", text("summed"))
	c.label("term")
	c.op("MOVWU.P", at(offset, 4), term)
	c.op("FMOVS.P", at(value, 4), a.F())
	c.op("ADD", b, term)
	each(term, func(v, sum V) { c.op("VFMLA", a.S(0), v.S4(), sum.S4()) })
	c.op("SUBS", imm(1), n)
	c.op("BNE", text("term"))
	c.label("summed")
	c.op("CBZ", adds, text("added"))
	c.op("MOVD", out, term)
	each(term, func(v, sum V) { c.s4("VFADD", v, sum, sum) })
	c.label("added")
	c.op("CBZ", relu, text("store"))
	c.zero(a)
	for _, sum := range sums {
		c.s4("VFMAX", a, sum, sum)
	}
	c.label("store")
	for j := 0; j < vectors; j += 2 {
		c.op("FSTPQ", pair(sums[j], sums[j+1]), at(out, 16*j))
	}
	c.op("ADD", boundNext, from)
	c.op("ADD", boundNext, to)
	c.op("ADD", shiftNext, b)
	c.op("ADD", outNext, out)
	c.op("ADD", startNext, start)
	c.op("SUBS", imm(1), count)
	c.op("BNE", text("row"))
	c.op("RET")
}

// chosenNEON writes, for each choice of four elements, the bytes of a vector that VTBL wants to bring them to the front.
func chosenNEON(f *arm64File) {
	var words []uint64
	for choice := range 16 {
		var order [16]byte
		n := 0
		for i := range 4 {
			if choice>>i&1 == 1 {
				for b := range 4 {
					order[n] = byte(4*i + b)
					n++
				}
			}
		}
		for half := range 2 {
			var word uint64
			for b, v := range order[8*half:][:8] {
				word |= uint64(v) << (8 * b)
			}
			words = append(words, word)
		}
	}
	f.table("chosen", 8, words...)
	// for each lane its bit of the choice, and 16, of which the sum is 16 times the number of the chosen
	f.table("choices", 4, 16|1, 16|2, 16|4, 16|8)
	f.table("numbers", 4, 0, 1, 2, 3)
}

// listNonzerosNEON writes the code that finds the numbers of a row that are not 0. Most vectors have none.
func listNonzerosNEON(f *arm64File) {
	name := "ListNonzerosNEON"
	c := f.function(name, "func(values *float32, offsets *int32, a *float32, n, step int) int",
		name+" lists those of a's first n > 0 elements that are not 0: their values, and step times their indices. It",
		"returns how many there are; of each list it may write as many as n rounded up to a multiple of 16.")
	values, offsets, a, n, step := c.load("values"), c.load("offsets"), c.load("a"), c.load("n"), c.load("step")
	place, next, choices := c.vector(), c.vector(), c.vector() // place is the offsets of a vector of elements
	t, table, first, choice := c.general(), c.general(), c.general(), c.general()
	c.op("MOVD", symbol("numbers"), t)
	c.op("FMOVQ", at(t, 0), place.F())
	c.op("VDUP", step, next.S4())
	c.s4("VMUL", next, place, place)
	c.s4("VSHL", imm(2), next, next)
	c.op("MOVD", symbol("choices"), t)
	c.op("FMOVQ", at(t, 0), choices.F())
	c.op("MOVD", symbol("chosen"), table)
	c.op("MOVD", values, first)
	elementsNEON(c, n, 1, []R{a}, func(l *loopNEON) {
		none := c.newLabel("none")
		v := l.load(a)
		chosen, order, sum := c.vector(), c.vector(), c.vector()
		c.s4("VFCMEQ", imm(0), v, chosen)
		c.op("VBIC", chosen.B16(), choices.B16(), chosen.B16())
		c.op("VADDV", chosen.S4(), sum)
		c.op("FMOVS", sum.F(), choice)
		c.op("CBZW", choice, none)
		c.op("AND", imm(15), choice, t)
		c.op("LSL", imm(4), t)
		c.op("VLDR", indexed(table, t), order.Q())
		c.op("VTBL", order.B16(), list(V.B16, []V{v}), v.B16())
		c.op("VTBL", order.B16(), list(V.B16, []V{place}), order.B16())
		l.store(v, values)
		l.store(order, offsets)
		c.op("LSR", imm(4), choice)
		c.op("ADD", shifted(choice, 2), values)
		c.op("ADD", shifted(choice, 2), offsets)
		c.label(none)
		if l.tail {
			c.op("VEXT", imm(4), place.B16(), place.B16(), place.B16()) // the next one first
		} else {
			c.s4("VADD", next, place, place)
		}
	})
	c.op("SUB", first, values)
	c.op("LSR", imm(2), values)
	c.op("MOVD", values, c.param("ret"))
	c.op("RET")
}

// finitePanelNEON adds all numbers times 0, which is NaN if one is not finite.
func finitePanelNEON(f *arm64File) {
	name := "FinitePanelNEON"
	c := f.function(name, "func(b *float32, rows, stride int) bool",
		fmt.Sprintf("%s reports whether rows > 0 rows of %d columns, stride bytes apart, have no NaN and no infinity.",
			name, 8*sparseVectors))
	b, rows, stride := c.load("b"), c.load("rows"), c.load("stride")
	zero, sums, of := c.vector(), c.someVectors(4), c.someVectors(8)
	c.zero(zero)
	for _, sum := range sums {
		c.zero(sum)
	}
	row := c.general()
	c.label("row")
	c.op("MOVD", b, row)
	for j := 0; j < 2*sparseVectors; j += 4 {
		group := of[j%8:][:4]
		c.op("VLD1.P", at(row, 64), list(V.S4, group))
		for i, v := range group {
			c.s4("VFMLA", zero, v, sums[i])
		}
	}
	c.op("ADD", stride, b)
	c.op("SUBS", imm(1), rows)
	c.op("BNE", text("row"))
	answerFiniteNEON(c, sums)
}

// answerFiniteNEON ends a function that returns whether all lanes of four vectors, which are 0 or NaN, are 0.
func answerFiniteNEON(c *arm64Code, sums []V) {
	c.s4("VFADD", sums[1], sums[0], sums[0])
	c.s4("VFADD", sums[3], sums[2], sums[2])
	c.s4("VFADD", sums[2], sums[0], sums[0])
	c.s4("VFCMEQ", imm(0), sums[0], sums[0]) // all ones where it is 0
	c.op("VNOT", sums[0].B16(), sums[0].B16())
	c.op("VUMAXV", sums[0].S4(), sums[0].F())
	r := c.general()
	c.op("FMOVS", sums[0].F(), r)
	c.op("CMPW", imm(0), r)
	c.op("CSET", text("EQ"), r)
	c.op("MOVB", r, c.param("ret"))
	c.op("RET")
}

// sparseDotsNEON writes dot products of a listed row with rows of a matrix, each a chain of its own, as sparseDots does.
func sparseDotsNEON(f *arm64File) {
	c := f.function("SparseDotsNEON",
		"func(sums *float32, rows *int32, groups int, b, values *float32, offsets *int32, n, add int)",
		"SparseDotsNEON computes the dot products of a list of n values with rows of b, in groups of 8:",
		"sums[r] = Σ_i values[i] * b[rows[r] + offsets[i]]; if add is 1, they are added to sums. rows and offsets are in",
		"bytes, groups is at least 1.")
	sums, rows, groups, b := c.load("sums"), c.load("rows"), c.load("groups"), c.load("b")
	values, offsets, n, adds := c.load("values"), c.load("offsets"), c.load("n"), c.load("add")
	var row []R
	for range dotRows {
		row = append(row, c.general())
	}
	value, offset, left, o := c.general(), c.general(), c.general(), c.general()
	sum, a, of := c.someVectors(dotRows), c.vector(), c.someVectors(dotRows)

	c.label("group")
	for i, r := range row {
		c.op("MOVWU.P", at(rows, 4), r)
		c.op("ADD", b, r)
		c.zero(sum[i])
	}
	c.op("MOVD", values, value)
	c.op("MOVD", offsets, offset)
	c.op("MOVD", n, left)
	c.op("CBZ", left, text("summed"))
	c.label("term")
	c.op("MOVWU.P", at(offset, 4), o)
	c.op("FMOVS.P", at(value, 4), a.F())
	for i, r := range row {
		c.op("FMOVS", indexed(r, o), of[i].F())
	}
	for i := range row {
		c.op("FMADDS", a.F(), sum[i].F(), of[i].F(), sum[i].F())
	}
	c.op("SUBS", imm(1), left)
	c.op("BNE", text("term"))
	c.label("summed")
	c.op("CBZ", adds, text("added"))
	for i := range row {
		c.op("FMOVS", at(sums, 4*i), a.F())
		c.op("FADDS", a.F(), sum[i].F(), sum[i].F())
	}
	c.label("added")
	for i := range row {
		c.op("FMOVS.P", sum[i].F(), at(sums, 4))
	}
	c.op("SUBS", imm(1), groups)
	c.op("BNE", text("group"))
	c.op("RET")
}
