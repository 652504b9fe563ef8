package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The fields of gemm's struct tile, 8 bytes each, in order. A test in gemm compares the two.
const (
	tileA = 8 * iota
	tileB
	tileC
	tileBias
	tileEdge
	tileColumns
	tileARow
	tileAK
	tileASegment
	tileBK
	tileBSegment
	tileCRow
	tileANext
	tileCNext
	tileK
	tileSegments
	tileCount
	tileStart
	tileReLU
	tilePrefetch
	tilePrefetchAt
	tilePrefetchStep
)

// Values of tileStart.
const startZero, startBias, startC = 0, 1, 2

// tiles writes the micro-kernels of all sizes: rows x vectors of C in registers, one broadcast of A and
// the vectors of B a step. AVX-512 has 32 registers: 28 for C, 2 for B, 1 for A, 1 for the bias or zero. AVX2 has 16:
// 12, 2, 1 and 1.
func tiles() {
	for vectors := 1; vectors <= 2; vectors++ {
		for rows := 1; rows <= 14; rows++ {
			tile(avx512, rows, vectors)
		}
	}
	for vectors := 1; vectors <= 2; vectors++ {
		for rows := 1; rows <= 6; rows++ {
			tile(avx2, rows, vectors)
		}
	}
}

type width struct {
	name  string
	bytes int // of a vector
}

var avx512, avx2 = width{"AVX512", 64}, width{"AVX2", 32}

func (w width) vector() VecVirtual {
	if w == avx512 {
		return ZMM()
	}
	return YMM()
}

