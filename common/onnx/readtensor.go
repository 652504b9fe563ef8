package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/shape"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/kernel"
)

// constant is a tensor of the file. Its values are read from the file when they are needed.
type constant struct {
	name    string
	dims    []int
	kind    int64     // its data type
	data    span      // its values, little-endian, as in raw_data; maybe of another file
	varints []int64   // its values if they are in int32_data or int64_data
	long    bool      // these lists have more than maxParts values and are not read
	floats  []float64 // its values if they are an attribute's
}

// kinds has the data types: the name in messages, and the bytes of a value in raw_data; 0: the type is not supported.
var kinds = map[int64]struct {
	name  string
	bytes int
}{dataFloat: {"float32", 4}, dataUint8: {"uint8", 0}, dataInt8: {"int8", 0}, dataUint16: {"uint16", 0},
	dataInt16: {"int16", 0}, dataInt32: {"int32", 4}, dataInt64: {"int64", 8}, dataString: {"string", 0},
	dataBool: {"bool", 1}, dataFloat16: {"float16", 0}, dataDouble: {"float64", 8}, dataUint32: {"uint32", 0},
	dataUint64: {"uint64", 0}, dataBfloat16: {"bfloat16", 0}}

// kindName is the name of a data type.
func kindName(kind int64) string {
	if k, ok := kinds[kind]; ok {
		return k.name
	}
	return fmt.Sprintf("data type %d", kind)
}

// readTensor reads the name, the shape and the data type of a tensor, and checks that the file, or one beside it, has
// its values.
func readTensor(f field) (*constant, error) {
	c := new(constant)
	var dims []int64
	var location int64
	var segment bool
	place := external{length: -1}
	stored, outside := 0, false
	err := f.each(func(f field) error {
		switch f.number {
		case tensorDims:
			return f.integers(&dims, maxParts)
		case tensorDataType:
			return f.integer(&c.kind)
		case tensorName:
			return f.text(&c.name)
		case tensorDataLocation:
			return f.integer(&location)
		case tensorExternalData:
			outside = true
			return place.set(f)
		case tensorSegment:
			segment = true
		case tensorRawData, tensorFloatData, tensorDoubleData:
			stored++
			c.data = f.span
			return f.is(protowire.BytesType) // a packed list, as every version of ONNX writes it
		case tensorInt32Data, tensorInt64Data:
			if c.long = f.size() > 10*maxParts; c.long {
				return nil
			}
			return f.integers(&c.varints, maxParts)
		}
		return nil
	})
	if err == nil && (outside || location != 0) {
		stored++
		c.data, err = f.source.folder.values(place)
	}
	if err == nil {
		err = c.check(dims, stored, segment)
	}
	if err != nil {
		return nil, fmt.Errorf("%v: %w", c, err)
	}
	return c, nil
}

func (c *constant) String() string {
	if c.name == "" {
		return "a tensor without a name"
	}
	return "tensor " + text.Brief(c.name)
}

// check returns an error unless the number of values is that of the shape.
func (c *constant) check(dims []int64, stored int, segment bool) error {
	for _, d := range dims {
		if d < 0 || d > math.MaxInt32 {
			return fmt.Errorf("shape %v, want sizes from 0 to %d", dims, math.MaxInt32)
		}
		c.dims = append(c.dims, int(d))
	}
	n, err := shape.Size(c.dims, 0, keras.MaxSize)
	if err != nil {
		return fmt.Errorf("shape %v: %w", c.dims, err)
	}
	kind, known := kinds[c.kind]
	switch {
	case !known:
		return fmt.Errorf("unknown data type %d: export the model with opset_version=%d", c.kind, opset)
	case segment:
		return errors.New("its values are in segments, which no version of ONNX writes")
	case kind.bytes == 0 || c.long: // an error only for a node that reads it
		return nil
	case stored > 1 || stored == 1 && c.varints != nil:
		return errors.New("it has values in two fields, want one")
	case c.varints != nil && len(c.varints) != n:
		return fmt.Errorf("%d values, want %d for shape %v", len(c.varints), n, c.dims)
	case c.varints == nil && c.data.size() != int64(n*kind.bytes):
		return fmt.Errorf("%d bytes of values, want %d for %s of shape %v", c.data.size(), n*kind.bytes, kind.name, c.dims)
	}
	return nil
}

