package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Predicates of VCMPPS.
const (
	notLessEqual = 0x16 // or unordered
	ordered      = 0x07 // no NaN
)

// pool writes the two pooling kernels, a vector of channels at a time.
func pool() {
	lanes := GLOBL("lanes", RODATA|NOPTR)
	for i := range 16 {
		DATA(4*i, U32(i))
	}
	for _, w := range []width{avx512, avx2} {
		poolMax(w, lanes)
		poolGrad(w, lanes)
	}
}

const poolArguments = "index *int32, count, channels, step, stride, rows, columns, first int)"

// poolMax keeps the largest tap and its index. A tap replaces them if it is larger or the first NaN: if it is not less
// or equal, and what is kept is no NaN.
func poolMax(w width, lanes Mem) {
	name := "PoolMax" + w.name
	TEXT(name, NOSPLIT, "func(y, x *float32, "+poolArguments)
	Doc(name+" is kernel's maxima for a run of pixels, in bytes: step from the first tap of one to that of the",
		"next, stride from one row of taps to the next. first is the index of the first tap.")
	Pragma("noescape")
	y, index := Load(Param("y"), GP64()), Load(Param("index"), GP64())
	best, place, v := w.vector(), w.vector(), w.vector()
	l := poolLoop{width: w, taps: Load(Param("x"), GP64()), moving: []Register{y, index}, skip: true}
	l.before = func() {
		l.load(Mem{Base: l.tap}, best)
		l.move(l.at, place)
	}
	l.each = func() {
		l.load(Mem{Base: l.tap}, v)
		if w == avx512 {
			kept, larger := K(), K()
			VCMPPS(U8(ordered), best, best, kept)
			VCMPPS(U8(notLessEqual), best, v, kept, larger)
			VMOVAPS(v, larger, best)
			VMOVDQA32(l.at, larger, place)
		} else {
			kept, larger := YMM(), YMM()
			VCMPPS(U8(ordered), best, best, kept)
			VCMPPS(U8(notLessEqual), best, v, larger)
			VANDPS(kept, larger, larger)
			VBLENDVPS(larger, v, best, best)
			VBLENDVPS(larger, l.at, place, place)
		}
	}
	l.after = func() {
		l.store(best, Mem{Base: y})
		l.store(place, Mem{Base: index})
	}
	l.write(lanes)
}

// poolGrad writes a gradient where the index says and zeros to the other taps of its window.
func poolGrad(w width, lanes Mem) {
	name := "PoolGrad" + w.name
	TEXT(name, NOSPLIT, "func(dx, dy *float32, "+poolArguments)
	Doc(name + " is kernel's spread for a run of pixels. The arguments are those of PoolMax" + w.name + ".")
	Pragma("noescape")
	dy, index := Load(Param("dy"), GP64()), Load(Param("index"), GP64())
	gradient, place, v, zero := w.vector(), w.vector(), w.vector(), w.vector()
	w.zero(zero)
	l := poolLoop{width: w, taps: Load(Param("dx"), GP64()), moving: []Register{dy, index}}
	l.before = func() {
		l.load(Mem{Base: dy}, gradient)
		l.load(Mem{Base: index}, place)
		VADDPS(zero, gradient, gradient) // -0 becomes 0, as in a sum
	}
	l.each = func() {
		if w == avx512 {
			here := K()
			VPCMPEQD(l.at, place, here)
			VMOVAPS_Z(gradient, here, v)
		} else {
			VPCMPEQD(l.at, place, v)
			VANDPS(gradient, v, v)
		}
		l.store(v, Mem{Base: l.tap})
	}
	l.after = func() {}
	l.write(lanes)
}

// poolLoop is the loop over pixels, channels and taps of both kernels. It loads the parameters of the same names.
type poolLoop struct {
	width
	taps                Register   // the first tap of the pixel
	moving              []Register // what advances by the channels that are done
	skip                bool       // whether each leaves the first tap out
	before, each, after func()

	tap  GPVirtual
	at   VecVirtual // the indices of the tap's channels
	mask Op         // of the channels, nil if all are there
}

