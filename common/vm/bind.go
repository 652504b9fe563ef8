package vm

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Binder is an operation that owns its output, like those of package op. The machine binds it to its inputs once and
// not in each run: for a net of a few neurons, checking the inputs of an operation takes longer than computing it.
type Binder interface {
	gorgonia.Op

	// Bind checks the inputs as Do does, and returns the output and a function that computes it from the values that
	// the inputs have when it is called. Both are valid as long as the inputs are the same values with the same memory.
	// The function is nil if the output needs no computation, as a view of an input: then Bind is called in each run.
	Bind(inputs ...gorgonia.Value) (output gorgonia.Value, compute func() error, err error)
}

// Fuser is an operation with one argument that can be computed together with the operation of that argument.
type Fuser interface {
	gorgonia.Op

	// Fuse returns the operation that computes this operation's output from the inputs of argument, the operation whose
	// output this one takes; nil if there is none.
	Fuse(argument gorgonia.Op) gorgonia.Op
}

// RowBinder is an operation that can compute its output, a float32 matrix, a few rows at a time.
type RowBinder interface {
	Binder

	// InRows reports whether it can with its inputs.
	InRows() bool

	// BindRows is Bind with two functions: begin, which each run calls, prepares an output, and rows computes its rows
	// lo … hi-1, until an input changes.
	BindRows(inputs ...gorgonia.Value) (begin func(), rows func(out []float32, lo, hi int), err error)
}

// leaf is a node without an operation, or a constant. Each run reads its value.
type leaf struct {
	node  *gorgonia.Node
	slot  int
	dense *tensor.Dense // the value of the newest run if it was a tensor
	where layout
}

// layout is the address and the order of a tensor's values, on which a bound operation relies. It changes by a
// transposition in place, a mask, or other memory under the same header.
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

// read reads the values of the leaves. If a value or its layout has changed, the operations that use it are bound
// again.
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