func (w width) zero(v VecVirtual) {
	if w == avx512 {
		VPXORD(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
}

// rowAddress is the memory of the row's element of A: rows stand in groups of five, each with a pointer
// of its own, so that two strides reach them all.
type rowAddress struct {
	groups      []GPVirtual
	row, thrice Register
}

func (r rowAddress) mem(row int) Mem {
	base := r.groups[row/5]
	switch row % 5 {
	case 0:
		return Mem{Base: base}
	case 3:
		return Mem{Base: base, Index: r.thrice, Scale: 1}
	default:
		return Mem{Base: base, Index: r.row, Scale: uint8(row % 5)}
	}
}

// micro is what a micro-kernel for a tile of C has in registers, and where its arguments are.
type micro struct {
	width
	arguments Register
	c         [][]VecVirtual // by row
	b         []VecVirtual   // of a row of B
	a         VecVirtual     // an element of A, in all lanes
	// columns outside C: by mask registers, and on AVX2, which has none, by loads and stores apart
	masks []OpmaskVirtual
}

// micro begins a micro-kernel, which is what the method of tile does for the given rows and vectors of columns.
func (w width) micro(kind, method string, rows, vectors int) micro {
	name := fmt.Sprintf("%s%dx%d%s", kind, rows, vectors*w.bytes/4, w.name)
	TEXT(name, NOSPLIT, "func(t *byte)")
	Doc(fmt.Sprintf("%s is gemm's tile.%s for %d rows and up to %d columns.", name, method, rows, vectors*w.bytes/4))
	Pragma("noescape")
	m := micro{width: w, arguments: Load(Param("t"), GP64())}
	m.c = make([][]VecVirtual, rows)
	for i := range m.c {
		for range vectors {
			m.c[i] = append(m.c[i], w.vector())
		}
	}
	for range vectors {
		m.b = append(m.b, w.vector())
	}
	m.a = w.vector()
	if w == avx512 {
		m.masks = columnMasks(m.get(tileColumns), vectors)
	}
	return m
}

// field is an argument, by its offset.
func (m micro) field(offset int) Mem { return Mem{Base: m.arguments, Disp: offset} }

func (m micro) get(offset int) GPVirtual {
	r := GP64()
	MOVQ(m.field(offset), r)
	return r
}

// load loads a row of B, whose vectors lie one after the other from first on.
func (m micro) load(first Mem) {
	for j, b := range m.b {
		at := first
		at.Disp += j * m.bytes
		if m.width == avx512 {
			VMOVUPS_Z(at, m.masks[j], b)
		} else {
			VMOVUPS(at, b)
		}
	}
}

// add adds the products of the row of B and an element of each row of A.
func (m micro) add(element func(row int) Mem) {
	for i, c := range m.c {
		VBROADCASTSS(element(i), m.a)
		for j, b := range m.b {
			VFMADD231PS(m.a, b, c[j])
		}
	}
}

func tile(w width, rows, vectors int) {
	m := w.micro("Tile", "run", rows, vectors)
	field, get, c, masks := m.field, m.get, m.c, m.masks

	aTile, cTile, count := get(tileA), get(tileC), get(tileCount)
	prefetched := tilePrefetch // in bytes from the row of B at hand
	if w == avx2 {
		prefetched = tilePrefetchAt // an address
	}
	row, aK, bK, ahead := get(tileARow), get(tileAK), get(tileBK), get(prefetched)
	thrice := GP64()
	LEAQ(Mem{Base: row, Index: row, Scale: 2}, thrice)

	Label("tile")
	start(w, field, c, masks)

	if w == avx512 {
		prefetchC(rows, vectors*w.bytes, cTile, field)
	}

	p := get(tileB)
	address := rowAddress{row: row, thrice: thrice}
	for g := range (rows + 4) / 5 {
		group := GP64()
		if g == 0 {
			MOVQ(aTile, group)
		} else {
			five := address.groups[g-1]
			LEAQ(Mem{Base: five, Index: row, Scale: 4}, group)
			ADDQ(row, group)
		}
		address.groups = append(address.groups, group)
	}
	segments := get(tileSegments)
	step := func() {
		m.load(Mem{Base: p})
		if w == avx512 {
			for j := range vectors {
				PREFETCHT0(Mem{Base: p, Disp: w.bytes * j, Index: ahead, Scale: 1})
			}
		}
		m.add(address.mem)
		for _, group := range address.groups {
			ADDQ(aK, group)
		}
		ADDQ(bK, p)
	}

	Label("segment")
	k := get(tileK)
	if w == avx2 { // four steps at a time, and a line of memory that will be read or written later
		SUBQ(U8(4), k)
		JB(LabelRef("rest"))
		Label("four")
		PREFETCHT1(Mem{Base: ahead})
		ADDQ(field(tilePrefetchStep), ahead)
		for range 4 {
			step()
		}
		SUBQ(U8(4), k)
		JAE(LabelRef("four"))
		Label("rest")
		ADDQ(U8(4), k)
		JZ(LabelRef("summed"))
	}
	Label("k")
	step()
	DECQ(k)
	JNZ(LabelRef("k"))
	Label("summed")
	// to the next segment: the strides are from its end
	ADDQ(field(tileBSegment), p)
	for _, group := range address.groups {
		ADDQ(field(tileASegment), group)
	}
	DECQ(segments)
	JNZ(LabelRef("segment"))

	adds(w, field, c, masks, cTile)
	finish(w, field, c, masks, cTile)
	ADDQ(field(tileANext), aTile)
	ADDQ(field(tileCNext), cTile)
	DECQ(count)
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// columnMasks returns the mask of each vector's columns.
func columnMasks(bits GPVirtual, vectors int) []OpmaskVirtual {
	var masks []OpmaskVirtual
	for j := range vectors {
		masks = append(masks, K())
		if j > 0 {
			SHRQ(U8(16), bits)
		}
		KMOVW(bits.As32(), masks[j])
	}
	return masks
}

// start gives the sum its first value: zero or the bias. What C has is added at the end.
func start(w width, field func(int) Mem, c [][]VecVirtual, masks []OpmaskVirtual) {
	CMPQ(field(tileStart), U8(startBias))
	JEQ(LabelRef("bias"))
	for _, row := range c {
		for _, v := range row {
			w.zero(v)
		}
	}
	JMP(LabelRef("begin"))

	Label("bias")
	bias := GP64()
	MOVQ(field(tileBias), bias)
	loads(w, field, masks, c[0], bias)
	for _, row := range c[1:] {
		for j, v := range row {
			VMOVAPS(c[0][j], v)
		}
	}
	Label("begin")
}

// prefetchC prefetches the rows of C while the sum runs, so that the stores do not wait for memory. It makes the
// gradient of a large kernel a fifth faster on a Zen 4, and nothing faster with the smaller tiles of AVX2.
func prefetchC(rows, bytes int, cTile GPVirtual, field func(int) Mem) {
	at, stride := GP64(), GP64()
	MOVQ(cTile, at)
	MOVQ(field(tileCRow), stride)
	for i := range rows {
		for disp := 0; disp < bytes; disp += 64 {
			PREFETCHT0(Mem{Base: at, Disp: disp})
		}
		PREFETCHT0(Mem{Base: at, Disp: bytes - 1}) // of a row that begins inside a line
		if i+1 < rows {
			ADDQ(stride, at)
		}
	}
}

// edges writes code twice on AVX2: without masks, and with vector masks where C ends inside the tile.
func edges(w width, name string, field func(int) Mem, vectors int, code func(masks []VecVirtual)) {
	if w == avx512 {
		code(nil)
		return
	}
	edge := GP64()
	MOVQ(field(tileEdge), edge)
	TESTQ(edge, edge)
	JNZ(LabelRef(name + "Edge"))
	code(nil)
	JMP(LabelRef(name + "Done"))
	Label(name + "Edge")
	code([]VecVirtual{YMM()}) // loaded anew for each use: there is one register left
	Label(name + "Done")
}

// loads reads a row of memory into c.
func loads(w width, field func(int) Mem, opmasks []OpmaskVirtual, c []VecVirtual, base GPVirtual) {
	edges(w, "bias", field, len(c), func(masks []VecVirtual) {
		for j, v := range c {
			m := Mem{Base: base, Disp: j * w.bytes}
			switch {
			case w == avx512:
				VMOVUPS_Z(m, opmasks[j], v)
			case masks != nil:
				edgeMask(field, j, masks[0])
				VMASKMOVPS(m, masks[0], v)
			default:
				VMOVUPS(m, v)
			}
		}
	})
}

// adds adds what C has to the sum, if it is to be added to: a long sum is one of shorter ones, each from zero on, whose
// rounding errors are smaller.
func adds(w width, field func(int) Mem, c [][]VecVirtual, opmasks []OpmaskVirtual, cTile GPVirtual) {
	CMPQ(field(tileStart), U8(startC))
	JNE(LabelRef("added"))
	stride := GP64()
	MOVQ(field(tileCRow), stride)
	edges(w, "add", field, len(c[0]), func(masks []VecVirtual) {
		at := GP64()
		MOVQ(cTile, at)
		there := w.vector()
		for i, row := range c {
			for j, v := range row {
				m := Mem{Base: at, Disp: j * w.bytes}
				switch {
				case w == avx512:
					VMOVUPS_Z(m, opmasks[j], there)
				case masks != nil:
					edgeMask(field, j, masks[0])
					VMASKMOVPS(m, masks[0], there)
				default:
					VMOVUPS(m, there)
				}
				VADDPS(there, v, v)
			}
			if i+1 < len(c) {
				ADDQ(stride, at)
			}
		}
	})
	Label("added")
}

// edgeMask loads the mask of a vector of columns.
func edgeMask(field func(int) Mem, j int, mask VecVirtual) {
	edge := GP64()
	MOVQ(field(tileEdge), edge)
	VMOVUPS(Mem{Base: edge, Disp: 32 * j}, mask)
}

// finish stores C, after a ReLU if there is one. NaN stays NaN, because a maximum gives its second operand
// then; adding zero makes -0, which is a maximum with 0 too, 0.
func finish(w width, field func(int) Mem, c [][]VecVirtual, opmasks []OpmaskVirtual, cTile GPVirtual) {
	CMPQ(field(tileReLU), U8(0))
	JEQ(LabelRef("store"))
	zero := w.vector()
	w.zero(zero)
	for _, row := range c {
		for _, v := range row {
			VMAXPS(v, zero, v)
			VADDPS(zero, v, v)
		}
	}
	Label("store")
	stride := GP64()
	MOVQ(field(tileCRow), stride)
	edges(w, "store", field, len(c[0]), func(masks []VecVirtual) {
		at := GP64()
		MOVQ(cTile, at)
		for i, row := range c {
			for j, v := range row {
				m := Mem{Base: at, Disp: j * w.bytes}
				switch {
				case w == avx512:
					VMOVUPS(v, opmasks[j], m)
				case masks != nil:
					edgeMask(field, j, masks[0])
					VMASKMOVPS(v, masks[0], m)
				default:
					VMOVUPS(v, m)
				}
			}
			if i+1 < len(c) {
				ADDQ(stride, at)
			}
		}
	})
}
