package hdf5

import (
	"bytes"
	"errors"
	"fmt"
)

// A group's members are in symbol table nodes of up to 2·leafK entries under a B-tree of nodes of up to 2·internalK
// children, and their names in a local heap. These are libhdf5's defaults.
const (
	leafK     = 4
	internalK = 16

	entrySize  = 40
	snodHeader = 8
	treeHeader = 24
)

// link is an entry of a symbol table.
type link struct {
	name    string
	address uint64 // of the object header
}

// links returns the members of a group by its symbol table message (section IV.A.2.r).
func (in *reader) links(symbols []byte) ([]link, error) {
	if len(symbols) < 16 {
		return nil, errors.New("the symbol table is truncated")
	}
	heap, err := in.localHeap(le.Uint64(symbols[8:]))
	if err != nil {
		return nil, err
	}
	return in.tree(nil, le.Uint64(symbols), -1, heap)
}

// localHeap reads the names of a group (section III.D).
func (in *reader) localHeap(address uint64) ([]byte, error) {
	const what = "local heap"
	b, err := in.once(what, address, 32)
	if err != nil {
		return nil, err
	}
	if err := signed(what, b, "HEAP", 0); err != nil {
		return nil, err
	}
	return in.once(what, le.Uint64(b[24:]), le.Uint64(b[8:]))
}

// tree adds the entries below a B-tree node (section III.A.1) to list. The node must have the given level; -1, for the
// root, means any. Levels decrease by one from node to node, which bounds the depth.
func (in *reader) tree(list []link, address uint64, level int, heap []byte) ([]link, error) {
	const what = "B-tree node"
	b, err := in.once(what, address, treeHeader)
	if err != nil {
		return nil, err
	}
	if string(b[:4]) != "TREE" || b[4] != 0 {
		return nil, fmt.Errorf("%s: begins with %q and type %d, want \"TREE\" and 0", what, b[:4], b[4])
	}
	if level >= 0 && int(b[5]) != level {
		return nil, fmt.Errorf("%s: level %d, want %d", what, b[5], level)
	}
	level = int(b[5])
	children := uint64(le.Uint16(b[6:]))
	if b, err = in.bytes(what, address+treeHeader, 16*children); err != nil {
		return nil, err
	}
	for ; len(b) > 0; b = b[16:] { // a key of 8 bytes before each child
		child := le.Uint64(b[8:])
		if level > 0 {
			list, err = in.tree(list, child, level-1, heap)
		} else {
			list, err = in.symbols(list, child, heap)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// symbols adds the entries of a symbol table node (section III.B) to list.
func (in *reader) symbols(list []link, address uint64, heap []byte) ([]link, error) {
	const what = "symbol table node"
	b, err := in.once(what, address, snodHeader)
	if err != nil {
		return nil, err
	}
	if err := signed(what, b, "SNOD", 1); err != nil {
		return nil, err
	}
	entries := uint64(le.Uint16(b[6:]))
	if b, err = in.bytes(what, address+snodHeader, entrySize*entries); err != nil {
		return nil, err
	}
	for ; len(b) > 0; b = b[entrySize:] {
		offset := le.Uint64(b)
		if offset >= uint64(len(heap)) {
			return nil, fmt.Errorf("%s: a name at %d in a heap of %d bytes", what, offset, len(heap))
		}
		end := bytes.IndexByte(heap[offset:min(offset+maxName+1, uint64(len(heap)))], 0)
		if end < 0 {
			return nil, fmt.Errorf("%s: a name of more than %d bytes, or without an end", what, maxName)
		}
		name := string(heap[offset : offset+uint64(end)])
		if err := checkName(name); err != nil {
			return nil, err
		}
		if cache := le.Uint32(b[16:]); cache == 2 {
			return nil, fmt.Errorf("%s: a soft link: want the object itself", shown(name))
		}
		list = append(list, link{name, le.Uint64(b[8:])})
	}
	return list, nil
}
