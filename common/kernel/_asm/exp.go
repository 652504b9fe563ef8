package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// Terms of the Taylor series of e^r: for |r| <= ln(2)/2 the next is below 2^-57 of the sum.
const expTerms = 14

// exponentials writes the exponential function: e^x = 2^k * e^r with k = x/ln(2) rounded and r = x - k*ln(2). ln(2) is
// the sum of a number with 32 bits, so that k times it is exact, and a rest (Cody and Waite, "Software manual for the
// elementary functions", 1980).
func exponentials() {
	const ln2High = 0x1.62e42feep-1
	for _, w := range []width{avx512, avx2} {
		table := func(name string, bits uint64) Mem {
			m := GLOBL(name+w.name, RODATA|NOPTR)
			for i := range w.bytes / 8 {
				DATA(8*i, U64(bits))
			}
			return m
		}
		number := func(name string, value float64) Mem { return table(name, math.Float64bits(value)) }
		name := "Exp" + w.name
		TEXT(name, NOSPLIT, "func(x *float64, n int)")
		Doc(name+" replaces n numbers, a multiple of 8, by their exponentials; they are NaN or at most 0.",
			"Those below -700 are taken as -700.")
		Pragma("noescape")
		at, n := Load(Param("x"), GP64()), Load(Param("n"), GP64())
		least, log2e, round := w.vector(), w.vector(), w.vector()
		high, low := w.vector(), w.vector()
		VMOVUPD(number("least", -700), least)
		VMOVUPD(number("log2e", math.Log2E), log2e)
		VMOVUPD(number("round", 3<<51), round) // added to a small number, it leaves its integer in the lower bits
		VMOVUPD(number("ln2High", ln2High), high)
		VMOVUPD(number("ln2Low", math.Ln2-ln2High), low)
		one := number("one", 1)
		var series [expTerms]Mem
		factorial := 1.0
		for i := range series {
			series[i] = number(fmt.Sprint("term", i), 1/factorial)
			factorial *= float64(i + 1)
		}
		Label("loop")
		for i := range 64 / w.bytes {
			m := Mem{Base: at, Disp: i * w.bytes}
			x, k, power, sum := w.vector(), w.vector(), w.vector(), w.vector()
			VMOVUPD(m, x)
			VMAXPD(x, least, x) // NaN stays, being the second operand
			VMOVAPD(round, k)
			VFMADD231PD(log2e, x, k)
			VPSLLQ(U8(52), k, power)
			VPADDQ(one, power, power) // 2^k
			VSUBPD(round, k, k)
			VFNMADD231PD(high, k, x)
			VFNMADD231PD(low, k, x)
			VMOVUPD(series[expTerms-1], sum)
			for term := expTerms - 2; term >= 0; term-- {
				VFMADD213PD(series[term], x, sum)
			}
			VMULPD(power, sum, sum)
			VMOVUPD(sum, m)
		}
		ADDQ(U8(64), at)
		SUBQ(U8(8), n)
		JGT(LabelRef("loop"))
		VZEROUPPER()
		RET()
	}
}
