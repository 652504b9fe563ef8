package main

// elementwiseNEON writes the activations whose arithmetic is exact, the check for finite numbers and the scaling of
// bytes.
func elementwiseNEON(f *arm64File) {
	reluNEON(f)
	reluGradNEON(f)
	finiteNEON(f)
}

// reluNEON writes max(x, 0). The maximum is NaN where x is, and of 0 and -0 it is 0.
func reluNEON(f *arm64File) {
	c := f.function("ReLUNEON", "func(y, x *float32, n int)", "ReLUNEON is kernel's reluLoop.")
	y, x, n := c.load("y"), c.load("x"), c.load("n")
	zero := c.vector()
	c.zero(zero)
	elementsNEON(c, n, 4, []R{y, x}, func(l *loopNEON) {
		v := l.load(x)
		c.s4("VFMAX", zero, v, v)
		l.store(v, y)
	})
	c.op("RET")
}

// reluGradNEON writes dy where y > 0.
func reluGradNEON(f *arm64File) {
	c := f.function("ReLUGradNEON", "func(dx, y, dy *float32, n int)", "ReLUGradNEON is kernel's reluGradLoop.")
	dx, y, dy, n := c.load("dx"), c.load("y"), c.load("dy"), c.load("n")
	elementsNEON(c, n, 4, []R{dx, y, dy}, func(l *loopNEON) {
		out, v := l.load(y), l.load(dy)
		c.s4("VFCMGT", imm(0), out, out)
		c.op("VAND", out.B16(), v.B16(), v.B16())
		l.store(v, dx)
	})
	c.op("RET")
}

// finiteNEON adds all numbers times 0, which is NaN if one is not finite.
func finiteNEON(f *arm64File) {
	c := f.function("FiniteNEON", "func(x *float32, n int) bool",
		"FiniteNEON reports whether x has no NaN and no infinity.")
	x, n, zero, sums := c.load("x"), c.load("n"), c.vector(), c.someVectors(4)
	c.zero(zero)
	for _, sum := range sums {
		c.zero(sum)
	}
	elementsNEON(c, n, 4, []R{x}, func(l *loopNEON) { c.s4("VFMLA", zero, l.load(x), sums[l.ahead]) })
	answerFiniteNEON(c, sums)
}
