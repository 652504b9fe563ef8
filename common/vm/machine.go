// Package vm runs a Gorgonia graph on the caller's goroutine, without the costs of the tape machine in each step: a
// goroutine, two channels, discarded registers and allocations.
//
// It is built from exported parts of Gorgonia: the graph's edges, each node's operation and
// UnsafeLet. Only what the wanted outputs need is run, in one fixed order: inputs before users, and
// among inputs in the order of the operation's arguments. The results are those of the tape machine,
// bit for bit. Operations that own their output (package op) are bound to their inputs' memory, so that a run does not
// allocate; Gorgonia's own operations work too, and allocate as on the tape machine.
//
// Unlike the tape machine it binds no dual values, so Node.Grad returns the value of the gradient node in the newest
// run, which is what a solver needs. It does not support Read, Set and random nodes. After the graph's
// UnbindAllNonInputs a new machine is needed: the old one computes, but its nodes stay without values.
package vm

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/graph"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Machine is a compiled graph; it implements gorgonia.VM. It is not safe for concurrent use, and
// neither are two machines on one graph.
type Machine struct {
	leaves  []leaf
	program []instruction
	bound   []func() error   // by instruction: computes its output; nil: it must be bound first
	values  []gorgonia.Value // by slot: the values of all nodes
	users   [][]int          // by slot: the instructions that take its value
	after   map[int]func()   // by instruction: called after it; see After
	left    []instruction    // instructions that no run executes; see Compute
	rows    map[int]*Rows    // by instruction: the matrix that is computed in rows
}

type instruction struct {
	node    *gorgonia.Node
	op      gorgonia.Op
	binder  Binder // op if it is a Binder; nil if not
	sources []int  // slots of the arguments
	args    []gorgonia.Value
	slot    int // of the result
}

var _ gorgonia.VM = (*Machine)(nil)

