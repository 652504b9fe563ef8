package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Rows of a sparse tile. Fewer rows have more zeros in common, so with AVX-512 there are half as many as in a dense
// tile; this is counted, not measured. Two vectors of seven rows are enough sums at once to hide the latency of an
// addition.
const sparseRows512, sparseRows2 = 7, 6

// sparseTiles writes the micro-kernels that pass over zeros, two vectors wide.
func sparseTiles() {
	for rows := 1; rows <= sparseRows512; rows++ {
		sparseTile(avx512, rows, sparseRows512)
	}
	for rows := 1; rows <= sparseRows2; rows++ {
		sparseTile(avx2, rows, sparseRows2)
	}
	listNonzeros(sparseRows512)
	listNonzeros(sparseRows2)
}

// sparseTile is tile with one difference: the sum is over listed rows of B, and A has the values of these terms one
// after the other, most for each term.
func sparseTile(w width, rows, most int) {
	const vectors = 2
	m := w.micro("Sparse", "runSparse", rows, vectors)
	field, get, c, masks := m.field, m.get, m.c, m.masks

	values, nonzeros, first, panel := get(tileA), get(tileNonzeros), get(tileFirst), get(tileB)
	cTile, count := get(tileC), get(tileCount)
	var ahead, step, left, none GPVirtual
	if w == avx2 {
		ahead, step, left, none = get(tilePrefetchAt), get(tilePrefetchStep), get(tilePrefetchCount), GP64()
		XORQ(none, none)
	}

	Label("tile")
	start(w, field, c, masks)
	if w == avx512 {
		prefetchC(rows, vectors*w.bytes, cTile, field)
	} else {
		prefetchRight(rows, vectors*w.bytes, cTile, field)
	}
	add := func(i int) {
		row := GP64()
		MOVL(Mem{Base: nonzeros, Disp: 4 * i}, row.As32())
		m.load(Mem{Base: panel, Index: row, Scale: 1})
		m.add(func(r int) Mem { return Mem{Base: values, Disp: 4 * (i*most + r)} })
	}
	k := GP64()
	MOVL(Mem{Base: first, Disp: 4}, k.As32())
	SUBL(Mem{Base: first}, k.As32())
	ADDQ(U8(4), first)
	SUBQ(U8(4), k)
	JB(LabelRef("rest"))
	Label("four")
	if w == avx2 { // a line of memory that will be read later
		PREFETCHT1(Mem{Base: ahead})
		ADDQ(step, ahead)
		SUBQ(U8(1), left)
		CMOVQCS(none, step)
	}
	for i := range 4 {
		add(i)
	}
	ADDQ(U8(4*4), nonzeros)
	ADDQ(U32(4*4*most), values)
	SUBQ(U8(4), k)
	JAE(LabelRef("four"))
	Label("rest")
	ADDQ(U8(4), k)
	JZ(LabelRef("summed"))
	Label("one")
	add(0)
	ADDQ(U8(4), nonzeros)
	ADDQ(U8(4*most), values)
	DECQ(k)
	JNZ(LabelRef("one"))
	Label("summed")
	adds(w, field, c, masks, cTile)
	finish(w, field, c, masks, cTile)
	ADDQ(field(tileCNext), cTile)
	DECQ(count)
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// prefetchRight prefetches the rows of C in the tile to the right, of the next panel, while the sum runs. Of the two
// cache lines on which a row may lie it is the second, as the panel before has prefetched the first.
func prefetchRight(rows, bytes int, cTile GPVirtual, field func(int) Mem) {
	at, stride := GP64(), GP64()
	MOVQ(cTile, at)
	MOVQ(field(tileCRow), stride)
	for i := range rows {
		PREFETCHT1(Mem{Base: at, Disp: 2*bytes - 4})
		if i+1 < rows {
			ADDQ(stride, at)
		}
	}
}

// listNonzeros writes the code that finds the nonzeros of a sparse tile.
func listNonzeros(rows int) {
	name := fmt.Sprintf("ListNonzeros%d", rows)
	TEXT(name, NOSPLIT, "func(values *float32, nonzeros *int32, a *float32, aRow, aK, k, bRow int) int")
	Doc(fmt.Sprintf("%s lists the columns of A, %d rows and k columns, that are not all 0: their values, one column after",
		name, rows),
		"the other, and where their rows of B are. It returns how many there are; after them it may write one more. aRow,",
		"aK and bRow are in bytes. k is at least 1.")
	Pragma("noescape")
	values, nonzeros, a := Load(Param("values"), GP64()), Load(Param("nonzeros"), GP64()), Load(Param("a"), GP64())
	row, aK := Load(Param("aRow"), GP64()), Load(Param("aK"), GP64())
	k, bRow := Load(Param("k"), GP64()), Load(Param("bRow"), GP64())
	thrice, more, term, n := GP64(), GP64(), GP64(), GP64()
	LEAQ(Mem{Base: row, Index: row, Scale: 2}, thrice)
	XORQ(term, term)
	XORQ(n, n)
	Label("column")
	LEAQ(Mem{Base: a, Index: row, Scale: 4}, more)
	any, v := GP32(), GP32()
	for r := range rows {
		m := Mem{Base: a}
		if r >= 4 {
			m.Base = more
		}
		switch r % 4 {
		case 1, 2:
			m.Index, m.Scale = row, uint8(r%4)
		case 3:
			m.Index, m.Scale = thrice, 1
		}
		if r == 0 {
			MOVL(m, any)
			MOVL(any, Mem{Base: values})
			continue
		}
		MOVL(m, v)
		MOVL(v, Mem{Base: values, Disp: 4 * r})
		ORL(v, any)
	}
	MOVL(term.As32(), Mem{Base: nonzeros, Index: n, Scale: 4})
	ADDQ(bRow, term)
	ADDQ(aK, a)
	// a column that has more than signs is kept
	next := GP64()
	LEAQ(Mem{Base: values, Disp: 4 * rows}, next)
	ADDL(any, any)
	CMOVQNE(next, values)
	CMPL(any, U8(1))
	SBBQ(I8(-1), n)
	DECQ(k)
	JNZ(LabelRef("column"))
	Store(n, ReturnIndex(0))
	RET()
}
