package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
)

// The messages of an object header that are read (section IV.A.2).
const (
	messageDataspace    = 0x01
	messageLinkInfo     = 0x02
	messageDatatype     = 0x03
	messageFill         = 0x05
	messageLink         = 0x06
	messageExternal     = 0x07
	messageLayout       = 0x08
	messageFilter       = 0x0b
	messageAttribute    = 0x0c
	messageContinuation = 0x10
	messageSymbols      = 0x11
	messageAttributes   = 0x15
)

// unreadable has the messages of objects that this package cannot read.
var unreadable = map[uint16]string{
	messageLinkInfo:   "a group of libver='latest': want one with a symbol table",
	messageLink:       "a group of libver='latest': want one with a symbol table",
	messageExternal:   "data in another file: want it in this one",
	messageFilter:     "compressed or filtered data: want plain numbers",
	messageAttributes: "attributes of libver='latest': want them in the header",
}

// header is the content of an object header: its messages by kind, nil for a missing one, and its attributes.
type header struct {
	messages   [messageSymbols + 1][]byte
	attributes [][]byte
}

const maxMessages = 1 << 14

// header reads a version 1 object header with its continuation blocks (section IV.A.1.a).
func (in *reader) header(address uint64) (header, error) {
	var h header
	const prefix = 16
	b, err := in.once("object header", address, prefix)
	if err != nil {
		return h, err
	}
	if b[0] != 1 {
		return h, fmt.Errorf("object header version %d, want 1", b[0])
	}
	messages := 0
	type block struct{ address, length uint64 }
	blocks := []block{{address + prefix, uint64(le.Uint32(b[8:]))}}
	for len(blocks) > 0 {
		next := blocks[0]
		blocks = blocks[1:]
		b, err := in.once("object header's messages", next.address, next.length)
		if err != nil {
			return h, err
		}
		for len(b) >= 8 {
			kind, size, flags := le.Uint16(b), int(le.Uint16(b[2:])), b[4]
			b = b[8:]
			if size > len(b) {
				return h, fmt.Errorf("a message of %d bytes, but %d are left in the header", size, len(b))
			}
			body := b[:size:size]
			b = b[size:]
			if messages++; messages > maxMessages {
				return h, fmt.Errorf("more than %d messages in a header", maxMessages)
			}
			if kind == messageContinuation {
				if len(body) < 16 {
					return h, errors.New("the continuation of the header is truncated")
				}
				blocks = append(blocks, block{le.Uint64(body), le.Uint64(body[8:])})
				continue
			}
			if err := h.take(kind, flags, body); err != nil {
				return h, err
			}
		}
	}
	return h, nil
}

// take keeps a message that is needed.
func (h *header) take(kind uint16, flags byte, body []byte) error {
	if why, ok := unreadable[kind]; ok {
		return errors.New(why)
	}
	switch kind {
	case messageDataspace, messageDatatype, messageLayout, messageSymbols, messageAttribute:
	default: // fill values, times and comments are ignored
		return nil
	}
	if flags&2 != 0 {
		return errors.New("a shared header message: want it in the header itself")
	}
	if kind == messageAttribute {
		h.attributes = append(h.attributes, body)
		return nil
	}
	if h.messages[kind] != nil {
		return fmt.Errorf("two header messages of type %d, want one", kind)
	}
	h.messages[kind] = body
	return nil
}

const maxAxes = 32 // libhdf5's most

// parseDataspace returns the shape (section IV.A.2.b); empty for a scalar.
func parseDataspace(b []byte) ([]int, error) {
	if len(b) < 4 {
		return nil, errors.New("the dataspace is truncated")
	}
	rank, at := int(b[1]), 4
	switch b[0] {
	case 1:
		at = 8
	case 2:
		if b[3] == 2 {
			return nil, errors.New("an empty (null) dataspace: want a shape")
		}
	default:
		return nil, fmt.Errorf("dataspace version %d, want 1 or 2", b[0])
	}
	if rank > maxAxes {
		return nil, fmt.Errorf("%d axes, want at most %d", rank, maxAxes)
	}
	if len(b) < at+8*rank {
		return nil, errors.New("the dataspace is truncated")
	}
	shape := make([]int, rank)
	for i := range shape {
		size := le.Uint64(b[at+8*i:])
		if size > math.MaxInt {
			return nil, fmt.Errorf("axis %d has the size %d", i, size)
		}
		shape[i] = int(size)
	}
	return shape, nil
}

// dataset reads the shape, the type and the position of the numbers, not the numbers.
func (in *reader) dataset(h header) (*Dataset, error) {
	space, typ, layout := h.messages[messageDataspace], h.messages[messageDatatype], h.messages[messageLayout]
	if space == nil || typ == nil || layout == nil {
		return nil, errors.New("an incomplete header: want a symbol table, or a dataspace, a datatype and a layout")
	}
	shape, err := parseDataspace(space)
	if err != nil {
		return nil, err
	}
	t, err := parseDatatype(typ)
	if err != nil {
		return nil, err
	}
	if t.dtype == 0 {
		return nil, errors.New("a dataset of strings: want numbers")
	}
	n, err := count(shape, t.size)
	if err != nil {
		return nil, err
	}
	source, err := in.layout(layout, uint64(n*t.size))
	if err != nil {
		return nil, err
	}
	return &Dataset{shape: shape, dtype: t.dtype, source: source}, nil
}

var layouts = [...]string{"compact", "contiguous", "chunked", "virtual"}

// layout finds the bytes of a dataset (section IV.A.2.i): in the file, or in the message itself.
func (in *reader) layout(b []byte, want uint64) (*io.SectionReader, error) {
	if len(b) < 2 {
		return nil, errors.New("the layout is truncated")
	}
	if b[0] != 3 && b[0] != 4 {
		return nil, fmt.Errorf("layout version %d, want 3 or 4", b[0])
	}
	switch class := b[1]; {
	case class == 0 && len(b) >= 4 && len(b)-4 >= int(le.Uint16(b[2:])):
		data := b[4:][:le.Uint16(b[2:])]
		if uint64(len(data)) < want {
			return nil, fmt.Errorf("%d bytes of numbers, want %d", len(data), want)
		}
		return io.NewSectionReader(bytes.NewReader(data), 0, int64(want)), nil
	case class == 1 && len(b) >= 18:
		address, size := le.Uint64(b[2:]), le.Uint64(b[10:])
		switch {
		case size < want:
			return nil, fmt.Errorf("%d bytes of numbers, want %d", size, want)
		case want == 0:
			return io.NewSectionReader(in.r, 0, 0), nil
		case address == undefined:
			return nil, errors.New("its numbers were never written")
		case address > in.size || want > in.size-address:
			return nil, fmt.Errorf("%d bytes of numbers at %d, but the file ends at %d", want, address, in.size)
		case want > in.numbers:
			return nil, errors.New("more bytes of numbers than the file has: two datasets share some")
		}
		in.numbers -= want
		return io.NewSectionReader(in.r, int64(address), int64(want)), nil
	case class >= 2 && int(class) < len(layouts):
		return nil, fmt.Errorf("%s layout: want contiguous data", layouts[class])
	}
	return nil, errors.New("the layout is truncated or of an unknown class")
}
