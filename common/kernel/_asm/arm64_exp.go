package main

import "math"

// exponentialsNEON writes the exponential function as exponentials does, with its operations in their order.
func exponentialsNEON(f *arm64File) {
	const ln2High = 0x1.62e42feep-1
	numbers := []float64{-700, math.Log2E, 3 << 51, ln2High, math.Ln2 - ln2High}
	factorial := 1.0
	for i := range expTerms {
		numbers = append(numbers, 1/factorial)
		factorial *= float64(i + 1)
	}
	var words []uint64
	for _, x := range numbers {
		words = append(words, math.Float64bits(x))
	}
	f.table("exp", 8, words...)

	c := f.function("ExpNEON", "func(x *float64, n int)",
		"ExpNEON replaces n numbers, a multiple of 8, by their exponentials; they are NaN or at most 0.",
		"Those below -700 are taken as -700.")
	array, n, table := c.load("x"), c.load("n"), c.general()
	c.op("MOVD", symbol("exp"), table)
	var k []V
	for range numbers {
		v := c.vector()
		c.op("VLD1R.P", at(table, 8), list(V.D2, []V{v}))
		k = append(k, v)
	}
	least, log2e, round, high, low, series := k[0], k[1], k[2], k[3], k[4], k[5:]
	one := series[0]
	x, whole, power, sums := c.vector(), c.vector(), c.vector(), c.someVectors(2)
	c.label("loop")
	for i := range 4 {
		c.op("FMOVQ", at(array, 16*i), x.F())
		c.d2("VFMAX", least, x, x)
		c.move(round, whole)
		c.d2("VFMLA", log2e, x, whole)
		c.d2("VSHL", imm(52), whole, power)
		c.d2("VADD", one, power, power) // 2^k
		c.d2("VFSUB", round, whole, whole)
		c.d2("VFMLS", high, whole, x)
		c.d2("VFMLS", low, whole, x)
		sum := series[expTerms-1]
		for term := expTerms - 2; term >= 0; term-- {
			next := sums[term%2]
			c.move(series[term], next)
			c.d2("VFMLA", x, sum, next)
			sum = next
		}
		c.d2("VFMUL", power, sum, sum)
		c.op("FMOVQ", sum.F(), at(array, 16*i))
	}
	c.op("ADD", imm(64), array)
	c.op("SUBS", imm(8), n)
	c.op("BGT", text("loop"))
	c.op("RET")
}
