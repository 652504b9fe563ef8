package main

// elementwiseNEON writes the activations whose arithmetic is exact.
func elementwiseNEON(f *arm64File) {
	reluNEON(f)
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
