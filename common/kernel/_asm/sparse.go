package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// sparseVectors is the most vectors of a row's sums: enough at once to hide the latency of an addition, and enough
// columns of B for each term that finding the term costs little.
const sparseVectors = 8

// The fields of gemm's struct sparseRows, 8 bytes each, in order. A test in gemm compares the two.
const (
	sparseValues = 8 * iota
	sparseOffsets
	sparseFrom
	sparseTo
	sparseBoundNext
	sparseB
	sparseShift
	sparseShiftNext
	sparseC
	sparseCNext
	sparseStart
	sparseStartNext
	sparseCount
	sparseAdd
	sparseReLU
	sparseAhead
	sparseAheadNext
	sparseAheadEach
	sparseAheadLeft
)

// sparse writes the code for rows that pass over their own zeros.
func sparse() {
	tails()
	numbers := GLOBL("numbers", RODATA|NOPTR)
	for i := range 16 {
		DATA(4*i, U32(uint32(i)))
	}
	chosen := GLOBL("chosen", RODATA|NOPTR) // for each byte the numbers of its bits that are set, in eight bytes
	for i := range 256 {
		var list uint64
		n := 0
		for bit := range 8 {
			if i>>bit&1 == 1 {
				list |= uint64(bit) << (8 * n)
				n++
			}
		}
		DATA(8*i, U64(list))
	}
	for _, w := range []width{avx512, avx2} {
		for vectors := 1; vectors <= sparseVectors; vectors++ {
			sparseRows(w, vectors)
		}
		listNonzeros(w, numbers, chosen)
		finitePanel(w)
	}
	sparseDots()
}

