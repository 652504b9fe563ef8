package hdf5

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

var le = binary.LittleEndian

// Dtype is the type of a dataset's numbers, all little-endian.
type Dtype uint8

// The types of numbers that are read. Float32, Float64 and Int64 are written.
const (
	Float32 Dtype = iota + 1
	Float64
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
)

var dtypes = [...]struct {
	name string
	size int
}{Float32: {"float32", 4}, Float64: {"float64", 8},
	Int8: {"int8", 1}, Int16: {"int16", 2}, Int32: {"int32", 4}, Int64: {"int64", 8},
	Uint8: {"uint8", 1}, Uint16: {"uint16", 2}, Uint32: {"uint32", 4}, Uint64: {"uint64", 8}}

// String is NumPy's name of the type.
func (d Dtype) String() string { return dtypes[d].name }
func (d Dtype) size() int      { return dtypes[d].size }
func (d Dtype) whole() bool    { return d >= Int8 }

func (Dtype) float32(b []byte) float32 { return math.Float32frombits(le.Uint32(b)) }
func (Dtype) float64(b []byte) float64 { return math.Float64frombits(le.Uint64(b)) }

// int64 reads an integer; a Uint64 above the largest int64 becomes negative.
func (d Dtype) int64(b []byte) int64 {
	var wide [8]byte
	copy(wide[:], b)
	unused := 64 - 8*len(b)
	v := le.Uint64(wide[:]) << unused
	if d < Uint8 {
		return int64(v) >> unused // repeats the sign
	}
	return int64(v >> unused)
}

// The datatype message (section IV.A.2.d): class and version in the first byte, three bytes of class bits,
// the size of an element, and properties by class.
var datatypes = map[Dtype][]byte{
	Float32: {0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0},
	Float64: {0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0},
	Int64:   {0x10, 0x08, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0},
}

// stringType is a UTF-8 string of variable length, as h5py writes Python's.
var stringType = []byte{0x19, 0x01, 0x01, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0}

const (
	classFixedPoint = 0
	classFloat      = 1
	classString     = 3
	classVariable   = 9
)

var classes = [...]string{"whole numbers", "floating-point numbers", "times", "strings", "bit fields", "opaque data",
	"compounds", "references", "enumerations", "variable-length data", "arrays"}

// datatype is a parsed datatype message.
type datatype struct {
	dtype    Dtype // 0 for strings
	size     int   // bytes of an element
	variable bool  // strings are in global heaps
	spaces   bool  // strings of fixed length are padded with spaces instead of zeros
}

func parseDatatype(b []byte) (datatype, error) {
	if len(b) < 8 {
		return datatype{}, errors.New("the datatype is truncated")
	}
	class, version, size := b[0]&15, b[0]>>4, le.Uint32(b[4:])
	if version < 1 || version > 3 {
		return datatype{}, fmt.Errorf("datatype version %d, want 1 to 3", version)
	}
	if size == 0 || size > 1<<16 {
		return datatype{}, fmt.Errorf("elements of %d bytes, want 1 to %d", size, 1<<16)
	}
	t := datatype{size: int(size)}
	switch class {
	case classFixedPoint, classFloat:
		var err error
		t.dtype, err = numbers(b, class == classFloat)
		return t, err
	case classString:
		t.spaces = b[1]&15 == 2
		return t, nil
	case classVariable:
		if b[1]&15 != 1 {
			return t, errors.New("variable-length sequences, want strings")
		}
		if t.size != 16 {
			return t, fmt.Errorf("variable-length strings of %d bytes, want 16", t.size)
		}
		t.variable = true
		return t, nil
	}
	if int(class) < len(classes) {
		return t, fmt.Errorf("%s: want numbers or strings", classes[class])
	}
	return t, fmt.Errorf("datatype class %d: want numbers or strings", class)
}

// numbers recognizes the types of numbers by their complete description: a float16 in four bytes is not a float32.
func numbers(b []byte, float bool) (Dtype, error) {
	size := le.Uint32(b[4:])
	properties := 4
	if float {
		properties = 12
	}
	if len(b) < 8+properties {
		return 0, errors.New("the datatype is truncated")
	}
	if b[1]&1 != 0 {
		return 0, errors.New("big-endian numbers: want little-endian ones")
	}
	if float {
		for _, d := range []Dtype{Float32, Float64} {
			if want := datatypes[d]; string(b[1:20]) == string(want[1:20]) {
				return d, nil
			}
		}
		return 0, fmt.Errorf("floating-point numbers of %d bits: want float32 or float64", 8*size)
	}
	if le.Uint16(b[8:]) != 0 || uint32(le.Uint16(b[10:])) != 8*size || b[1]&^8 != 0 {
		return 0, errors.New("integers with padding: want all bits in use")
	}
	signed := map[uint32]Dtype{1: Int8, 2: Int16, 4: Int32, 8: Int64}
	d, ok := signed[size]
	if !ok {
		return 0, fmt.Errorf("integers of %d bits: want 8, 16, 32 or 64", 8*size)
	}
	if b[1]&8 == 0 {
		d += Uint8 - Int8
	}
	return d, nil
}
