package main

// dropoutCodeNEON computes four Philox counters at once in four vectors, one for each word of the state.
type dropoutCodeNEON struct {
	c              *arm64Code
	y, x, words    R
	elements, keys []V
	multipliers    [2]V
	index, further V    // the first words of four counters, and 4
	counter        [3]V // the other words
	least, scale   V
}

// dropoutNEON writes the dropout kernel: two times four counters at once, then four. The words of a counter belong to
// four elements that follow each other, so elements are loaded into four vectors in turn.
func dropoutNEON(f *arm64File) {
	f.table("order", 4, 0, 1, 2, 3)
	c := f.framed(64, "DropoutNEON", "func(y, x *float32, n int, w *uint32)",
		"DropoutNEON is kernel's dropout.loop32 for n elements; w is vector's DropoutWords.")
	d := dropoutCodeNEON{c: c, y: c.load("y"), x: c.load("x"), words: c.load("w"),
		elements: c.someVectors(4), keys: c.someVectors(2), index: c.vector(), further: c.vector()}
	left, t := c.load("n"), c.general()
	for i, multiplier := range []uint64{0xD2511F53, 0xCD9E8D57} {
		d.multipliers[i] = c.vector()
		c.op("MOVD", bits(multiplier), t)
		c.op("VDUP", t, d.multipliers[i].S4())
	}
	order := c.vector()
	c.op("MOVD", symbol("order"), t)
	c.op("FMOVQ", at(t, 0), order.F())
	c.op("ADD", imm(4*dropoutCounter), d.words, t)
	for _, v := range []*V{&d.index, &d.counter[0], &d.counter[1], &d.counter[2], &d.least, &d.scale} {
		*v = c.vector()
		c.op("VLD1R.P", at(t, 4), list(V.S4, []V{*v}))
	}
	c.s4("VADD", order, d.index, d.index)
	c.op("MOVD", imm(4), t)
	c.op("VDUP", t, d.further.S4())
	c.free(order)

	const group = 16 // elements of four counters
	for _, sets := range []int{2, 1} {
		again, next := c.newLabel("groups"), c.newLabel("next")
		c.op("SUBS", imm(sets*group), left)
		c.op("BLT", next)
		c.label(again)
		for _, random := range d.random(sets) {
			c.op("VLD4.P", at(d.x, 4*group), list(V.S4, d.elements))
			for i, v := range d.elements {
				d.keep(random[i])
				d.drop(random[i], v)
				c.free(random[i])
			}
			c.op("VST4.P", list(V.S4, d.elements), at(d.y, 4*group))
		}
		c.op("SUBS", imm(sets*group), left)
		c.op("BGE", again)
		c.label(next)
		c.op("ADD", imm(sets*group), left)
	}

	// for the rest the vectors that select elements are stored, in the order of these
	c.op("CBZ", left, text("done"))
	random := d.random(1)[0]
	for i, r := range random {
		d.keep(r)
		c.move(r, d.elements[i])
	}
	c.op("MOVD", text("$kept-64(SP)"), t)
	c.op("VST4", list(V.S4, d.elements), at(t, 0))
	c.label("rest")
	x, keep := random[0], random[1]
	c.op("FMOVS.P", at(d.x, 4), x.F())
	c.op("FMOVS.P", at(t, 4), keep.F())
	d.drop(keep, x)
	c.op("FMOVS.P", x.F(), at(d.y, 4))
	c.op("SUBS", imm(1), left)
	c.op("BNE", text("rest"))
	c.label("done")
	c.op("RET")
}

// keep makes a vector of random words one of ones and zeros that selects the elements to keep.
func (d *dropoutCodeNEON) keep(random V) {
	d.c.s4("VSHL", imm(randomBits), random, random)
	d.c.s4("VCMHS", d.least, random, random)
}

// drop scales elements that are kept and drops the others.
func (d *dropoutCodeNEON) drop(keep, x V) {
	d.c.s4("VFMUL", d.scale, x, x)
	d.c.op("VAND", keep.B16(), x.B16(), x.B16())
}

// random writes the random words of some sets of four counters, in new registers.
func (d *dropoutCodeNEON) random(sets int) [][4]V {
	c := d.c
	states := make([][4]V, sets)
	for s := range states {
		for i := range states[s] {
			states[s][i] = c.vector()
		}
		c.move(d.index, states[s][0])
		c.s4("VADD", d.further, d.index, d.index)
		for i, v := range d.counter {
			c.move(v, states[s][1+i])
		}
	}
	keys := c.general()
	c.op("MOVD", d.words, keys)
	for range philoxRounds {
		c.op("VLD2R.P", at(keys, 8), list(V.S4, d.keys))
		for s := range states {
			d.round(&states[s])
		}
	}
	c.free(keys)
	return states
}

// round is one round of Philox. Each product of two words is four times a double word, of which the halves are then
// gathered.
func (d *dropoutCodeNEON) round(state *[4]V) {
	c := d.c
	product := func(multiplier, word V) (low, high V) {
		low, high = c.vector(), c.vector()
		c.op("VUMULL", multiplier.S2(), word.S2(), low.D2())
		c.op("VUMULL2", multiplier.S4(), word.S4(), high.D2())
		c.s4("VUZP2", high, low, word)
		c.s4("VUZP1", high, low, low)
		c.free(high)
		return low, word
	}
	low0, high0 := product(d.multipliers[0], state[0])
	low1, high1 := product(d.multipliers[1], state[2])
	for i, x := range [][3]V{{high1, state[1], d.keys[0]}, {high0, state[3], d.keys[1]}} {
		c.op("VEOR", x[1].B16(), x[0].B16(), x[0].B16())
		c.op("VEOR", x[2].B16(), x[0].B16(), x[0].B16())
		c.free(state[1+2*i])
	}
	*state = [4]V{high1, low1, high0, low0}
}
