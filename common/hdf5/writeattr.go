package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// heapWriter collects the strings of all attributes in global heap collections (section III.E). These come first in the
// file, so that their addresses are known when headers are laid out.
type heapWriter struct {
	collections [][]byte // with their headers, which heaps fills in
	count       int      // objects in the last collection
	references  [][]byte // one for each string in order; heaps replaces the index of the collection by its address
}

const (
	collectionSize   = 4096 // at least, as in libhdf5
	collectionHeader = 16
	mostObjects      = math.MaxUint16
)

// strings adds the strings of the tree to the heap, in the order in which group lays the tree out.
func (out *layout) strings(g *Group, path string) error {
	if strings.Count(path, "/") > maxDepth {
		return fmt.Errorf("%s: groups nested too deep, want at most %d levels", shown(path), maxDepth)
	}
	for _, name := range g.Names() {
		var err error
		switch m := g.members[name].(type) {
		case *Group:
			err = out.strings(m, path+"/"+name)
		case *Dataset:
			if err = out.heap.attributes(m.Attributes); err != nil {
				err = fmt.Errorf("%s: %w", shown(path+"/"+name), err)
			}
		default:
			err = fmt.Errorf("%s: a member of type %T, want *Group or *Dataset", shown(path+"/"+name), m)
		}
		if err != nil {
			return err
		}
	}
	if err := out.heap.attributes(g.Attributes); err != nil {
		return fmt.Errorf("%s: %w", shown(path), err)
	}
	return nil
}

func (h *heapWriter) attributes(list []Attribute) error {
	for _, a := range list {
		var texts []string
		switch v := a.Value.(type) {
		case string:
			texts = []string{v}
		case []string:
			texts = v
		}
		for _, s := range texts {
			if err := h.add(s); err != nil {
				return fmt.Errorf("attribute %s: %w", text.Brief(a.Name), err)
			}
		}
	}
	return nil
}

// add puts a string into the newest collection, or into a new one.
func (h *heapWriter) add(s string) error {
	switch {
	case strings.Contains(s, "\x00"):
		return errors.New("a string with a zero byte")
	case len(s) > math.MaxInt32:
		return fmt.Errorf("a string of %d bytes", len(s))
	case s == "":
		h.references = append(h.references, make([]byte, 16))
		return nil
	}
	need := collectionHeader + (len(s)+7)/8*8
	last := len(h.collections) - 1
	if last < 0 || h.count == mostObjects || len(h.collections[last])+need > max(collectionSize, collectionHeader+need) {
		h.collections = append(h.collections, make([]byte, collectionHeader))
		h.count = 0
		last++
	}
	h.count++
	b := le.AppendUint16(h.collections[last], uint16(h.count))
	b = append(b, 0, 0, 0, 0, 0, 0) // no reference count; reserved
	b = le.AppendUint64(b, uint64(len(s)))
	h.collections[last] = pad(append(b, s...))

	reference := le.AppendUint32(nil, uint32(len(s)))
	reference = le.AppendUint64(reference, uint64(last))
	h.references = append(h.references, le.AppendUint32(reference, uint32(h.count)))
	return nil
}

// heaps lays out the collections and completes the references.
func (out *layout) heaps() {
	h := &out.heap
	addresses := make([]uint64, len(h.collections))
	for i, b := range h.collections {
		size := max(len(b), collectionSize)
		copy(b, "GCOL\x01")
		le.PutUint64(b[8:], uint64(size))
		if free := size - len(b); free >= collectionHeader {
			b = append(b, make([]byte, 8)...) // object 0: the free bytes, with this header
			b = le.AppendUint64(b, uint64(free))
		}
		addresses[i] = out.put(append(b, make([]byte, size-len(b))...))
	}
	for _, r := range h.references {
		if le.Uint32(r) > 0 {
			le.PutUint64(r[4:], addresses[le.Uint64(r[4:])])
		}
	}
}

// take takes the next n references.
func (h *heapWriter) take(n int) []byte {
	taken := h.references[:n]
	h.references = h.references[n:]
	return bytes.Join(taken, nil)
}

// attributes adds the messages of attributes (section IV.A.2.m). They have version 1, or 3 where the name is not ASCII.
func (out *layout) attributes(messages []message, list []Attribute) ([]message, error) {
	names := map[string]bool{}
	for _, a := range list {
		if a.Name == "" || strings.Contains(a.Name, "\x00") || len(a.Name) > maxName {
			return nil, fmt.Errorf("%s cannot be the name of an attribute", text.Quoted(a.Name))
		}
		if names[a.Name] {
			return nil, fmt.Errorf("two attributes %s", text.Brief(a.Name))
		}
		names[a.Name] = true
		typ, shape, data, err := out.encode(a.Value)
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", text.Brief(a.Name), err)
		}
		body := attributeMessage(a.Name, typ, dataspace(shape), data)
		if len(body) > math.MaxUint16-7 {
			return nil, fmt.Errorf("attribute %s: %d bytes, want less than 64 KB", text.Brief(a.Name), len(body))
		}
		messages = append(messages, message{messageAttribute, 0, body})
	}
	if len(messages) > math.MaxUint16 {
		return nil, fmt.Errorf("%d attributes, want at most %d", len(list), math.MaxUint16)
	}
	return messages, nil
}

func attributeMessage(name string, typ, space, data []byte) []byte {
	ascii := !strings.ContainsFunc(name, func(r rune) bool { return r > 127 })
	b := []byte{1, 0}
	if !ascii {
		b[0] = 3
	}
	for _, size := range []int{len(name) + 1, len(typ), len(space)} {
		b = le.AppendUint16(b, uint16(size))
	}
	if !ascii {
		b = append(b, 1) // UTF-8
		b = append(append(b, name...), 0)
		return append(append(append(b, typ...), space...), data...)
	}
	b = pad(append(append(b, name...), 0))
	b = pad(append(b, typ...))
	return append(append(b, space...), data...)
}

// encode gives the type, shape and bytes of an attribute's value.
func (out *layout) encode(value any) (typ []byte, shape []int, data []byte, err error) {
	switch v := value.(type) {
	case string:
		return stringType, nil, out.heap.take(1), nil
	case []string:
		return stringType, []int{len(v)}, out.heap.take(len(v)), nil
	case int64, []int64:
		typ = datatypes[Int64]
	case float32, []float32:
		typ = datatypes[Float32]
	case float64, []float64:
		typ = datatypes[Float64]
	case Unread:
		return nil, nil, nil, fmt.Errorf("its value was not read: %s", v.Why)
	default:
		return nil, nil, nil, fmt.Errorf("a %T: want a string, int64, float32, float64, or a slice of one", value)
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice {
		shape = []int{v.Len()}
	}
	data, err = binary.Append(nil, le, value)
	return typ, shape, data, err
}
