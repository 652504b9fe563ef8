package main

import "strings"

// elementwiseNEON writes the activations whose arithmetic is exact, the check for finite numbers and the scaling of
// bytes.
func elementwiseNEON(f *arm64File) {
	reluNEON(f)
	reluGradNEON(f)
	finiteNEON(f)
	bytesLoopNEON(f, "MultiplyBytes", "scale", "scaleLoop", func(c *arm64Code, k []V, x V) V {
		c.s4("VFMUL", k[0], x, x)
		return x
	})
	// the quotient as divideBytes has it
	bytesLoopNEON(f, "DivideBytes", "r d", "divideLoop", func(c *arm64Code, k []V, x V) V {
		q := c.vector()
		c.s4("VFMUL", k[0], x, q)
		c.s4("VFMLS", k[1], q, x)
		c.s4("VFMLA", k[0], x, q)
		return q
	})
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

// bytesLoopNEON writes a loop from bytes to float32, 16 at a time. The last 16 end with the slices: they may be computed
// again.
func bytesLoopNEON(f *arm64File, name, numbers, loop string, body func(c *arm64Code, k []V, x V) V) {
	fields := strings.Fields(numbers)
	c := f.function(name+"NEON", "func(dst *float32, src *byte, n int, "+strings.Join(fields, ", ")+" float32)",
		name+"NEON is kernel's "+loop+" for n >= 16.")
	dst, src, n := c.load("dst"), c.load("src"), c.load("n")
	var k []V
	for _, p := range fields {
		k = append(k, c.loadAll(p))
	}
	x, halves := c.someVectors(4), c.someVectors(2)
	c.op("SUB", imm(16), n) // n is what is left after this vector
	c.label("vector")
	c.op("FMOVQ", at(src, 0), x[0].F())
	c.op("VUXTL", x[0].B8(), halves[0].H8())
	c.op("VUXTL2", x[0].B16(), halves[1].H8())
	for i, h := range halves {
		c.op("VUXTL", h.H4(), x[2*i].S4())
		c.op("VUXTL2", h.H8(), x[2*i+1].S4())
	}
	for i := 0; i < len(x); i += 2 {
		var y [2]V
		for j := range y {
			c.s4("VUCVTF", x[i+j], x[i+j])
			y[j] = body(c, k, x[i+j])
		}
		c.op("FSTPQ", pair(y[0], y[1]), at(dst, 16*i))
	}
	c.op("ADD", imm(16), src)
	c.op("ADD", imm(64), dst)
	c.op("SUBS", imm(16), n)
	c.op("BGE", text("vector"))
	c.op("CMP", imm(-16), n)
	c.op("BEQ", text("done"))
	c.op("ADD", n, src)
	c.op("ADD", shifted(n, 2), dst)
	c.op("MOVD", imm(0), n)
	c.op("JMP", text("vector"))
	c.label("done")
	c.op("RET")
}