func (l *poolLoop) write(lanes Mem) {
	parameter := func(name string) Mem {
		p, err := Param(name).Resolve()
		if err != nil {
			panic(err)
		}
		return p.Addr
	}
	count, channels := Load(Param("count"), GP64()), Load(Param("channels"), GP64())
	step, stride, rows, columns := parameter("step"), parameter("stride"), parameter("rows"), parameter("columns")

	// indices advance by elements, pointers by bytes
	nextPixel, nextRow, nextTap, nextBlock := l.vector(), l.vector(), l.vector(), l.vector()
	t := GP64()
	for _, c := range []struct {
		bytes Mem
		v     VecVirtual
	}{{step, nextPixel}, {stride, nextRow}} {
		MOVQ(c.bytes, t)
		SARQ(U8(2), t)
		l.broadcast(t, c.v)
	}
	l.broadcast(channels, nextTap)
	MOVQ(U32(l.bytes/4), t)
	l.broadcast(t, nextBlock)
	pixel, block, row := l.vector(), l.vector(), l.vector()
	l.at = l.vector()
	MOVQ(parameter("first"), t)
	l.broadcast(t, pixel)
	VPADDD(lanes, pixel, pixel)

	first, left := GP64(), GP64()
	Label("pixel")
	MOVQ(l.taps, first)
	MOVQ(channels, left)
	l.move(pixel, block)
	CMPQ(left, U8(l.bytes/4))
	JLT(LabelRef("last"))
	Label("block")
	l.block("", first, channels, stride, rows, columns, block, row, nextRow, nextTap)
	ADDQ(U8(l.bytes), first)
	for _, r := range l.moving {
		ADDQ(U8(l.bytes), r)
	}
	VPADDD(nextBlock, block, block)
	SUBQ(U8(l.bytes/4), left)
	CMPQ(left, U8(l.bytes/4))
	JGE(LabelRef("block"))

	Label("last")
	TESTQ(left, left)
	JZ(LabelRef("next"))
	if l.width == avx512 {
		k := K()
		MOVQ(I32(-1), t)
		BZHIQ(left, t, t)
		KMOVW(t.As32(), k)
		l.mask = k
	} else {
		v := YMM()
		l.broadcast(left, v)
		VPCMPGTD(lanes, v, v)
		l.mask = v
	}
	l.block("Last", first, channels, stride, rows, columns, block, row, nextRow, nextTap)
	for _, r := range l.moving {
		LEAQ(Mem{Base: r, Index: left, Scale: 4}, r)
	}
	Label("next")
	ADDQ(step, l.taps)
	VPADDD(nextPixel, pixel, pixel)
	DECQ(count)
	JNZ(LabelRef("pixel"))
	VZEROUPPER()
	RET()
}

// block goes over the taps of a vector of channels.
func (l *poolLoop) block(name string, first, channels Register, stride, rows, columns Mem,
	block, row, nextRow, nextTap VecVirtual) {
	tapRow, rowsLeft, columnsLeft := GP64(), GP64(), GP64()
	l.tap = GP64()
	MOVQ(first, tapRow)
	MOVQ(first, l.tap)
	MOVQ(rows, rowsLeft)
	MOVQ(columns, columnsLeft)
	l.move(block, row)
	l.move(block, l.at)
	l.before()
	if l.skip {
		JMP(LabelRef("advance" + name))
	}
	Label("tap" + name)
	l.each()
	if l.skip {
		Label("advance" + name)
	}
	LEAQ(Mem{Base: l.tap, Index: channels, Scale: 4}, l.tap)
	VPADDD(nextTap, l.at, l.at)
	DECQ(columnsLeft)
	JNZ(LabelRef("tap" + name))
	ADDQ(stride, tapRow)
	VPADDD(nextRow, row, row)
	MOVQ(tapRow, l.tap)
	l.move(row, l.at)
	MOVQ(columns, columnsLeft)
	DECQ(rowsLeft)
	JNZ(LabelRef("tap" + name))
	l.after()
}

func (l *poolLoop) load(m Mem, v VecVirtual) {
	switch {
	case l.mask == nil:
		VMOVUPS(m, v)
	case l.width == avx512:
		VMOVUPS_Z(m, l.mask, v)
	default:
		VMASKMOVPS(m, l.mask, v)
	}
}

func (l *poolLoop) store(v VecVirtual, m Mem) {
	switch {
	case l.mask == nil:
		VMOVUPS(v, m)
	case l.width == avx512:
		VMOVUPS(v, l.mask, m)
	default:
		VMASKMOVPS(v, l.mask, m)
	}
}

func (w width) move(from, to VecVirtual) { VMOVAPS(from, to) }

// broadcast copies the lower half of r to all lanes.
func (w width) broadcast(r Register, v VecVirtual) {
	if w == avx512 {
		VPBROADCASTD(r.(GP).As32(), v)
		return
	}
	VMOVD(r.(GP).As32(), v.AsX())
	VPBROADCASTD(v.AsX(), v)
}
