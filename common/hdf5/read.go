package hdf5

import (
	"errors"
	"fmt"
	"io"
	"math"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

const signature = "\x89HDF\r\n\x1a\n"

const undefined = math.MaxUint64 // the address of a missing object

// maxMetadata bounds the names, shapes and attributes of a file. The largest attribute of a Keras file is the JSON text
// of its layers, some hundred bytes a layer.
const maxMetadata = 16 << 20

// maxDepth bounds the levels of groups.
const maxDepth = 64

// File is an open file. Its datasets can be read until it is closed.
type File struct {
	Root *Group
	file *file.File
}

// Open reads the tree of a file; errors name the path.
func Open(path string) (*File, error) {
	f, size, err := file.Open(path, "an HDF5 file")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	root, err := Read(f, size)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", text.Brief(path), err), f.Close())
	}
	return &File{root, f}, nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Read reads the tree of an HDF5 file of that size: groups, attributes, and the shapes and types of datasets, whose
// numbers stay in r until a method of Dataset reads them. Errors name the object and what is wrong with it.
func Read(r io.ReaderAt, size int64) (*Group, error) {
	in := &reader{r: r, size: uint64(max(size, 0)), seen: map[uint64]bool{}, heaps: map[uint64]globalHeap{}}
	in.budget, in.numbers = min(in.size, maxMetadata), in.size
	root, err := in.superblock()
	var m Member
	if err == nil {
		m, err = in.object(root, "", 0)
	}
	if err != nil {
		return nil, fmt.Errorf("hdf5: %w", err)
	}
	g, ok := m.(*Group)
	if !ok {
		return nil, errors.New("hdf5: the root is a dataset, want a group")
	}
	return g, nil
}

// reader is the state of one Read.
type reader struct {
	r       io.ReaderAt
	size    uint64
	budget  uint64          // bytes that may still be read for the tree
	numbers uint64          // bytes that the remaining datasets may have
	seen    map[uint64]bool // addresses of the structures that were read
	heaps   map[uint64]globalHeap
}

// bytes reads a part of the file that belongs to the tree.
func (in *reader) bytes(what string, address, length uint64) ([]byte, error) {
	if address > in.size || length > in.size-address {
		return nil, fmt.Errorf("%s: %d bytes at %d, but the file ends at %d", what, length, address, in.size)
	}
	if length > in.budget {
		return nil, fmt.Errorf("%s: more than %d bytes of names, shapes and attributes", what, min(in.size, maxMetadata))
	}
	in.budget -= length
	b := make([]byte, length)
	if n, err := in.r.ReadAt(b, int64(address)); n < len(b) {
		return nil, fmt.Errorf("%s: %d bytes at %d: %w", what, length, address, ended(err))
	}
	return b, nil
}

// ended replaces an unexpected end of the file: its size was checked when it was opened, so it has become shorter.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the file has become shorter")
	}
	return err
}

// once is bytes for a structure that may be read only once, so that damage cannot make a cycle.
func (in *reader) once(what string, address, length uint64) ([]byte, error) {
	if in.seen[address] {
		return nil, fmt.Errorf("%s at %d: more than one reference leads to it", what, address)
	}
	b, err := in.bytes(what, address, length)
	if err == nil {
		in.seen[address] = true
	}
	return b, err
}

// signed checks the signature of a structure, four letters, and its version.
func signed(what string, b []byte, letters string, version byte) error {
	if string(b[:4]) != letters {
		return fmt.Errorf("%s: begins with %q, want %q", what, b[:4], letters)
	}
	if b[4] != version {
		return fmt.Errorf("%s: version %d, want %d", what, b[4], version)
	}
	return nil
}

// superblock reads the start of the file (section II.A) and returns the address of the root's header.
func (in *reader) superblock() (uint64, error) {
	if in.size == 0 {
		return 0, errors.New("an empty file")
	}
	const length = 96
	b, err := in.bytes("superblock", 0, min(length, in.size))
	if err != nil {
		return 0, err
	}
	if len(b) < 9 || string(b[:8]) != signature {
		if kind := file.Kind(b); kind != "" {
			return 0, fmt.Errorf("not an HDF5 file but %s", kind)
		}
		return 0, errors.New("not an HDF5 file: wrong signature")
	}
	if b[8] != 0 {
		return 0, fmt.Errorf("superblock version %d, want 0, as h5py writes without libver='latest'", b[8])
	}
	if len(b) < length {
		return 0, fmt.Errorf("the file is truncated after %d bytes", len(b))
	}
	if b[13] != 8 || b[14] != 8 {
		return 0, fmt.Errorf("addresses of %d and lengths of %d bytes, want 8 and 8", b[13], b[14])
	}
	if base := le.Uint64(b[24:]); base != 0 {
		return 0, fmt.Errorf("base address %d, want 0", base)
	}
	if end := le.Uint64(b[40:]); end > in.size {
		return 0, fmt.Errorf("the file is truncated: %d bytes, want %d", in.size, end)
	}
	return le.Uint64(b[64:]), nil
}

// shown formats the path of an object for messages, "" for the root. Its names come from the file.
func shown(path string) string {
	if path == "" {
		return "/"
	}
	return text.Brief(path)
}

// object reads a group or a dataset. path is "" for the root.
func (in *reader) object(address uint64, path string, depth int) (Member, error) {
	m, links, err := in.open(address, depth)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown(path), err)
	}
	for _, l := range links {
		inner, err := in.object(l.address, path+"/"+l.name, depth+1)
		if err != nil {
			return nil, err
		}
		if err := m.(*Group).add(l.name, inner); err != nil {
			return nil, fmt.Errorf("%s: %w", shown(path), err)
		}
	}
	return m, nil
}

// open reads a dataset, or a group without its members.
func (in *reader) open(address uint64, depth int) (Member, []link, error) {
	h, err := in.header(address)
	if err != nil {
		return nil, nil, err
	}
	if depth > maxDepth {
		return nil, nil, fmt.Errorf("groups nested too deep, want at most %d levels", maxDepth)
	}
	attributes := make([]Attribute, 0, len(h.attributes))
	for _, message := range h.attributes {
		a, err := in.attribute(message)
		if err != nil {
			return nil, nil, err
		}
		attributes = append(attributes, a)
	}
	symbols := h.messages[messageSymbols]
	if symbols == nil {
		d, err := in.dataset(h)
		if err != nil {
			return nil, nil, err
		}
		d.Attributes = attributes
		return d, nil, nil
	}
	g := NewGroup()
	g.Attributes = attributes
	links, err := in.links(symbols)
	return g, links, err
}
