package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// measures writes the code that measures a machine's memory and its multiply-adds.
func measures() {
	tails()
	for _, w := range []width{avx2, avx512} {
		triad(w, "triad", "by ordinary stores", (*loop).store)
		triad(w, "triadStream", "by stores past the caches; a is aligned to a vector", (*loop).stream)
		multiplyAdds(w)
	}
}

// triad writes a = b + s*c, rounded twice as the plain loop does.
func triad(w width, name, how string, store func(l *loop, v VecVirtual, array Register)) {
	TEXT(name+w.name, NOSPLIT, "func(a, b, c *float32, n int, s float32)")
	Doc(name + w.name + " is triadLoop " + how + ".")
	Pragma("noescape")
	a, b, c := Load(Param("a"), GP64()), Load(Param("b"), GP64()), Load(Param("c"), GP64())
	n := Load(Param("n"), GP64()).(GPVirtual)
	s := broadcast(w, "s")
	elements(w, n, 4, func(l *loop) {
		x := l.load(c)
		VMULPS(s, x, x)
		VADDPS(l.load(b), x, x)
		store(l, x, a)
	})
	SFENCE()
	VZEROUPPER()
	RET()
}

// multiplyAddChains hide the latency of two units that take four or five cycles.
const multiplyAddChains = 12

// multiplyAdds writes multiply-adds in registers.
func multiplyAdds(w width) {
	name := "multiplyAdds" + w.name
	TEXT(name, NOSPLIT, "func(rounds int)")
	Doc(name + " runs rounds > 0, each of multiplyAddChains independent multiply-adds of vectors.")
	rounds := Load(Param("rounds"), GP64())
	x := w.vector()
	w.zero(x)
	var sums []VecVirtual
	for range multiplyAddChains {
		sum := w.vector()
		w.zero(sum)
		sums = append(sums, sum)
	}
	Label("round")
	for _, sum := range sums {
		VFMADD231PS(x, x, sum)
	}
	SUBQ(U8(1), rounds)
	JNZ(LabelRef("round"))
	VZEROUPPER()
	RET()
}