// sparseRows writes the sums of some rows in one panel of the given vectors. A term has one load of its number, one of
// its value, and one for each multiply-add.
func sparseRows(w width, vectors int) {
	name := fmt.Sprintf("SparseRows%dx%s", vectors*w.lanes(), w.name)
	TEXT(name, NOSPLIT, "func(r *byte)")
	Doc(fmt.Sprintf("%s is gemm's sparseRows.run for %d columns.", name, vectors*w.lanes()))
	Pragma("noescape")
	arguments := Load(Param("r"), GP64())
	field := func(offset int) Mem { return Mem{Base: arguments, Disp: offset} }
	get := func(offset int) GPVirtual {
		r := GP64()
		MOVQ(field(offset), r)
		return r
	}
	values, offsets, from, to := get(sparseValues), get(sparseOffsets), get(sparseFrom), get(sparseTo)
	b, c, start, count := get(sparseB), get(sparseC), get(sparseStart), get(sparseCount)
	ADDQ(field(sparseShift), b)
	var sums []VecVirtual
	for range vectors {
		sums = append(sums, w.vector())
	}
	a := w.vector()
	vector := func(base GPVirtual, j int) Mem { return Mem{Base: base, Disp: j * w.bytes} }

	Label("row")
	i, n, at := GP64(), GP64(), GP64()
	MOVQ(field(sparseAheadEach), n)
	TESTQ(n, n)
	JZ(LabelRef("begin"))
	MOVQ(field(sparseAhead), at)
	MOVQ(field(sparseAheadLeft), i)
	Label("ahead")
	TESTQ(i, i)
	JZ(LabelRef("fetched"))
	for disp := 0; disp < vectors*w.bytes; disp += 64 {
		PREFETCHT1(Mem{Base: at, Disp: disp})
	}
	PREFETCHT1(Mem{Base: at, Disp: vectors*w.bytes - 1}) // of a row that begins inside a line
	ADDQ(field(sparseAheadNext), at)
	DECQ(i)
	DECQ(n)
	JNZ(LabelRef("ahead"))
	Label("fetched")
	MOVQ(at, field(sparseAhead))
	MOVQ(i, field(sparseAheadLeft))
	Label("begin")
	for j, sum := range sums {
		VMOVUPS(vector(start, j), sum)
	}
	MOVLQSX(Mem{Base: from}, i)
	MOVLQSX(Mem{Base: to}, n)
	CMPQ(i, n)
	JGE(LabelRef("summed"))
	Label("term")
	MOVL(Mem{Base: offsets, Index: i, Scale: 4}, at.As32())
	VBROADCASTSS(Mem{Base: values, Index: i, Scale: 4}, a)
	for j, sum := range sums {
		VFMADD231PS(Mem{Base: b, Index: at, Scale: 1, Disp: j * w.bytes}, a, sum)
	}
	INCQ(i)
	CMPQ(i, n)
	JNE(LabelRef("term"))
	Label("summed")
	CMPQ(field(sparseAdd), U8(0))
	JEQ(LabelRef("added"))
	for j, sum := range sums {
		VADDPS(vector(c, j), sum, sum)
	}
	Label("added")
	CMPQ(field(sparseReLU), U8(0))
	JEQ(LabelRef("store"))
	w.zero(a)
	for _, sum := range sums { // as in finish
		VMAXPS(sum, a, sum)
		VADDPS(a, sum, sum)
	}
	Label("store")
	for j, sum := range sums {
		VMOVUPS(sum, vector(c, j))
	}
	ADDQ(field(sparseBoundNext), from)
	ADDQ(field(sparseBoundNext), to)
	ADDQ(field(sparseShiftNext), b)
	ADDQ(field(sparseCNext), c)
	ADDQ(field(sparseStartNext), start)
	DECQ(count)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// listNonzeros writes the code that finds the numbers of a row that are not 0.
func listNonzeros(w width, numbers, chosen Mem) {
	name := "ListNonzeros" + w.name
	TEXT(name, NOSPLIT, "func(values *float32, offsets *int32, a *float32, n, step int) int")
	Doc(name+" lists those of a's first n > 0 elements that are not 0: their values, and step times their indices. It",
		"returns how many there are; of each list it may write as many as n rounded up to a multiple of 16.")
	Pragma("noescape")
	values, offsets := Load(Param("values"), GP64()), Load(Param("offsets"), GP64())
	a, n := Load(Param("a"), GP64()), Load(Param("n"), GP64()).(GPVirtual)
	step := Load(Param("step"), GP64()).(GPVirtual)
	spread := func() VecVirtual {
		x, v := XMM(), w.vector()
		MOVD(step.As32(), x)
		VPBROADCASTD(x, v)
		return v
	}
	first, at := GP64(), spread() // at is the offsets of a vector of elements
	LEAQ(numbers, first)
	VPMULLD(Mem{Base: first}, at, at)
	IMUL3Q(U8(w.lanes()), step, step)
	next := spread()
	zero, table := w.vector(), GP64()
	w.zero(zero)
	LEAQ(chosen, table)
	count, bits := GP64(), GP64()
	XORQ(count, count)
	elements(w, n, 1, func(l *loop) {
		v, kept := l.load(a), w.vector()
		VPADDD(v, v, kept) // without its sign
		if w == avx512 {
			mask := K()
			VPTESTMD(kept, kept, mask)
			KMOVW(mask, bits.As32())
			VCOMPRESSPS_Z(v, mask, v)
			VPCOMPRESSD_Z(at, mask, kept)
		} else {
			order := YMM()
			VPCMPEQD(zero, kept, kept)
			VMOVMSKPS(kept, bits.As32())
			XORL(U32(0xff), bits.As32())
			VPMOVZXBD(Mem{Base: table, Index: bits, Scale: 8}, order)
			VPERMPS(v, order, v)
			VPERMD(at, order, kept)
		}
		VMOVUPS(v, Mem{Base: values, Index: count, Scale: 4})
		VMOVUPS(kept, Mem{Base: offsets, Index: count, Scale: 4})
		VPADDD(next, at, at)
		POPCNTL(bits.As32(), bits.As32())
		ADDQ(bits, count)
	})
	Store(count, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// finitePanel writes the maximum of the exponents, as finite does.
func finitePanel(w width) {
	name := "FinitePanel" + w.name
	TEXT(name, NOSPLIT, "func(b *float32, rows, stride int) bool")
	Doc(fmt.Sprintf("%s reports whether rows > 0 rows of %d columns, stride bytes apart, have no NaN and no infinity.",
		name, sparseVectors*w.lanes()))
	Pragma("noescape")
	b, rows, stride := Load(Param("b"), GP64()), Load(Param("rows"), GP64()), Load(Param("stride"), GP64())
	ahead := GP64() // the rows are far apart: the CPU does not see by itself what comes next
	MOVQ(stride, ahead)
	SHLQ(U8(4), ahead)
	bits := GP32()
	MOVL(U32(0x7f800000), bits)
	exponent := broadcastBits(w, bits)
	var most []VecVirtual
	for range sparseVectors {
		v := w.vector()
		w.zero(v)
		most = append(most, v)
	}
	v := w.vector()
	Label("row")
	for disp := 0; disp < sparseVectors*w.bytes; disp += 64 {
		PREFETCHT0(Mem{Base: b, Disp: disp, Index: ahead, Scale: 1})
	}
	for j, m := range most {
		if w == avx512 {
			VPANDD(Mem{Base: b, Disp: j * w.bytes}, exponent, v)
		} else {
			VPAND(Mem{Base: b, Disp: j * w.bytes}, exponent, v)
		}
		VPMAXUD(v, m, m)
	}
	ADDQ(stride, b)
	DECQ(rows)
	JNZ(LabelRef("row"))
	answerFinite(w, exponent, most)
}

// dotRows is the rows of B that sparseDots multiplies at once: two additions a cycle, of four cycles each.
const dotRows = 8

// sparseDots writes dot products of a listed row with rows of a matrix. Each is one chain of additions in the list's
// order, as it is in a tile, so a vector has no place for more of it: the sums are scalars.
func sparseDots() {
	TEXT("SparseDots", NOSPLIT,
		"func(sums *float32, rows *int32, groups int, b, values *float32, offsets *int32, n, add int)")
	Doc("SparseDots computes the dot products of a list of n values with rows of b, in groups of 8:",
		"sums[r] = Σ_i values[i] * b[rows[r] + offsets[i]]; if add is 1, they are added to sums. rows and offsets are in",
		"bytes, groups is at least 1.")
	Pragma("noescape")
	param := func(name string) Mem {
		p, err := Param(name).Resolve()
		if err != nil {
			panic(err)
		}
		return p.Addr
	}
	values, offsets := Load(Param("values"), GP64()), Load(Param("offsets"), GP64())
	n, i, at := GP64(), GP64(), GP64()
	MOVQ(param("n"), n)
	LEAQ(Mem{Base: values, Index: n, Scale: 4}, values) // to the ends of the lists
	LEAQ(Mem{Base: offsets, Index: n, Scale: 4}, offsets)
	var rows []GPVirtual
	var sums []VecVirtual
	for range dotRows {
		rows, sums = append(rows, GP64()), append(sums, XMM())
	}
	a := XMM()

	Label("group")
	MOVQ(param("rows"), at)
	for r, row := range rows {
		MOVL(Mem{Base: at, Disp: 4 * r}, row.As32())
		ADDQ(param("b"), row)
		VXORPS(sums[r], sums[r], sums[r])
	}
	ADDQ(U8(4*dotRows), at)
	MOVQ(at, param("rows"))
	MOVQ(param("n"), i)
	NEGQ(i)
	JZ(LabelRef("summed"))
	Label("term")
	MOVL(Mem{Base: offsets, Index: i, Scale: 4}, at.As32())
	VMOVSS(Mem{Base: values, Index: i, Scale: 4}, a)
	for r, row := range rows {
		VFMADD231SS(Mem{Base: row, Index: at, Scale: 1}, a, sums[r])
	}
	INCQ(i)
	JNZ(LabelRef("term"))
	Label("summed")
	MOVQ(param("sums"), at)
	CMPQ(param("add"), U8(0))
	JEQ(LabelRef("added"))
	for r, sum := range sums {
		VADDSS(Mem{Base: at, Disp: 4 * r}, sum, sum)
	}
	Label("added")
	for r, sum := range sums {
		VMOVSS(sum, Mem{Base: at, Disp: 4 * r})
	}
	ADDQ(U8(4*dotRows), at)
	MOVQ(at, param("sums"))
	DECQ(param("groups"))
	JNZ(LabelRef("group"))
	RET()
}
