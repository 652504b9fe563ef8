package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// elementwise writes the activations whose arithmetic is exact, the check for finite numbers and the scaling of bytes.
func elementwise() {
	tails()
	for _, w := range []width{avx2, avx512} {
		relu(w)
		reluGrad(w)
		finite(w)
		multiplyBytes(w)
		divideBytes(w)
	}
}

// relu writes max(x, 0). Of two operands a maximum gives the second where one is NaN, so NaN stays; and
// where both are 0, so the addition makes a -0 there 0.
func relu(w width) {
	TEXT("ReLU"+w.name, NOSPLIT, "func(y, x *float32, n int)")
	Doc("ReLU" + w.name + " is kernel's reluLoop.")
	Pragma("noescape")
	y, x := Load(Param("y"), GP64()), Load(Param("x"), GP64())
	n := Load(Param("n"), GP64()).(GPVirtual)
	zero := w.vector()
	w.zero(zero)
	elements(w, n, 4, func(l *loop) {
		v := l.load(x)
		VMAXPS(v, zero, v)
		VADDPS(zero, v, v)
		l.store(v, y)
	})
	VZEROUPPER()
	RET()
}

// lessThan compares without an exception for NaN, which is less than nothing.
const lessThan = U8(0x11)

// reluGrad writes dy where y > 0.
func reluGrad(w width) {
	TEXT("ReLUGrad"+w.name, NOSPLIT, "func(dx, y, dy *float32, n int)")
	Doc("ReLUGrad" + w.name + " is kernel's reluGradLoop.")
	Pragma("noescape")
	dx, y, dy := Load(Param("dx"), GP64()), Load(Param("y"), GP64()), Load(Param("dy"), GP64())
	n := Load(Param("n"), GP64()).(GPVirtual)
	zero := w.vector()
	w.zero(zero)
	elements(w, n, 4, func(l *loop) {
		out, v := l.load(y), l.load(dy)
		if w == avx512 {
			positive := K()
			VCMPPS(lessThan, out, zero, positive)
			VMOVAPS_Z(v, positive, v)
		} else {
			VCMPPS(lessThan, out, zero, out)
			VANDPS(out, v, v)
		}
		l.store(v, dx)
	})
	VZEROUPPER()
	RET()
}

// finite writes the maximum of the exponents, which is all ones for NaN and infinity alone.
func finite(w width) {
	TEXT("Finite"+w.name, NOSPLIT, "func(x *float32, n int) bool")
	Doc("Finite" + w.name + " reports whether x has no NaN and no infinity.")
	Pragma("noescape")
	x, n := Load(Param("x"), GP64()), Load(Param("n"), GP64()).(GPVirtual)
	bits := GP32()
	MOVL(U32(0x7f800000), bits)
	exponent := broadcastBits(w, bits)
	const unroll = 4
	var most []VecVirtual
	for range unroll {
		v := w.vector()
		w.zero(v)
		most = append(most, v)
	}
	elements(w, n, unroll, func(l *loop) {
		v := l.load(x)
		if w == avx512 {
			VPANDD(exponent, v, v)
		} else {
			VPAND(exponent, v, v)
		}
		VPMAXUD(v, most[l.ahead], most[l.ahead])
	})
	answerFinite(w, exponent, most)
}

// answerFinite ends a function that returns whether no exponent in the vectors of most, a power of two, is all ones.
func answerFinite(w width, exponent VecVirtual, most []VecVirtual) {
	for step := len(most) / 2; step > 0; step /= 2 {
		for i := range step {
			VPMAXUD(most[i+step], most[i], most[i])
		}
	}
	found := GP32()
	if w == avx512 {
		infinite := K()
		VPCMPEQD(exponent, most[0], infinite)
		KMOVW(infinite, found)
	} else {
		VPCMPEQD(exponent, most[0], most[0])
		VMOVMSKPS(most[0], found)
	}
	answer := GP8()
	TESTL(found, found)
	SETEQ(answer)
	Store(answer, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// broadcastBits copies a number into all lanes.
func broadcastBits(w width, bits GPVirtual) VecVirtual {
	v := w.vector()
	if w == avx512 {
		VPBROADCASTD(bits, v)
		return v
	}
	one := XMM()
	VMOVD(bits, one)
	VPBROADCASTD(one, v)
	return v
}

// multiplyBytes writes src*scale. Vectors are read whole, so the bytes after the last whole vector are left to
// the caller.
func multiplyBytes(w width) {
	bytesLoop(w, "MultiplyBytes", "scale", "scaleLoop", func(k []VecVirtual, x VecVirtual) {
		VMULPS(k[0], x, x)
	})
}

// divideBytes writes src/d by the correctly rounded reciprocal r of d: q = src*r, then q + (src-q*d)*r with a
// single rounding each. P. Markstein, "Computation of elementary functions on the IBM RISC System/6000
// processor", 1990, shows that this is the correctly rounded quotient.
func divideBytes(w width) {
	bytesLoop(w, "DivideBytes", "r d", "divideLoop", func(k []VecVirtual, x VecVirtual) {
		q := w.vector()
		VMULPS(k[0], x, q)
		VFNMADD231PS(k[1], q, x)
		VFMADD132PS(k[0], q, x)
	})
}

// bytesLoop writes a loop from bytes to float32. The last vector ends with the slices: it may compute again what the
// one before it did.
func bytesLoop(w width, name, numbers, loop string, body func(k []VecVirtual, x VecVirtual)) {
	fields := strings.Fields(numbers)
	TEXT(name+w.name, NOSPLIT, "func(dst *float32, src *byte, n int, "+strings.Join(fields, ", ")+" float32)")
	Doc(name + w.name + " is kernel's " + loop + fmt.Sprintf(" for n >= %d.", w.lanes()))
	Pragma("noescape")
	dst, src, n := Load(Param("dst"), GP64()), Load(Param("src"), GP64()), Load(Param("n"), GP64())
	var k []VecVirtual
	for _, p := range fields {
		k = append(k, broadcast(w, p))
	}
	i, last := GP64(), GP64()
	XORQ(i, i)
	MOVQ(n, last)
	SUBQ(U8(w.lanes()), last)
	Label("vector")
	x := w.vector()
	VPMOVZXBD(Mem{Base: src, Index: i, Scale: 1}, x)
	VCVTDQ2PS(x, x)
	body(k, x)
	VMOVUPS(x, Mem{Base: dst, Index: i, Scale: 4})
	ADDQ(U8(w.lanes()), i)
	CMPQ(i, last)
	JLE(LabelRef("vector"))
	CMPQ(i, n)
	MOVQ(last, i)
	JLT(LabelRef("vector"))
	VZEROUPPER()
	RET()
}
