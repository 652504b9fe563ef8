package main

import (
	"fmt"
	"slices"
	"strings"
)

// An encoding is an instruction on vectors that Go's assembler lacks: its word with all registers 0 and the smallest
// elements, where the rest goes, and the shapes that its vectors may have. (Arm Architecture Reference Manual for
// A-profile architecture, DDI 0487, section C7.2.)
type encoding struct {
	word   uint32
	form   form
	shapes shapes
}

// shapes is lists of the operands' shapes, in Go's order: the destination is last.
type shapes []string

// A form says what else is in a word.
type form int

const (
	registers form = iota // nothing
	float                 // one bit for float64
	size                  // two bits for the size of the destination's elements, and one for a whole vector
	lane                  // which lane, and a bit for float64
	indices               // two general registers
)

var (
	twoFloats   = shapes{"S4 S4 S4", "D2 D2 D2"}
	oneFloat    = shapes{"S4 S4", "D2 D2"}
	laneFloat   = shapes{"S S4 S4", "D D2 D2"}
	twoIntegers = shapes{"B16 B16 B16", "H8 H8 H8", "S4 S4 S4", "B8 B8 B8", "H4 H4 H4", "S2 S2 S2"}
)

// encodings has the instructions by their names in Arm's manual, after a V as in Go's assembler, and with a word more
// if their first operand is a lane or 0.
var encodings = map[string]encoding{
	"VFADD":       {0x4e20d400, float, twoFloats},
	"VFSUB":       {0x4ea0d400, float, twoFloats},
	"VFMUL":       {0x6e20dc00, float, twoFloats},
	"VFMLA lane":  {0x4f801000, lane, laneFloat},
	"VFDIV":       {0x6e20fc00, float, twoFloats},
	"VFSQRT":      {0x6ea1f800, float, oneFloat},
	"VFABS":       {0x4ea0f800, float, oneFloat},
	"VFMAX":       {0x4e20f400, float, twoFloats}, // NaN if one is
	"VFCMEQ":      {0x4e20e400, float, twoFloats},
	"VFCMGE":      {0x6e20e400, float, twoFloats}, // the second operand is at least the first
	"VFCMEQ zero": {0x4ea0d800, float, oneFloat},
	"VFCMGT zero": {0x4ea0c800, float, oneFloat},
	"VUCVTF":      {0x6e21d800, float, oneFloat},
	"VCMHS":       {0x2e203c00, size, twoIntegers}, // unsigned greater or equal
	"VMUL":        {0x0e209c00, size, twoIntegers},
	"VBIC":        {0x4e601c00, registers, shapes{"B16 B16 B16"}}, // the bits of the second operand not in the first
	"VNOT":        {0x6e205800, registers, shapes{"B16 B16"}},
	"VUMULL":      {0x2ea0c000, registers, shapes{"S2 S2 D2"}},
	"VUMULL2":     {0x6ea0c000, registers, shapes{"S4 S4 D2"}}, // of the upper halves
	"VUMAXV":      {0x6eb0a800, registers, shapes{"S4 F"}},
	"VLDR":        {0x3ce06800, indices, shapes{"Q"}},
	"VMLS":        {0x2e209400, size, twoIntegers},
}

// encodingOf returns the encoding of an instruction, if it needs one.
func encodingOf(name string, operands []any) (encoding, bool) {
	if len(operands) == 0 {
		return encoding{}, false
	}
	if first, ok := operands[0].(shaped); ok && (first.shape == "S" || first.shape == "D") {
		name += " lane"
	} else if operands[0] == imm(0) {
		name += " zero"
	}
	e, ok := encodings[name]
	return e, ok
}

// encode returns the word of an instruction, whose operands are in Go's order.
func (e encoding) encode(name string, operands []any) uint32 {
	var vectors []shaped // in Arm's order: destination, second and first source
	var have []string
	for _, o := range slices.Backward(operands) {
		if s, ok := o.(shaped); ok {
			vectors = append(vectors, s)
			have = append([]string{s.shape}, have...)
		}
	}
	if !slices.Contains(e.shapes, strings.Join(have, " ")) {
		panic(fmt.Sprint(name, " ", operands, ": there is no such instruction"))
	}
	word := e.word
	for i, shift := range []int{0, 5, 16}[:len(vectors)] {
		word |= uint32(vectors[i].v) << shift
	}
	to := vectors[0].shape
	elements := map[byte]uint32{'B': 0, 'H': 1, 'S': 2, 'D': 3}[to[0]] // the logarithm of their bytes
	whole := uint32(0)
	if slices.Contains([]string{"B16", "H8", "S4", "D2"}, to) {
		whole = 1 << 30
	}
	switch e.form {
	case float:
		word |= (elements - 2) << 22
	case size:
		word |= elements<<22 | whole
	case lane:
		if i := uint32(vectors[2].lane); elements == 2 {
			word |= i&1<<21 | i>>1<<11
		} else {
			word |= 1<<22 | i<<11
		}
	case indices:
		a := operands[0].(address)
		word |= uint32(a.base)<<5 | uint32(a.index)<<16
	}
	return word
}

// gnu is an instruction as the GNU assembler has it: in Arm's order.
func gnu(name string, operands []any) string {
	var words []string
	for _, o := range slices.Backward(operands) {
		switch o := o.(type) {
		case shaped:
			words = append(words, o.gnu())
		case address:
			words = append(words, fmt.Sprintf("[x%d, x%d]", int(o.base), int(o.index)))
		default:
			words = append(words, strings.Replace(fmt.Sprint(o), "$", "#", 1))
		}
	}
	name = strings.ToLower(strings.TrimPrefix(name, "V"))
	return name + " " + strings.Join(words, ", ")
}

func (s shaped) gnu() string {
	switch s.shape {
	case "Q":
		return fmt.Sprintf("q%d", int(s.v))
	case "F":
		return fmt.Sprintf("s%d", int(s.v))
	case "S", "D":
		return fmt.Sprintf("v%d.%s[%d]", int(s.v), strings.ToLower(s.shape), s.lane)
	}
	return fmt.Sprintf("v%d.%s%s", int(s.v), s.shape[1:], strings.ToLower(s.shape[:1]))
}
