package hdf5

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// Write writes the tree as h5py does by default, without times, so that the same tree gives the same bytes. If an
// object cannot be written, the error names it and w gets no bytes. Other errors come from w and from the files of
// datasets.
//
// The layout is computed before the first byte is written, so that numbers are written from their slices in small
// pieces.
func Write(w io.Writer, root *Group) error {
	out := &layout{end: superblockSize}
	at, err := out.root(root)
	if err != nil {
		return fmt.Errorf("hdf5: %w", err)
	}
	buffered := bufio.NewWriterSize(w, 1<<16)
	if _, err := buffered.Write(out.superblock(at)); err != nil {
		return err
	}
	for _, writePiece := range out.pieces {
		if err := writePiece(buffered); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

const superblockSize = 96

// root lays out the whole tree.
func (out *layout) root(root *Group) (object, error) {
	if err := out.strings(root, ""); err != nil {
		return object{}, err
	}
	out.heaps()
	return out.group(root, "")
}

// layout lists the pieces of the file in their order after the superblock. A piece comes after those that it refers to.
type layout struct {
	pieces []func(*bufio.Writer) error // each writes one
	end    uint64                      // of the last piece
	heap   heapWriter
}

// put appends a piece, padded to eight bytes, and returns its address.
func (out *layout) put(b []byte) uint64 {
	at := out.end
	b = pad(b)
	out.pieces = append(out.pieces, func(w *bufio.Writer) error {
		_, err := w.Write(b)
		return err
	})
	out.end += uint64(len(b))
	return at
}

// pad appends zeros up to a multiple of eight bytes.
func pad(b []byte) []byte {
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

// bytes returns the size of the numbers.
func (d *Dataset) bytes() int { return d.Len() * d.dtype.size() }

// write writes the numbers, padded to eight bytes.
func (d *Dataset) write(w *bufio.Writer) (err error) {
	size := d.bytes()
	switch v := d.values.(type) {
	case []float32:
		err = encode(w, v)
	case []float64:
		err = encode(w, v)
	case []int64:
		err = encode(w, v)
	default:
		_, err = io.CopyN(w, io.NewSectionReader(d.source, 0, int64(size)), int64(size))
	}
	if err != nil {
		return ended(err)
	}
	_, err = w.Write(make([]byte, (8-size%8)%8))
	return err
}

// encode writes numbers in chunks.
func encode[T any](w *bufio.Writer, numbers []T) (err error) {
	var piece []byte
	for chunk := range slices.Chunk(numbers, 1<<12) {
		if piece, err = binary.Append(piece[:0], le, chunk); err == nil {
			_, err = w.Write(piece)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// superblock is the start of the file (section II.A).
func (out *layout) superblock(root object) []byte {
	b := append([]byte(signature),
		0, 0, 0, 0, // versions of superblock, free space and root entry; reserved
		0, 8, 8, 0) // version of shared messages, size of addresses and lengths; reserved
	b = le.AppendUint16(b, leafK)
	b = le.AppendUint16(b, internalK)
	b = le.AppendUint32(b, 0)         // flags
	b = le.AppendUint64(b, 0)         // base address
	b = le.AppendUint64(b, undefined) // free space
	b = le.AppendUint64(b, out.end)
	b = le.AppendUint64(b, undefined) // driver
	return append(b, root.entry(0)...)
}

// object has the addresses of an object that was laid out.
type object struct {
	header     uint64
	group      bool
	tree, heap uint64 // of a group
}

// entry is the object's entry in a symbol table (section III.C).
func (o object) entry(name uint64) []byte {
	b := le.AppendUint64(nil, name)
	b = le.AppendUint64(b, o.header)
	if !o.group {
		return append(b, make([]byte, 24)...)
	}
	b = le.AppendUint64(b, 1) // the scratch pad repeats the header's symbol table message
	b = le.AppendUint64(b, o.tree)
	return le.AppendUint64(b, o.heap)
}

// group lays out a group after its members. path is "" for the root.
func (out *layout) group(g *Group, path string) (object, error) {
	names := g.Names()
	members := make([]object, len(names))
	for i, name := range names {
		var err error
		switch m := g.members[name].(type) {
		case *Group:
			members[i], err = out.group(m, path+"/"+name)
		case *Dataset:
			members[i], err = out.dataset(m, path+"/"+name)
		}
		if err != nil {
			return object{}, err
		}
	}
	at := object{group: true}
	offsets, heap := localHeapNames(names)
	at.heap = out.put(localHeapHeader(len(heap), out.end))
	out.put(heap)
	at.tree = out.tree(offsets, members)
	symbols := le.AppendUint64(nil, at.tree)
	symbols = le.AppendUint64(symbols, at.heap)
	messages, err := out.attributes([]message{{messageSymbols, 0, symbols}}, g.Attributes)
	if err != nil {
		return object{}, fmt.Errorf("%s: %w", shown(path), err)
	}
	at.header = out.header(messages)
	return at, nil
}

func (out *layout) dataset(d *Dataset, path string) (object, error) {
	typ, ok := datatypes[d.dtype]
	if !ok {
		return object{}, fmt.Errorf("%s: a dataset of %v: want float32, float64 or int64", shown(path), d.dtype)
	}
	size, at := d.bytes(), uint64(undefined)
	if size > 0 {
		at = out.end
		out.pieces = append(out.pieces, d.write)
		out.end += uint64(size+7) / 8 * 8
	}
	contiguous := le.AppendUint64([]byte{3, 1}, at)
	contiguous = le.AppendUint64(contiguous, uint64(size))
	messages, err := out.attributes([]message{
		{messageDataspace, 0, dataspace(d.shape)},
		{messageDatatype, 1, typ},                        // constant
		{messageFill, 1, []byte{2, 2, 2, 1, 0, 0, 0, 0}}, // zeros, written late, if asked for
		{messageLayout, 0, contiguous},
	}, d.Attributes)
	if err != nil {
		return object{}, fmt.Errorf("%s: %w", shown(path), err)
	}
	return object{header: out.header(messages)}, nil
}

// dataspace is the message of a shape (section IV.A.2.b), which is empty for a scalar.
func dataspace(shape []int) []byte {
	b := []byte{1, byte(len(shape)), 0, 0, 0, 0, 0, 0}
	for _, size := range shape {
		b = le.AppendUint64(b, uint64(size))
	}
	return b
}

// message is a part of an object header.
type message struct {
	kind  uint16
	flags byte
	body  []byte
}

// header lays out an object header of one block (section IV.A.1.a).
func (out *layout) header(messages []message) uint64 {
	var body []byte
	for _, m := range messages {
		data := pad(m.body[:len(m.body):len(m.body)])
		body = le.AppendUint16(body, m.kind)
		body = le.AppendUint16(body, uint16(len(data)))
		body = append(append(body, m.flags, 0, 0, 0), data...)
	}
	b := le.AppendUint16([]byte{1, 0}, uint16(len(messages)))
	b = le.AppendUint32(b, 1) // one link leads here
	b = le.AppendUint32(b, uint32(len(body)))
	return out.put(append(pad(b), body...))
}
