package vm

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Binder is an operation that owns its output, as those of package op do. The machine asks such an
// operation for its inputs once and not at each run: for a net of a few neurons, to look at the
// inputs of an operation takes longer than to compute it.
type Binder interface {
	gorgonia.Op

	// Bind checks the inputs as Do does, and gives the output with a function that computes it from
	// what the inputs hold when it is called. Both are valid as long as the inputs are these values,
	// with their numbers in the same memory. The function is nil if the output needs no computing, as a
	// view of an input: Bind is then called in each run.
	Bind(inputs ...gorgonia.Value) (output gorgonia.Value, compute func() error, err error)
}

// Fuser is an operation with one argument that can be computed from what the argument is made of.
type Fuser interface {
	gorgonia.Op

	// Fuse gives the operation that computes this one's output from the inputs of argument, the operation whose output
	// this one takes. It is nil if there is none.
	Fuse(argument gorgonia.Op) gorgonia.Op
}

// RowBinder is an operation that can compute its output, a float32 matrix, some rows at a time.
type RowBinder interface {
	Binder

	// InRows reports whether it can.
	InRows() bool

	// BindRows is Bind, but gives begin, which prepares an output and which each run calls, and rows, which computes rows
	// lo … hi-1 of it after begin, until an input changes.
	BindRows(inputs ...gorgonia.Value) (begin func(), rows func(out []float32, lo, hi int), err error)
}

// leaf is a node without an operation, or a constant: its value is looked at in each run.
type leaf struct {
	node  *gorgonia.Node
	slot  int
	dense *tensor.Dense // the value of the newest run if it was a tensor
	where layout
}

// layout is what a bound operation relies on: where a tensor's numbers are, and in which order. It
// differs after a transposition in place, with a mask, and with other memory under the same header.
type layout struct {
	memory *byte
	bytes  int
	order  tensor.DataOrder
	mask   int
}

func layoutOf(t *tensor.Dense) layout {
	p := layout{bytes: len(t.Raw), order: t.DataOrder(), mask: len(t.Mask())}
	if p.bytes > 0 {
		p.memory = &t.Raw[0]
	}
	return p
}

// read takes the values that the leaves have now. Where a value or its layout has changed, the operations
// that use it are bound anew.
func (m *Machine) read() error {
	for i := range m.leaves {
		l := &m.leaves[i]
		v := l.node.Value()
		t, ok := v.(*tensor.Dense)
		switch {
		case v == nil:
			return fmt.Errorf("vm: input %q has no value", l.node.Name())
		case ok && t != nil:
			if where := layoutOf(t); t != l.dense || where != l.where {
				l.dense, l.where = t, where
				m.put(l.slot, v)
			}
		case v != m.values[l.slot]:
			l.dense = nil
			m.put(l.slot, v)
		}
	}
	return nil
}

// put sets the value of a slot, and unbinds the instructions that use it.
func (m *Machine) put(slot int, v gorgonia.Value) {
	m.values[slot] = v
	for _, i := range m.users[slot] {
		m.bound[i] = nil
	}
}