// New compiles the part of g that the outputs depend on. A node of another graph, or a statement such as Read, is an
// error.
func New(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (*Machine, error) {
	if len(outputs) == 0 {
		return nil, errors.New("vm: no outputs")
	}
	for i, n := range outputs {
		if n == nil || n.Graph() != g {
			return nil, fmt.Errorf("vm: output %d is not a node of the graph", i)
		}
	}
	// A graph finds a node's children by an index that it does not update when one of Gorgonia's stabilizations, such
	// as log(1-x) to log1p(-x), removes a node: From would then return the children of another node. A subgraph has a
	// new index.
	g = g.ExactSubgraphRoots(outputs...)
	m := &Machine{}
	slots := make(map[*gorgonia.Node]int)
	for _, n := range outputs {
		if err := m.add(g, n, slots); err != nil {
			return nil, err
		}
	}
	m.fuse(outputs)
	m.bound = make([]func() error, len(m.program))
	m.values = make([]gorgonia.Value, len(slots))
	m.users = make([][]int, len(slots))
	for i, in := range m.program {
		for _, s := range in.sources {
			m.users[s] = append(m.users[s], i)
		}
	}
	return m, nil
}

// add appends n after all nodes that it depends on. The recursion is as deep as the graph, which is no problem for
// 1,000 layers.
func (m *Machine) add(g *gorgonia.ExprGraph, n *gorgonia.Node, slots map[*gorgonia.Node]int) error {
	if _, done := slots[n]; done {
		return nil
	}
	// a constant of Gorgonia has an operation that returns its value
	if _, constant := n.Op().(interface{ Value() gorgonia.Value }); n.Op() == nil || constant && n.Value() != nil {
		slots[n] = len(slots)
		m.leaves = append(m.leaves, leaf{node: n, slot: slots[n]})
		return nil
	}
	// Gorgonia does not export the mark of statements, but only they have no type
	if n.Type() == nil {
		return fmt.Errorf("vm: node %q is a statement, want an operation with a value", n.Name())
	}
	children := graph.NodesOf(g.From(n.ID()))
	in := instruction{node: n, op: n.Op(), args: make([]gorgonia.Value, len(children))}
	in.binder, _ = in.op.(Binder)
	for _, c := range children {
		child, ok := c.(*gorgonia.Node)
		if !ok {
			return fmt.Errorf("vm: an input of %v is a %T, want a node", n.Op(), c)
		}
		if err := m.add(g, child, slots); err != nil {
			return err
		}
		in.sources = append(in.sources, slots[child])
	}
	slots[n] = len(slots)
	in.slot = slots[n]
	m.program = append(m.program, in)
	return nil
}

// fuse removes each operation whose result only one operation takes, if that one can compute both.
func (m *Machine) fuse(outputs gorgonia.Nodes) {
	makers, users := make(map[int]int), make(map[int]int) // by slot: the instruction that sets it, and the number of users
	for i, in := range m.program {
		makers[in.slot] = i
		for _, s := range in.sources {
			users[s]++
		}
	}
	gone := make(map[int]bool)
	for i := range m.program {
		in := &m.program[i]
		fuser, ok := in.op.(Fuser)
		if !ok || len(in.sources) != 1 || users[in.sources[0]] != 1 {
			continue
		}
		maker, ok := makers[in.sources[0]]
		if !ok || slices.Contains(outputs, m.program[maker].node) {
			continue
		}
		if both := fuser.Fuse(m.program[maker].op); both != nil {
			gone[maker] = true
			in.op, in.sources, in.args = both, m.program[maker].sources, make([]gorgonia.Value, len(m.program[maker].args))
			in.binder, _ = both.(Binder)
		}
	}
	var program []instruction
	for i, in := range m.program {
		if gone[i] {
			m.left = append(m.left, in)
		} else {
			program = append(program, in)
		}
	}
	m.program = program
}

// Rows is a weight with its gradient, a matrix of float32 that a run does not compute: a solver computes a few rows at
// a time while it uses them.
type Rows struct {
	*gorgonia.Node // the weight
	gradient       *gorgonia.Node
	machine        *Machine
	compute        func(out []float32, lo, hi int)
}

// GradRows computes rows lo … hi-1 of the gradient from the inputs of the newest run.
func (r *Rows) GradRows(out []float32, lo, hi int) { r.compute(out, lo, hi) }

// Grad computes all of the gradient.
func (r *Rows) Grad() (gorgonia.Value, error) {
	if err := r.machine.Compute(r.gradient); err != nil {
		return nil, err
	}
	return r.gradient.Value(), nil
}

// InRows leaves the computation of a weight's gradient to the caller from the next run on; functions of After are not
// called for it. It returns nil, and changes nothing, if the operation of the gradient is not a RowBinder or if another
// operation takes its result.
func (m *Machine) InRows(weight, gradient *gorgonia.Node) *Rows {
	i := slices.IndexFunc(m.program, func(in instruction) bool { return in.node == gradient })
	if i < 0 || len(m.users[m.program[i].slot]) > 0 {
		return nil
	}
	if b, ok := m.program[i].op.(RowBinder); !ok || !b.InRows() {
		return nil
	}
	if m.rows == nil {
		m.rows = make(map[int]*Rows)
	}
	r := &Rows{Node: weight, gradient: gradient, machine: m}
	m.left = append(m.left, m.program[i])
	m.rows[i], m.bound[i] = r, nil
	delete(m.after, i)
	return r
}

// Compute sets the value of n in the newest run if n was fused with another operation or is computed in rows: without
// Compute its Value is nil or an older one. For other nodes it does nothing.
func (m *Machine) Compute(n *gorgonia.Node) error {
	for _, in := range m.left {
		if in.node != n {
			continue
		}
		for j, s := range in.sources {
			in.args[j] = m.values[s]
		}
		v, err := in.op.Do(in.args...)
		if err != nil {
			return fmt.Errorf("vm: %w", err)
		}
		return gorgonia.UnsafeLet(n, v)
	}
	return nil
}

// After makes each run call f as soon as n has its value, on the goroutine of RunAll, so that work on the value may
// start while the rest is computed. Several functions of a node are called in order. After returns false if n is not
// the result of an operation that the machine runs.
func (m *Machine) After(n *gorgonia.Node, f func()) bool {
	i := slices.IndexFunc(m.program, func(in instruction) bool { return in.node == n })
	if i < 0 || m.rows[i] != nil {
		return false
	}
	if before := m.after[i]; before != nil {
		last := f
		f = func() { before(); last() }
	}
	if m.after == nil {
		m.after = make(map[int]func())
	}
	m.after[i], m.bound[i] = f, nil
	return true
}

// RunAll computes the outputs from the current values of the input nodes; the result of each node is its Value. An
// error names the operation; a panic in an operation is returned as an error.
func (m *Machine) RunAll() error {
	if err := m.read(); err != nil {
		return err
	}
	return m.run()
}

// Settled reports whether every operation is bound after the newest run. Then each node keeps the same value, in the
// same memory, until an input has another value or other memory.
func (m *Machine) Settled() bool {
	return !slices.ContainsFunc(m.bound, func(compute func() error) bool { return compute == nil })
}

// Repeat is RunAll of a settled machine whose inputs are the same values with the same memory as in the run before. It
// does not check them, because that takes as long as computing an operation of a few neurons.
func (m *Machine) Repeat() error { return m.run() }

func (m *Machine) run() (err error) {
	at := 0
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("vm: %v: %v", m.program[at].op, r)
		}
	}()
	for i, compute := range m.bound {
		at = i
		if compute == nil {
			if err = m.do(i); err == nil && m.after[i] != nil {
				m.after[i]()
			}
		} else {
			err = compute()
		}
		if err != nil {
			return fmt.Errorf("vm: %w", err)
		}
	}
	return nil
}

