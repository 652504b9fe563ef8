package hdf5

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// Write writes the tree as h5py does by default. The same tree gives the same bytes: no times are
// written. What cannot be written is an error that names the object, and then nothing has been written;
// the other errors are those of w, and of the files that datasets come from.
func Write(w io.Writer, root *Group) error {
	if err := write(w, root); err != nil {
		return fmt.Errorf("hdf5: %w", err)
	}
	return nil
}

func write(w io.Writer, root *Group) error {
	out := &layout{end: superblockSize}
	if err := out.strings(root, ""); err != nil {
		return err
	}
	out.heaps()
	at, err := out.group(root, "")
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(w)
	if _, err := buffered.Write(out.superblock(at)); err != nil {
		return err
	}
	for _, p := range out.pieces {
		if err := p.write(buffered); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

const superblockSize = 96

// layout is the file as it is being laid out: pieces one after another, after the superblock. What
// points to another piece comes after it.
type layout struct {
	pieces []piece
	end    uint64 // of the last piece
	heap   heapWriter
}

// piece is a part of the file: bytes, or the numbers of a dataset.
type piece struct {
	bytes   []byte
	numbers *Dataset
}

// put appends a piece, padded to eight bytes, and gives its address.
func (out *layout) put(b []byte) uint64 {
	at := out.end
	out.pieces = append(out.pieces, piece{bytes: pad(b)})
	out.end += uint64(len(b)+7) / 8 * 8
	return at
}

// pad fills up to a multiple of eight bytes.
func pad(b []byte) []byte {
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

func (p piece) write(w *bufio.Writer) error {
	if p.numbers == nil {
		_, err := w.Write(p.bytes)
		return err
	}
	size, err := p.numbers.write(w)
	if err != nil {
		return err
	}
	_, err = w.Write(make([]byte, (8-size%8)%8))
	return err
}

// write writes the numbers, and says how many bytes they are.
func (d *Dataset) write(w *bufio.Writer) (size int, err error) {
	if d.source != nil {
		n, err := io.Copy(w, io.NewSectionReader(d.source, 0, d.source.Size()))
		if err == nil && n < d.source.Size() {
			err = io.ErrUnexpectedEOF
		}
		return int(n), err
	}
	switch v := d.values.(type) {
	case []float32:
		err = encode(w, v)
	case []float64:
		err = encode(w, v)
	case []int64:
		err = encode(w, v)
	}
	return d.Len() * d.dtype.size(), err
}

// encode writes numbers, in pieces.
func encode[T any](w *bufio.Writer, numbers []T) error {
	const most = 1 << 12
	b := make([]byte, 0, 8*min(most, len(numbers)))
	for piece := range slices.Chunk(numbers, most) {
		var err error
		if b, err = binary.Append(b[:0], le, piece); err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// superblock is the start of the file (section II.A).
func (out *layout) superblock(root place) []byte {
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

// place is where an object stands, and for a group its B-tree and heap.
type place struct {
	header     uint64
	group      bool
	tree, heap uint64
}

// entry is the object's entry in a symbol table (section III.C).
func (p place) entry(name uint64) []byte {
	b := le.AppendUint64(nil, name)
	b = le.AppendUint64(b, p.header)
	if !p.group {
		return append(b, make([]byte, 24)...)
	}
	b = le.AppendUint64(b, 1) // the scratch pad has what the header's symbol table message has
	b = le.AppendUint64(b, p.tree)
	return le.AppendUint64(b, p.heap)
}

// group lays out a group after its members. path is "" for the root.
func (out *layout) group(g *Group, path string) (place, error) {
	names := g.Names()
	places := make([]place, len(names))
	for i, name := range names {
		var err error
		switch m := g.members[name].(type) {
		case *Group:
			places[i], err = out.group(m, path+"/"+name)
		case *Dataset:
			places[i], err = out.dataset(m, path+"/"+name)
		}
		if err != nil {
			return place{}, err
		}
	}
	at := place{group: true}
	offsets, heap := localHeapNames(names)
	at.heap = out.put(localHeapHeader(len(heap), out.end))
	out.put(heap)
	at.tree = out.tree(offsets, places)
	symbols := le.AppendUint64(nil, at.tree)
	symbols = le.AppendUint64(symbols, at.heap)
	messages, err := out.attributes([]message{{messageSymbols, 0, symbols}}, g.Attributes)
	if err != nil {
		return place{}, fmt.Errorf("%s: %w", shown(path), err)
	}
	at.header = out.header(messages)
	return at, nil
}

func (out *layout) dataset(d *Dataset, path string) (place, error) {
	typ, ok := datatypes[d.dtype]
	if !ok {
		return place{}, fmt.Errorf("%s: a dataset of %v: want float32, float64 or int64", shown(path), d.dtype)
	}
	size := d.Len() * d.dtype.size()
	at := out.end
	if size > 0 {
		out.pieces = append(out.pieces, piece{numbers: d})
		out.end += uint64(size+7) / 8 * 8
	} else {
		at = undefined
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
		return place{}, fmt.Errorf("%s: %w", shown(path), err)
	}
	return place{header: out.header(messages)}, nil
}

// dataspace is the message of a shape (section IV.A.2.b), a scalar for an empty one.
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