// size is the number of its values.
func (c *constant) size() int { return tensor.Shape(c.dims).TotalSize() }

// list reads at most maxParts integers or booleans.
func (c *constant) list() ([]int64, error) {
	kind := kinds[c.kind]
	switch {
	case c.kind != dataInt64 && c.kind != dataInt32 && c.kind != dataBool:
		return nil, fmt.Errorf("%v has data type %s, want int64 or int32", c, kindName(c.kind))
	case c.long || c.size() > maxParts:
		return nil, fmt.Errorf("%v has %d values, want at most %d", c, c.size(), maxParts)
	case c.varints != nil || c.size() == 0:
		return c.varints, nil
	}
	b, err := c.data.bytes(8 * maxParts)
	if err != nil {
		return nil, err
	}
	var list []int64
	for part := range slices.Chunk(b, kind.bytes) {
		switch kind.bytes {
		case 8:
			list = append(list, int64(binary.LittleEndian.Uint64(part)))
		case 4:
			list = append(list, int64(int32(binary.LittleEndian.Uint32(part))))
		default:
			list = append(list, int64(part[0]))
		}
	}
	return list, nil
}

// numbersIn reads the values, which must be finite: float32 as float32 or float64, float64 as float64.
func numbersIn[T kernel.Float](c *constant) ([]T, error) {
	to := make([]T, c.size())
	if c.floats != nil {
		for i, v := range c.floats {
			to[i] = T(v)
		}
		return to, finite(to)
	}
	width := kinds[c.kind].bytes
	const piece = 1 << 13 // values
	b := make([]byte, width*min(piece, len(to)))
	at := c.data.at
	for part := range slices.Chunk(to, piece) {
		b = b[:width*len(part)]
		if err := c.data.source.read(b, at); err != nil {
			return nil, err
		}
		at += int64(len(b))
		for i := range part {
			if width == 4 {
				part[i] = T(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
			} else {
				part[i] = T(math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])))
			}
		}
	}
	return to, finite(to)
}

func finite[T kernel.Float](numbers []T) error {
	for i, v := range numbers {
		if v-v != 0 {
			return fmt.Errorf("value %d is %v, want finite numbers", i, v)
		}
	}
	return nil
}

// weight is a parameter of a layer: the values of a tensor, in the layer's order.
type weight struct {
	from  *constant
	at    func(i int) int       // the index in the tensor of value i of the layer; nil: i
	value func(float64) float64 // applied to each value; nil: the identity
}

// tensor reads the parameter as a tensor of the shape and the dtype.
func (w weight) tensor(shape []int, dtype tensor.Dtype) (*tensor.Dense, error) {
	var values any
	var err error
	if dtype == tensor.Float64 {
		values, err = valuesOf[float64](w, tensor.Shape(shape).TotalSize())
	} else {
		values, err = valuesOf[float32](w, tensor.Shape(shape).TotalSize())
	}
	if err != nil {
		return nil, fmt.Errorf("%v: %w", w.from, err)
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values)), nil
}

func valuesOf[T kernel.Float](w weight, size int) ([]T, error) {
	list, err := numbersIn[T](w.from)
	if err != nil {
		return nil, err
	}
	if w.at != nil {
		from := list
		list = make([]T, size)
		for i := range list {
			list[i] = from[w.at(i)]
		}
	}
	if w.value != nil {
		for i, v := range list {
			list[i] = T(w.value(float64(v)))
		}
	}
	return list, finite(list)
}
