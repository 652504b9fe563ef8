// Package hdf5 reads and writes the part of HDF5 that Keras' .h5 files use: groups, attributes, and
// datasets of plain numbers, laid out as libhdf5 does by default.
//
// The layout is that of the HDF5 File Format Specification, version 3.0 (The HDF Group): superblock
// version 0 (section II.A), version 1 B-trees, symbol table nodes and local heaps for groups (III.A to
// III.D), global heaps for strings (III.E), version 1 object headers (IV.A.1). Chunked, compressed, external and
// big-endian data, floating-point numbers of 16 bits, soft and external links, and files of libver='latest' give an
// error that names the object and what it is.
//
// A file may be hostile: every address and length is checked, no structure and no string is read twice, all datasets
// together have no more bytes than the file, and the memory is proportional to the file. Numbers are read by the
// methods of Dataset.
package hdf5

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// Member is what a group holds: a *Group or a *Dataset.
type Member interface{ kind() string }

// Attribute is a small value with a name, on a group or a dataset. Value is one of
//
//	string, int64, float32, float64 (scalars), []string, []int64, []float32, []float64 (one axis)
//
// or an Unread if the file has another type. Strings are written with variable length, as h5py writes those of Python;
// strings of fixed length can be read.
type Attribute struct {
	Name  string
	Value any
}

// Unread replaces an attribute's value that this package cannot read. It cannot be written.
type Unread struct{ Why string }

// Group holds members by name, as a folder does.
type Group struct {
	Attributes []Attribute
	members    map[string]Member
}

// NewGroup returns an empty group.
func NewGroup() *Group { return &Group{members: map[string]Member{}} }

func (*Group) kind() string   { return "group" }
func (*Dataset) kind() string { return "dataset" }

// Attribute returns the value of the attribute with that name.
func (g *Group) Attribute(name string) (value any, ok bool) {
	for _, a := range g.Attributes {
		if a.Name == name {
			return a.Value, true
		}
	}
	return nil, false
}

// SetAttribute replaces the attribute of that name, or adds it after the others.
func (g *Group) SetAttribute(name string, value any) {
	for i, a := range g.Attributes {
		if a.Name == name {
			g.Attributes[i].Value = value
			return
		}
	}
	g.Attributes = append(g.Attributes, Attribute{name, value})
}

// Add puts a member into the group. A name is an error if it is empty, ".", taken, longer than 1024 bytes, or has a
// slash or a zero byte.
func (g *Group) Add(name string, m Member) error {
	if err := g.add(name, m); err != nil {
		return fmt.Errorf("hdf5: %w", err)
	}
	return nil
}

// AddNumbers adds a dataset that New makes.
func (g *Group) AddNumbers(name string, shape []int, values any) error {
	d, err := New(shape, values)
	if err != nil {
		return err
	}
	return g.Add(name, d)
}

func (g *Group) add(name string, m Member) error {
	if err := checkName(name); err != nil {
		return err
	}
	if _, taken := g.members[name]; taken {
		return fmt.Errorf("%s is in the group already", text.Quoted(name))
	}
	if g.members == nil {
		g.members = map[string]Member{}
	}
	g.members[name] = m
	return nil
}

const maxName = 1024

func checkName(name string) error {
	switch {
	case name == "" || name == ".":
		return fmt.Errorf("%s cannot be the name of a member", text.Quoted(name))
	case len(name) > maxName:
		return fmt.Errorf("a name of %d bytes, want at most %d", len(name), maxName)
	case strings.ContainsAny(name, "/\x00"):
		return fmt.Errorf("the name %s has a slash or a zero byte", text.Quoted(name))
	}
	return nil
}

// Names returns the names of the members, sorted.
func (g *Group) Names() []string { return slices.Sorted(maps.Keys(g.members)) }

// Member returns the member with that name; nil if there is none.
func (g *Group) Member(name string) Member { return g.members[name] }

// Group returns the group at a path below g, such as "a/b". The error names the path and what is there instead.
func (g *Group) Group(path string) (*Group, error) { return found[*Group](g, path, "group") }

// Dataset returns the dataset at a path below g.
func (g *Group) Dataset(path string) (*Dataset, error) { return found[*Dataset](g, path, "dataset") }

func found[M Member](g *Group, path, wanted string) (found M, err error) {
	m, err := g.find(path)
	if err != nil {
		return found, err
	}
	found, ok := m.(M)
	if !ok {
		return found, fmt.Errorf("hdf5: %s is a %s, want a %s", text.Quoted(path), m.kind(), wanted)
	}
	return found, nil
}

// find follows the path through the groups. It skips empty names, as before a leading slash.
func (g *Group) find(path string) (Member, error) {
	var at Member = g
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		group, ok := at.(*Group)
		if !ok {
			return nil, fmt.Errorf("hdf5: %s: the object before %s is a dataset, want a group",
				text.Quoted(path), text.Quoted(name))
		}
		if at, ok = group.members[name]; !ok {
			return nil, fmt.Errorf("hdf5: there is no %s", text.Quoted(path))
		}
	}
	return at, nil
}
