package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// sums writes the sums of columns, with the additions of the plain loop in its order: four rows to one number, that
// to the sum.
func sums() {
	tails()
	for _, w := range []width{avx2, avx512} {
		addRows(w)
	}
}

// addRows keeps the sums of some columns in registers while it runs down the rows: 8 vectors of columns, then 4,
// 2 and 1, then the rest.
func addRows(w width) {
	TEXT("AddRows"+w.name, NOSPLIT, "func(sums, a *float32, cols, rows, stride int)")
	Doc("AddRows" + w.name + " is kernel's addRowsLoop for some of the columns, cols > 0; rows of a are stride apart.")
	Pragma("noescape")
	sums, a := Load(Param("sums"), GP64()), Load(Param("a"), GP64())
	cols, rows := Load(Param("cols"), GP64()).(GPVirtual), Load(Param("rows"), GP64())
	stride, thrice := Load(Param("stride"), GP64()), GP64()
	SHLQ(U8(2), stride)
	LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, thrice)
	s := &sum{w: w, rows: rows, stride: stride, thrice: thrice}

	for _, vectors := range []int{8, 4, 2, 1} {
		name := map[int]string{8: "eight", 4: "four", 2: "two", 1: "one"}[vectors]
		width := U32(vectors * w.lanes())
		JMP(LabelRef(name + "Test"))
		Label(name)
		s.columns(name, vectors, a, sums)
		SUBQ(width, cols)
		ADDQ(U32(vectors*w.bytes), a)
		ADDQ(U32(vectors*w.bytes), sums)
		Label(name + "Test")
		CMPQ(cols, width)
		JGE(LabelRef(name))
	}
	TESTQ(cols, cols)
	JE(LabelRef("done"))
	s.tail = true
	s.mask, s.lanes = tailMask(w, cols)
	s.columns("rest", 1, a, sums)
	Label("done")
	VZEROUPPER()
	RET()
}

// sum is what the code for some columns needs.
type sum struct {
	w                    width
	rows, stride, thrice Register
	tail                 bool
	mask                 OpmaskVirtual
	lanes                VecVirtual
}

// columns writes the sums of vectors columns of a.
func (s *sum) columns(name string, vectors int, a, sums Register) {
	total := make([]VecVirtual, vectors)
	for j := range total {
		total[j] = s.w.vector()
		s.w.zero(total[j])
	}
	p, left := GP64(), GP64()
	MOVQ(a, p)
	MOVQ(s.rows, left)
	SUBQ(U8(4), left)
	JLT(LabelRef(name + "Single"))
	Label(name + "Rows")
	for j := range vectors {
		four := s.load(Mem{Base: p, Disp: j * s.w.bytes})
		s.add(Mem{Base: p, Index: s.stride, Scale: 1, Disp: j * s.w.bytes}, four)
		s.add(Mem{Base: p, Index: s.stride, Scale: 2, Disp: j * s.w.bytes}, four)
		s.add(Mem{Base: p, Index: s.thrice, Scale: 1, Disp: j * s.w.bytes}, four)
		VADDPS(four, total[j], total[j])
	}
	LEAQ(Mem{Base: p, Index: s.stride, Scale: 4}, p)
	SUBQ(U8(4), left)
	JGE(LabelRef(name + "Rows"))
	Label(name + "Single")
	ADDQ(U8(4), left)
	JE(LabelRef(name + "Store"))
	Label(name + "Row")
	for j := range vectors {
		s.add(Mem{Base: p, Disp: j * s.w.bytes}, total[j])
	}
	ADDQ(s.stride, p)
	SUBQ(U8(1), left)
	JNZ(LabelRef(name + "Row"))
	Label(name + "Store")
	for j, v := range total {
		m := Mem{Base: sums, Disp: j * s.w.bytes}
		switch {
		case !s.tail:
			VMOVUPS(v, m)
		case s.w == avx512:
			VMOVUPS(v, s.mask, m)
		default:
			VMASKMOVPS(v, s.lanes, m)
		}
	}
}

func (s *sum) load(m Mem) VecVirtual {
	v := s.w.vector()
	switch {
	case !s.tail:
		VMOVUPS(m, v)
	case s.w == avx512:
		VMOVUPS_Z(m, s.mask, v)
	default:
		VMASKMOVPS(m, s.lanes, v)
	}
	return v
}

// add adds memory to v.
func (s *sum) add(m Mem, v VecVirtual) {
	if s.tail {
		VADDPS(s.load(m), v, v)
	} else {
		VADDPS(m, v, v)
	}
}
