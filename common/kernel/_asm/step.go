package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// steps writes the optimizer steps: the arithmetic of kernel's plain loops, operation by operation, nothing
// fused, so that the bits are theirs.
func steps() {
	tails()
	for _, w := range []width{avx2, avx512} {
		step(w, "SGD", "w grad", "rate", func(l *loop, a, k []Register) {
			x := l.load(a[1])
			VMULPS(k[0], x, x)
			subtract(l, a[0], x)
		})
		step(w, "Momentum", "w velocity grad", "rate momentum", func(l *loop, a, k []Register) {
			add(l, a[0], velocity(l, a, k, false))
		})
		step(w, "Nesterov", "w velocity grad", "rate momentum", func(l *loop, a, k []Register) {
			add(l, a[0], velocity(l, a, k, true))
		})
		step(w, "RMSprop", "w v grad", "rate keep take epsilon", func(l *loop, a, k []Register) {
			x := l.load(a[2])
			y, v := w.vector(), l.load(a[1])
			VMULPS(x, x, y)
			VMULPS(k[2], y, y)
			VMULPS(k[1], v, v)
			VADDPS(y, v, v)
			l.store(v, a[1])
			VMULPS(k[0], x, x)
			VADDPS(k[3], v, v)
			VSQRTPS(v, v)
			VDIVPS(v, x, x)
			subtract(l, a[0], x)
		})
		step(w, "Adagrad", "w accumulator grad", "rate epsilon", func(l *loop, a, k []Register) {
			x := l.load(a[2])
			y, v := w.vector(), l.load(a[1])
			VMULPS(x, x, y)
			VADDPS(y, v, v)
			l.store(v, a[1])
			VMULPS(k[0], x, x)
			VADDPS(k[1], v, v)
			VSQRTPS(v, v)
			VDIVPS(v, x, x)
			subtract(l, a[0], x)
		})
		step(w, "Adam", "w m v grad", "alpha take1 take2 epsilon decay", func(l *loop, a, k []Register) {
			x := l.load(a[3])
			square, m, v := w.vector(), l.load(a[1]), l.load(a[2])
			VMULPS(x, x, square)
			VSUBPS(m, x, x)
			VMULPS(k[1], x, x)
			VADDPS(x, m, m)
			l.store(m, a[1])
			VSUBPS(v, square, square)
			VMULPS(k[2], square, square)
			VADDPS(square, v, v)
			l.store(v, a[2])
			VSQRTPS(v, v)
			VADDPS(k[3], v, v)
			VMULPS(k[0], m, m)
			VDIVPS(v, m, m)
			weight, shrink := l.load(a[0]), w.vector()
			VMULPS(k[4], weight, shrink)
			VSUBPS(shrink, weight, weight)
			VSUBPS(m, weight, weight)
			l.store(weight, a[0])
		})
	}
}

// velocity stores momentum*velocity - rate*grad and returns what w moves by.
func velocity(l *loop, a, k []Register, nesterov bool) VecVirtual {
	x, v := l.load(a[2]), l.load(a[1])
	VMULPS(k[0], x, x)
	VMULPS(k[1], v, v)
	VSUBPS(x, v, v)
	l.store(v, a[1])
	if nesterov {
		VMULPS(k[1], v, v)
		VSUBPS(x, v, v)
	}
	return v
}

func add(l *loop, array Register, x VecVirtual) {
	v := l.load(array)
	VADDPS(x, v, v)
	l.store(v, array)
}

func subtract(l *loop, array Register, x VecVirtual) {
	v := l.load(array)
	VSUBPS(x, v, v)
	l.store(v, array)
}

// Bits of MXCSR: results too small for a normal number become 0, and operands that are so count as 0.
const flushToZero, denormalsAreZero = 0x8000, 0x40

// prefetchDistance is in bytes. On an EPYC of the fourth generation Adam from memory takes 3 to 7 % longer without it,
// the same time with 512, and more with 4096 than without.
const prefetchDistance = 1024

// step writes one optimizer's function over the arrays (n elements each) with the given rates.
func step(w width, name, arrays, rates string, body func(l *loop, arrays, rates []Register)) {
	pointers, numbers := strings.Fields(arrays), strings.Fields(rates)
	TEXT(name+w.name, NOSPLIT,
		"func("+strings.Join(pointers, ", ")+" *float32, n int, "+strings.Join(numbers, ", ")+" float32)")
	Doc(name + w.name + " is kernel's loop of " + name + " with the rates " + strings.Join(numbers, ", ") + ".")
	Pragma("noescape")
	var a, k []Register
	for _, p := range pointers {
		a = append(a, Load(Param(p), GP64()))
	}
	n := Load(Param("n"), GP64()).(GPVirtual)
	for _, p := range numbers {
		k = append(k, broadcast(w, p))
	}
	before, within := AllocLocal(8), AllocLocal(8)
	VSTMXCSR(before)
	mode := GP32()
	MOVL(before, mode)
	ORL(U32(flushToZero|denormalsAreZero), mode)
	MOVL(mode, within)
	VLDMXCSR(within)
	elements(w, n, 2, func(l *loop) {
		l.prefetch(a, prefetchDistance)
		body(l, a, k)
	})
	VLDMXCSR(before)
	VZEROUPPER()
	RET()
}

// broadcast loads a float32 parameter into all lanes.
func broadcast(w width, param string) VecVirtual {
	address, err := Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	v := w.vector()
	VBROADCASTSS(address.Addr, v)
	return v
}