// do runs an instruction that is not bound, and binds it if possible.
func (m *Machine) do(i int) error {
	in := &m.program[i]
	for j, s := range in.sources {
		in.args[j] = m.values[s]
	}
	if r := m.rows[i]; r != nil {
		begin, rows, err := in.op.(RowBinder).BindRows(in.args...)
		if err != nil {
			return err
		}
		begin()
		r.compute, m.bound[i] = rows, func() error { begin(); return nil }
		return nil
	}
	if in.binder == nil {
		v, err := in.op.Do(in.args...)
		if err != nil {
			return err
		}
		return m.let(in, v)
	}
	v, compute, err := in.binder.Bind(in.args...)
	if err != nil {
		return err
	}
	if compute != nil {
		if err := compute(); err != nil {
			return err
		}
		m.bound[i] = compute
		if after := m.after[i]; after != nil { // checked once here, so that other instructions stay fast
			m.bound[i] = func() error {
				err := compute()
				if err == nil {
					after()
				}
				return err
			}
		}
	}
	return m.let(in, v)
}

// let binds an instruction's result to its node.
func (m *Machine) let(in *instruction, v gorgonia.Value) error {
	if v == nil {
		return fmt.Errorf("%v: no value, want one", in.op)
	}
	// operations that own their output return the same one each time, which the node already has
	if v != m.values[in.slot] {
		if err := gorgonia.UnsafeLet(in.node, v); err != nil {
			return fmt.Errorf("%v: %w", in.op, err)
		}
		m.put(in.slot, v)
	} else if _, ok := v.(*tensor.Dense); ok && in.binder == nil {
		m.put(in.slot, v) // the tensor is the same, but its memory may have changed
	}
	return nil
}

// Reset does nothing, because each run starts from the inputs. gorgonia.VM needs it.
func (m *Machine) Reset() {}

// Close drops the values.
func (m *Machine) Close() error {
	clear(m.values)
	clear(m.bound)
	for i := range m.leaves {
		m.leaves[i].dense, m.leaves[i].where = nil, layout{}
	}
	for i := range m.program {
		clear(m.program[i].args)
	}
	for i := range m.left {
		clear(m.left[i].args)
	}
	return nil
}
