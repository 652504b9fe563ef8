package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// dropout writes the dropout kernels.
func dropout() {
	for _, w := range []width{avx512, avx2} {
		d := dropoutCode{width: w}
		d.constants()
		d.write()
	}
}

const (
	philoxRounds = 10
	notBelow     = 5 // predicate of VPCMPUD
)

// Where the fields of vector's struct DropoutWords are, in words; its keys are first.
const (
	dropoutCounter = 2*philoxRounds + iota // 4 words
	_
	_
	_
	dropoutLeast
	dropoutScale
)

// dropoutCode computes as many Philox counters at once as a vector has 64-bit lanes, in several vectors. Each word of
// the state is the lower half of its lane; VPMULUDQ does not read the upper halves, which have no meaning.
type dropoutCode struct {
	width
	multipliers [2]Mem
	order, more Mem // the first counters of a vector, and how many it has
	lanes       Mem
	index       VecVirtual
	y, x, words Register
	odd         OpmaskVirtual
}

func (d *dropoutCode) counters() int { return d.bytes / 8 }

func (d *dropoutCode) word(i int) Mem { return Mem{Base: d.words, Disp: 4 * i} }

// constants are vectors in memory. Counters stand in an order that puts four words of each side by side with two
// unpackings, which work in quarters (halves on AVX2) of a vector: first 0 4 1 5 2 6 3 7, or 0 2 1 3.
func (d *dropoutCode) constants() {
	table := func(name string, value func(lane int) uint64) Mem {
		m := GLOBL(name+d.name, RODATA|NOPTR)
		for i := range d.counters() {
			DATA(8*i, U64(value(i)))
		}
		return m
	}
	half := d.counters() / 2
	d.multipliers[0] = table("multiplier0", func(int) uint64 { return 0xD2511F53 })
	d.multipliers[1] = table("multiplier1", func(int) uint64 { return 0xCD9E8D57 })
	d.order = table("order", func(i int) uint64 { return uint64(i/2 + i%2*half) })
	d.more = table("more", func(int) uint64 { return uint64(2 * half) })
	d.lanes = table("lanes", func(i int) uint64 { return uint64(2*i) | uint64(2*i+1)<<32 })
}

func (d *dropoutCode) write() {
	name := "Dropout" + d.name
	TEXT(name, NOSPLIT, "func(y, x *float32, n int, w *uint32)")
	Doc(name + " is kernel's dropout.loop32 for n elements; w is vector's DropoutWords.")
	Pragma("noescape")
	d.y, d.x, d.words = Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("w"), GP64())
	left := Load(Param("n"), GP64())
	d.index = d.vector()
	VPBROADCASTD(d.word(dropoutCounter), d.index)
	VPADDD(d.order, d.index, d.index)
	sets := 2
	if d.width == avx512 {
		sets = 4
		d.odd = K()
		t := GP32()
		MOVL(U32(0xAAAA), t)
		KMOVW(t, d.odd)
	}
	group := 4 * d.counters()

	Label("groups")
	CMPQ(left, U32(sets*group))
	JLT(LabelRef("rest"))
	d.group(sets, nil)
	SUBQ(U32(sets*group), left)
	JMP(LabelRef("groups"))

	Label("rest")
	TESTQ(left, left)
	JLE(LabelRef("done"))
	d.group(1, left)
	SUBQ(U32(group), left)
	JMP(LabelRef("rest"))
	Label("done")
	VZEROUPPER()
	RET()
}

// group does the elements of some vectors of counters; of a single one only the first left elements.
func (d *dropoutCode) group(sets int, left Register) {
	state := make([][4]VecVirtual, sets)
	for s := range state {
		for i := range state[s] {
			state[s][i] = d.vector()
		}
		c := state[s]
		d.move(d.index, c[0])
		VPADDD(d.more, d.index, d.index)
		for i, v := range c[1:] {
			VPBROADCASTD(d.word(dropoutCounter+1+i), v)
		}
	}
	for round := range philoxRounds {
		d.round(state, round)
	}
	for s, c := range state {
		d.finish(s, c, left)
	}
	ADDQ(U32(sets*2*d.bytes), d.x)
	ADDQ(U32(sets*2*d.bytes), d.y)
}

