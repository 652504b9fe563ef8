package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// packs writes the code that stores a factor in the order in which the micro-kernels read it.
func packs() {
	pack(avx512)
	pack(avx2)
	transpose8()
}

// pack copies rows of a matrix into panels of two vectors.
func pack(w width) {
	name := "Pack" + w.name
	TEXT(name, NOSPLIT, "func(dst, src *float32, rows, stride, panels, panelStride int, columns uint64, edge *int32)")
	Doc(fmt.Sprintf("%s copies rows of a matrix into panels of %d columns, side by side in src and panelStride",
		name, 2*w.bytes/4),
		"bytes apart in dst. Rows are stride bytes apart. The last panel has the columns of the bits of columns (AVX-512)",
		"or of the masks of edge (AVX2), and zeros after them. panels is at least 1.")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	rows, stride := Load(Param("rows"), GP64()), Load(Param("stride"), GP64())
	panels, panelStride := Load(Param("panels"), GP64()), Load(Param("panelStride"), GP64())
	DECQ(panels)
	v := []VecVirtual{w.vector(), w.vector()}
	var opmasks []OpmaskVirtual
	var masks []VecVirtual
	if w == avx512 {
		bits := Load(Param("columns"), GP64())
		for j := range v {
			opmasks = append(opmasks, K())
			if j > 0 {
				SHRQ(U8(16), bits)
			}
			KMOVW(bits.(GPVirtual).As32(), opmasks[j])
		}
	} else {
		edge := Load(Param("edge"), GP64())
		for j := range v {
			masks = append(masks, YMM())
			VMOVUPS(Mem{Base: edge, Disp: 32 * j}, masks[j])
		}
	}
	from, to, left := GP64(), GP64(), GP64()
	ahead := GP64() // the rows are far apart: the CPU does not see by itself what comes next
	MOVQ(stride, ahead)
	SHLQ(U8(4), ahead)
	Label("row")
	MOVQ(src, from)
	MOVQ(dst, to)
	MOVQ(panels, left)
	TESTQ(left, left)
	JZ(LabelRef("last"))
	Label("panel")
	for j := range v {
		VMOVUPS(Mem{Base: from, Disp: j * w.bytes}, v[j])
	}
	for j := range (2*w.bytes + 63) / 64 {
		PREFETCHT0(Mem{Base: from, Disp: 64 * j, Index: ahead, Scale: 1})
	}
	for j := range v {
		VMOVUPS(v[j], Mem{Base: to, Disp: j * w.bytes})
	}
	ADDQ(U32(2*w.bytes), from)
	ADDQ(panelStride, to)
	DECQ(left)
	JNZ(LabelRef("panel"))
	Label("last")
	for j := range (2*w.bytes + 63) / 64 {
		PREFETCHT0(Mem{Base: from, Disp: 64 * j, Index: ahead, Scale: 1})
	}
	for j := range v {
		m := Mem{Base: from, Disp: j * w.bytes}
		if w == avx512 {
			VMOVUPS_Z(m, opmasks[j], v[j])
		} else {
			VMASKMOVPS(m, masks[j], v[j])
		}
	}
	for j := range v {
		VMOVUPS(v[j], Mem{Base: to, Disp: j * w.bytes})
	}
	ADDQ(stride, src)
	ADDQ(U32(2*w.bytes), dst)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// transpose8 transposes blocks of 8x8: pairs, then fours of each half, then the halves are swapped.
func transpose8() {
	TEXT("Transpose8", NOSPLIT, "func(dst, src *float32, dstStride, srcStride, blocks int)")
	Doc("Transpose8 stores the columns of 8 rows of src as rows of dst, 8 columns in each of the blocks:",
		"dst[8b+j, i] = src[i, 8b+j]. Strides are in bytes.")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	dstStride, srcStride := Load(Param("dstStride"), GP64()), Load(Param("srcStride"), GP64())
	blocks := Load(Param("blocks"), GP64())
	srcThrice, dstThrice := GP64(), GP64()
	LEAQ(Mem{Base: srcStride, Index: srcStride, Scale: 2}, srcThrice)
	LEAQ(Mem{Base: dstStride, Index: dstStride, Scale: 2}, dstThrice)
	row := func(base, stride, thrice Register, i int) Mem {
		switch i {
		case 0:
			return Mem{Base: base}
		case 3:
			return Mem{Base: base, Index: thrice, Scale: 1}
		}
		return Mem{Base: base, Index: stride, Scale: uint8(i)}
	}
	half := GP64()
	Label("block")
	r := make([]VecVirtual, 8)
	for i := range r {
		r[i] = YMM()
		if i == 4 {
			LEAQ(Mem{Base: src, Index: srcStride, Scale: 4}, half)
		}
		if i < 4 {
			VMOVUPS(row(src, srcStride, srcThrice, i), r[i])
		} else {
			VMOVUPS(row(half, srcStride, srcThrice, i-4), r[i])
		}
	}
	pairs := make([]VecVirtual, 8)
	for i := 0; i < 8; i += 2 {
		pairs[i], pairs[i+1] = YMM(), YMM()
		VUNPCKLPS(r[i+1], r[i], pairs[i])
		VUNPCKHPS(r[i+1], r[i], pairs[i+1])
	}
	fours := make([]VecVirtual, 8)
	for h := 0; h < 8; h += 4 {
		for j := range 4 {
			fours[h+j] = YMM()
		}
		VSHUFPS(U8(0x44), pairs[h+2], pairs[h], fours[h])
		VSHUFPS(U8(0xEE), pairs[h+2], pairs[h], fours[h+1])
		VSHUFPS(U8(0x44), pairs[h+3], pairs[h+1], fours[h+2])
		VSHUFPS(U8(0xEE), pairs[h+3], pairs[h+1], fours[h+3])
	}
	LEAQ(Mem{Base: dst, Index: dstStride, Scale: 4}, half)
	for j := range 4 {
		low, high := YMM(), YMM()
		VPERM2F128(U8(0x20), fours[4+j], fours[j], low)
		VPERM2F128(U8(0x31), fours[4+j], fours[j], high)
		VMOVUPS(low, row(dst, dstStride, dstThrice, j))
		VMOVUPS(high, row(half, dstStride, dstThrice, j))
	}
	LEAQ(Mem{Base: dst, Index: dstStride, Scale: 8}, dst)
	ADDQ(U8(32), src)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}
