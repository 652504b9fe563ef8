package main

// measuresNEON writes the code that measures a machine's memory and its multiply-adds.
func measuresNEON(f *arm64File) {
	triadNEON(f)
	multiplyAddsNEON(f)
}

// triadNEON writes a = b + s*c, rounded twice as the plain loop does.
func triadNEON(f *arm64File) {
	c := f.function("triadNEON", "func(a, b, c *float32, n int, s float32)", "triadNEON is triadLoop by ordinary stores.")
	to, from, scaled, n, s := c.load("a"), c.load("b"), c.load("c"), c.load("n"), c.loadAll("s")
	elementsNEON(c, n, 4, []R{to, from, scaled}, func(l *loopNEON) {
		x, y := l.load(scaled), l.load(from)
		c.s4("VFMUL", s, x, x)
		c.s4("VFADD", y, x, x)
		l.store(x, to)
	})
	c.op("RET")
}

// multiplyAddsNEON writes multiply-adds in registers.
func multiplyAddsNEON(f *arm64File) {
	c := f.function("multiplyAddsNEON", "func(rounds int)",
		"multiplyAddsNEON runs rounds > 0, each of multiplyAddChains independent multiply-adds of vectors.")
	rounds, x, sums := c.load("rounds"), c.vector(), c.someVectors(multiplyAddChains)
	c.zero(x)
	for _, sum := range sums {
		c.zero(sum)
	}
	c.label("round")
	for _, sum := range sums {
		c.s4("VFMLA", x, x, sum)
	}
	c.op("SUBS", imm(1), rounds)
	c.op("BNE", text("round"))
	c.op("RET")
}
