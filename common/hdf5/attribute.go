package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// attribute reads an attribute message (section IV.A.2.m), versions 1 to 3. A message without a name or of a wrong
// length is an error; a value of another kind than those of Attribute becomes an Unread.
func (in *reader) attribute(b []byte) (Attribute, error) {
	if len(b) < 8 {
		return Attribute{}, errors.New("an attribute is truncated")
	}
	version, shared := b[0], b[1]
	sizes := [3]int{int(le.Uint16(b[2:])), int(le.Uint16(b[4:])), int(le.Uint16(b[6:]))}
	at, align := 8, 1
	switch version {
	case 1:
		align, shared = 8, 0
	case 2:
	case 3:
		at = 9 // the character set of the name
	default:
		return Attribute{}, fmt.Errorf("an attribute of version %d, want 1 to 3", version)
	}
	var fields [3][]byte // name, datatype, dataspace
	for i, size := range sizes {
		padded := (size + align - 1) / align * align
		if len(b) < at+padded {
			return Attribute{}, errors.New("an attribute is truncated")
		}
		fields[i] = b[at : at+size]
		at += padded
	}
	name, _, ended := bytes.Cut(fields[0], []byte{0})
	if !ended || len(name) == 0 {
		return Attribute{}, errors.New("an attribute has no name")
	}
	if shared != 0 {
		return Attribute{string(name), Unread{"its type or shape is shared with another object"}}, nil
	}
	value, err := in.value(fields[1], fields[2], b[at:])
	if err != nil {
		value = Unread{err.Error()}
	}
	return Attribute{string(name), value}, nil
}

// value reads the value of an attribute, a scalar or a list.
func (in *reader) value(typ, space, data []byte) (any, error) {
	t, err := parseDatatype(typ)
	if err != nil {
		return nil, err
	}
	shape, err := parseDataspace(space)
	if err != nil {
		return nil, err
	}
	if len(shape) > 1 {
		return nil, fmt.Errorf("%d axes: want a scalar or a list", len(shape))
	}
	n, err := count(shape, t.size)
	if err != nil {
		return nil, err
	}
	if n*t.size > len(data) {
		return nil, fmt.Errorf("%d bytes, want %d", len(data), n*t.size)
	}
	data = data[:n*t.size]
	scalar := len(shape) == 0
	switch {
	case t.dtype == Float32:
		return list(data, t.size, scalar, Float32.float32), nil
	case t.dtype == Float64:
		return list(data, t.size, scalar, Float64.float64), nil
	case t.dtype == Uint64:
		return nil, errors.New("uint64 numbers: want int64 or smaller ones")
	case t.dtype != 0:
		return list(data, t.size, scalar, t.dtype.int64), nil
	}
	var failed error
	texts := list(data, t.size, scalar, func(b []byte) string {
		if t.variable {
			s, err := in.heapString(b)
			if failed == nil {
				failed = err
			}
			return s
		}
		s, _, _ := strings.Cut(string(b), "\x00")
		if t.spaces {
			s = strings.TrimRight(s, " ")
		}
		return s
	})
	return texts, failed
}

// list decodes one element if it is a scalar, else all.
func list[T any](data []byte, size int, scalar bool, element func([]byte) T) any {
	if scalar {
		return element(data)
	}
	all := make([]T, len(data)/size)
	for i := range all {
		all[i] = element(data[i*size : (i+1)*size])
	}
	return all
}

// globalHeap is a collection of strings, with the place in the text of each object that is not read yet.
type globalHeap struct {
	text    string
	objects map[uint32][2]int
}

// heapString reads the string of a reference, which has a length, the address of a collection, and the number of an
// object in it (section IV.B, "Disk Format for Variable-length").
func (in *reader) heapString(b []byte) (string, error) {
	length, address, index := le.Uint32(b), le.Uint64(b[4:]), le.Uint32(b[12:])
	if length == 0 {
		return "", nil
	}
	heap, ok := in.heaps[address]
	if !ok {
		var err error
		if heap, err = in.globalHeap(address); err != nil {
			return "", err
		}
		in.heaps[address] = heap
	}
	at, ok := heap.objects[index]
	if !ok {
		return "", fmt.Errorf("the global heap at %d has no object %d, or two strings share it", address, index)
	}
	delete(heap.objects, index)
	if int64(length) > int64(at[1]-at[0]) {
		return "", fmt.Errorf("a string of %d bytes in a heap object of %d", length, at[1]-at[0])
	}
	s, _, _ := strings.Cut(heap.text[at[0]:at[0]+int(length)], "\x00")
	return s, nil
}

// globalHeap reads a collection (section III.E).
func (in *reader) globalHeap(address uint64) (globalHeap, error) {
	const what, prefix = "global heap", 16
	b, err := in.once(what, address, prefix)
	if err != nil {
		return globalHeap{}, err
	}
	if err := signed(what, b, "GCOL", 1); err != nil {
		return globalHeap{}, err
	}
	size := le.Uint64(b[8:])
	if size < prefix {
		return globalHeap{}, fmt.Errorf("%s: %d bytes, want at least %d", what, size, prefix)
	}
	if b, err = in.bytes(what, address+prefix, size-prefix); err != nil {
		return globalHeap{}, err
	}
	h := globalHeap{text: string(b), objects: map[uint32][2]int{}}
	for at := 0; at+prefix <= len(b); {
		index, length := uint32(le.Uint16(b[at:])), le.Uint64(b[at+8:])
		if index == 0 { // the rest is free
			break
		}
		at += prefix
		if length > uint64(len(b)-at) {
			return h, fmt.Errorf("%s: an object of %d bytes, but %d are left", what, length, len(b)-at)
		}
		h.objects[index] = [2]int{at, at + int(length)}
		at += (int(length) + 7) / 8 * 8
	}
	return h, nil
}
