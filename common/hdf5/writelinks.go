package hdf5

// localHeapNames is the data of a local heap (section III.D): the empty name, which B-trees begin with, and the names
// of a group at their offsets.
func localHeapNames(names []string) (offsets []uint64, data []byte) {
	data = make([]byte, 8)
	for _, name := range names {
		offsets = append(offsets, uint64(len(data)))
		data = pad(append(append(data, name...), 0))
	}
	return offsets, data
}

const localHeapSize = 32

// localHeapHeader is the header of a heap at the given address. Its data come after it.
func localHeapHeader(size int, address uint64) []byte {
	const noFreeBlock = 1 // as libhdf5 writes it
	b := append([]byte("HEAP"), 0, 0, 0, 0)
	b = le.AppendUint64(b, uint64(size))
	b = le.AppendUint64(b, noFreeBlock)
	return le.AppendUint64(b, address+localHeapSize)
}

// child is a node below a B-tree node: its address and the offset of its last name.
type child struct{ address, last uint64 }

// tree lays out the members of a group, sorted by name, and gives the address of the B-tree's root.
// Nodes are written at their full size, so that libhdf5 can add members to the file.
func (out *layout) tree(names []uint64, members []object) uint64 {
	var children []child
	for first := 0; first < len(names); first += 2 * leafK {
		last := min(first+2*leafK, len(names))
		b := append([]byte("SNOD"), 1, 0)
		b = le.AppendUint16(b, uint16(last-first))
		for i := first; i < last; i++ {
			b = append(b, members[i].entry(names[i])...)
		}
		b = append(b, make([]byte, snodHeader+2*leafK*entrySize-len(b))...)
		children = append(children, child{out.put(b), names[last-1]})
	}
	level := byte(0)
	for len(children) > 2*internalK {
		children = out.treeLevel(children, level)
		level++
	}
	return out.treeLevel(children, level)[0].address
}

// treeLevel lays out the nodes above the children (section III.A.1), which are siblings.
func (out *layout) treeLevel(children []child, level byte) []child {
	const most = 2 * internalK
	const size = treeHeader + 8*most + 8*(most+1)
	nodes := max(1, (len(children)+most-1)/most)
	first := out.end
	address := func(node int) uint64 {
		if node < 0 || node >= nodes {
			return undefined
		}
		return first + uint64(node*size)
	}
	var above []child
	key := uint64(0) // the last name before: the empty one at first
	for node := range nodes {
		mine := children[min(node*most, len(children)):min((node+1)*most, len(children))]
		b := append([]byte("TREE"), 0, level)
		b = le.AppendUint16(b, uint16(len(mine)))
		b = le.AppendUint64(b, address(node-1))
		b = le.AppendUint64(b, address(node+1))
		b = le.AppendUint64(b, key)
		for _, c := range mine {
			b = le.AppendUint64(b, c.address)
			b = le.AppendUint64(b, c.last)
			key = c.last
		}
		b = append(b, make([]byte, size-len(b))...)
		above = append(above, child{out.put(b), key})
	}
	return above
}