// round is one round of Philox: two products, of which the upper halves are combined with the other words and
// the keys.
func (d *dropoutCode) round(state [][4]VecVirtual, round int) {
	key := [2]Mem{d.word(2 * round), d.word(2*round + 1)}
	var keys [2]VecVirtual
	if d.width == avx2 {
		for i := range keys {
			keys[i] = YMM()
			VPBROADCASTD(key[i], keys[i])
		}
	}
	for s := range state {
		c := &state[s]
		product0, product1 := d.vector(), d.vector()
		VPMULUDQ(d.multipliers[0], c[0], product0)
		VPMULUDQ(d.multipliers[1], c[2], product1)
		VPSRLQ(U8(32), product1, c[0])
		VPSRLQ(U8(32), product0, c[2])
		if d.width == avx512 {
			const xor = 0x96 // of three operands
			VPTERNLOGD_BCST(U8(xor), key[0], c[1], c[0])
			VPTERNLOGD_BCST(U8(xor), key[1], c[3], c[2])
		} else {
			VPXOR(c[1], c[0], c[0])
			VPXOR(c[3], c[2], c[2])
			VPXOR(keys[0], c[0], c[0])
			VPXOR(keys[1], c[2], c[2])
		}
		c[1], c[3] = product1, product0
	}
}

// randomBits is how far the random bits of a word, its lower 23, are shifted to the upper end.
const randomBits = 9

// finish puts the words into the order of the elements and keeps or drops those.
func (d *dropoutCode) finish(set int, c [4]VecVirtual, left Register) {
	if d.width == avx512 {
		VMOVSLDUP(c[1], d.odd, c[0])
		VMOVSLDUP(c[3], d.odd, c[2])
	} else {
		VPSLLQ(U8(32), c[1], c[1])
		VPSLLQ(U8(32), c[3], c[3])
		VPBLENDD(U8(0xAA), c[1], c[0], c[0])
		VPBLENDD(U8(0xAA), c[3], c[2], c[2])
	}
	words := [2]VecVirtual{d.vector(), d.vector()}
	VPUNPCKLQDQ(c[2], c[0], words[0])
	VPUNPCKHQDQ(c[2], c[0], words[1])
	least, scale := d.vector(), d.vector()
	VPBROADCASTD(d.word(dropoutLeast), least)
	VBROADCASTSS(d.word(dropoutScale), scale)
	for i, word := range words {
		VPSLLD(U8(randomBits), word, word)
		at := (2*set + i) * d.bytes
		x, y := Mem{Base: d.x, Disp: at}, Mem{Base: d.y, Disp: at}
		v := d.vector()
		if d.width == avx512 {
			keep := K()
			VPCMPUD(U8(notBelow), least, word, keep)
			if left == nil {
				VMULPS_Z(x, scale, keep, v)
				VMOVUPS(v, y)
				continue
			}
			there, bits := K(), GP64()
			MOVQ(I32(-1), bits)
			BZHIQ(left, bits, bits)
			SHRQ(U8(16*i), bits)
			KMOVW(bits.As32(), there)
			VMOVUPS_Z(x, there, v)
			VMULPS_Z(scale, v, keep, v)
			VMOVUPS(v, there, y)
			continue
		}
		keep := YMM()
		VPMAXUD(least, word, keep)
		VPCMPEQD(keep, word, keep)
		if left == nil {
			VMULPS(x, scale, v)
			VANDPS(keep, v, v)
			VMOVUPS(v, y)
			continue
		}
		there := YMM()
		t := GP64()
		LEAQ(Mem{Base: left, Disp: -8 * i}, t)
		d.broadcast(t, there)
		VPCMPGTD(d.lanes, there, there)
		VMASKMOVPS(x, there, v)
		VMULPS(scale, v, v)
		VANDPS(keep, v, v)
		VMASKMOVPS(v, there, y)
	}
}
