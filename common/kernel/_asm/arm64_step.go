package main

import "strings"

// stepsNEON writes the optimizer steps, operation by operation as steps does.
func stepsNEON(f *arm64File) {
	stepNEON(f, "SGD", "w grad", "rate", func(s *weightsNEON) {
		x := s.l.load(s.a[1])
		s.scale(x, 0, x)
		s.subtract(x)
	})
	stepNEON(f, "Momentum", "w velocity grad", "rate momentum", func(s *weightsNEON) {
		s.velocity(false)
	})
	stepNEON(f, "Nesterov", "w velocity grad", "rate momentum", func(s *weightsNEON) {
		s.velocity(true)
	})
	stepNEON(f, "RMSprop", "w v grad", "rate keep take epsilon", func(s *weightsNEON) {
		x := s.l.load(s.a[2])
		y, v := s.c.vector(), s.l.load(s.a[1])
		s.c.s4("VFMUL", x, x, y)
		s.scale(y, 2, y)
		s.scale(v, 1, v)
		s.c.s4("VFADD", y, v, v)
		s.l.store(v, s.a[1])
		s.scale(x, 0, x)
		s.overRoot(x, v, s.k[3])
	})
	stepNEON(f, "Adagrad", "w accumulator grad", "rate epsilon", func(s *weightsNEON) {
		x := s.l.load(s.a[2])
		y, v := s.c.vector(), s.l.load(s.a[1])
		s.c.s4("VFMUL", x, x, y)
		s.c.s4("VFADD", y, v, v)
		s.l.store(v, s.a[1])
		s.scale(x, 0, x)
		s.overRoot(x, v, s.k[1])
	})
	stepNEON(f, "Adam", "w m v grad", "alpha take1 take2 epsilon decay", func(s *weightsNEON) {
		x := s.l.load(s.a[3])
		square, m, v := s.c.vector(), s.l.load(s.a[1]), s.l.load(s.a[2])
		s.c.s4("VFMUL", x, x, square)
		s.c.s4("VFSUB", m, x, x)
		s.scale(x, 1, x)
		s.c.s4("VFADD", x, m, m)
		s.l.store(m, s.a[1])
		s.c.s4("VFSUB", v, square, square)
		s.scale(square, 2, square)
		s.c.s4("VFADD", square, v, v)
		s.l.store(v, s.a[2])
		s.c.s4("VFSQRT", v, v)
		s.c.s4("VFADD", s.k[3], v, v)
		s.scale(m, 0, m)
		s.c.s4("VFDIV", v, m, m)
		weight, shrink := s.l.load(s.a[0]), s.c.vector()
		s.scale(weight, 4, shrink)
		s.c.s4("VFSUB", shrink, weight, weight)
		s.c.s4("VFSUB", m, weight, weight)
		s.l.store(weight, s.a[0])
	})
}

// weightsNEON is where a step's code is, with the pointers to its arrays and its rates.
type weightsNEON struct {
	c        *arm64Code
	l        *loopNEON
	a        []R
	k, edges []V
	least    V // 2^-126, the smallest normal number
}

// scale writes a product of x by a rate. A CPU for arm64 flushes it if it is too small before it is rounded, one for
// amd64 after that. Only one number, the rate's edge, becomes 2^-126 by rounding: where x is that number or its
// negative, the product is 0 of x's sign, to which the bits of 2^-126 are added.
func (s *weightsNEON) scale(x V, rate int, to V) {
	edge := s.c.vector()
	s.c.s4("VFABS", x, edge)
	s.c.s4("VFCMEQ", s.edges[rate], edge, edge) // -1 where they are equal
	s.c.s4("VFMUL", s.k[rate], x, to)
	s.c.s4("VMLS", s.least, edge, to)
	s.c.free(edge)
}

// velocity stores momentum*velocity - rate*grad and adds it, or what Nesterov adds, to w.
func (s *weightsNEON) velocity(nesterov bool) {
	x, v := s.l.load(s.a[2]), s.l.load(s.a[1])
	s.scale(x, 0, x)
	s.scale(v, 1, v)
	s.c.s4("VFSUB", x, v, v)
	s.l.store(v, s.a[1])
	if nesterov {
		s.scale(v, 1, v)
		s.c.s4("VFSUB", x, v, v)
	}
	w := s.l.load(s.a[0])
	s.c.s4("VFADD", v, w, w)
	s.l.store(w, s.a[0])
}

// overRoot subtracts x/sqrt(v+epsilon) from w.
func (s *weightsNEON) overRoot(x, v, epsilon V) {
	s.c.s4("VFADD", epsilon, v, v)
	s.c.s4("VFSQRT", v, v)
	s.c.s4("VFDIV", v, x, x)
	s.subtract(x)
}

// subtract subtracts x from w.
func (s *weightsNEON) subtract(x V) {
	w := s.l.load(s.a[0])
	s.c.s4("VFSUB", x, w, w)
	s.l.store(w, s.a[0])
}

// leastNormal is the bits of 2^-126.
const leastNormal = 0x00800000

// flushNEON is the bit of FPCR with which operands and results too small for a normal number count as 0 and become 0.
const flushNEON = 1 << 24

// stepNEON writes one optimizer's function over the arrays (n elements each) with the given rates, and the edge of each
// but epsilon. Prefetching is not measured, so there is none.
func stepNEON(f *arm64File, name, arrays, rates string, body func(s *weightsNEON)) {
	pointers, numbers := strings.Fields(arrays), strings.Fields(rates)
	var edges []string
	for _, p := range numbers {
		if p != "epsilon" {
			edges = append(edges, p+"Edge")
		}
	}
	c := f.function(name+"NEON", "func("+strings.Join(pointers, ", ")+" *float32, n int, "+
		strings.Join(numbers, ", ")+", "+strings.Join(edges, ", ")+" float32)",
		name+"NEON is kernel's loop of "+name+" with the rates "+strings.Join(numbers, ", ")+" and their edges.")
	s := weightsNEON{c: c, least: c.vector()}
	for _, p := range pointers {
		s.a = append(s.a, c.load(p))
	}
	n, before, within := c.load("n"), c.general(), c.general()
	c.op("MOVD", imm(leastNormal), within)
	c.op("VDUP", within, s.least.S4())
	for _, p := range numbers {
		s.k = append(s.k, c.loadAll(p))
		if p == "epsilon" {
			s.edges = append(s.edges, -1)
		} else {
			s.edges = append(s.edges, c.loadAll(p+"Edge"))
		}
	}
	c.op("MOVD", text("FPCR"), before)
	c.op("ORR", imm(flushNEON), before, within)
	c.op("MOVD", within, text("FPCR"))
	elementsNEON(c, n, 4, s.a, func(l *loopNEON) {
		s.l = l
		body(&s)
	})
	c.op("MOVD", before, text("FPCR"))
	c.op("RET")
}
