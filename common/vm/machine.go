// Package vm runs a Gorgonia graph on the caller's goroutine, without what the tape machine spends
// at each step: a goroutine, two channels, registers that are dropped and allocations.
//
// It is built from exported parts of Gorgonia: the graph's edges, each node's operation and
// UnsafeLet. Only what the wanted outputs need is run, in one fixed order: inputs before users, and
// among inputs in the order of the operation's arguments. The results are those of the tape machine,
// bit for bit. Operations that own their output (package op) make a run free of allocations;
// Gorgonia's own work too and allocate as they do on the tape.
//
// Unlike the tape machine it binds no dual values, so Node.Grad gives the value of the gradient node
// of the newest run, which is what a solver wants. It has no Read, Set or random nodes.
package vm

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/graph"
	"gorgonia.org/gorgonia"
)

// Machine is a compiled graph; it implements gorgonia.VM. It is not safe for concurrent use, and
// neither are two machines on one graph.
type Machine struct {
	leaves  []leaf
	program []instruction
	values  []gorgonia.Value // of all nodes that take part, by slot
}

// leaf is a node without an operation: its value is read anew at each run.
type leaf struct {
	node *gorgonia.Node
	slot int
}

type instruction struct {
	node    *gorgonia.Node
	op      gorgonia.Op
	sources []int // slots of the arguments
	args    []gorgonia.Value
	slot    int // of the result
}

var _ gorgonia.VM = (*Machine)(nil)

// New compiles what the outputs need of g. A node of another graph, or a statement such as Read, is
// an error.
func New(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (*Machine, error) {
	if len(outputs) == 0 {
		return nil, errors.New("vm: no outputs")
	}
	for i, n := range outputs {
		if n == nil || n.Graph() != g {
			return nil, fmt.Errorf("vm: output %d is not a node of the graph", i)
		}
	}
	// A graph finds a node's children by an index that it does not mend when one of Gorgonia's
	// stabilizations, such as log(1-x) to log1p(-x), removes a node: From would then give the
	// children of a neighbour. A subgraph has an index of its own.
	g = g.ExactSubgraphRoots(outputs...)
	m := &Machine{}
	slots := make(map[*gorgonia.Node]int)
	for _, n := range outputs {
		if err := m.add(g, n, slots); err != nil {
			return nil, err
		}
	}
	m.values = make([]gorgonia.Value, len(slots))
	return m, nil
}

// add appends n behind everything that it needs. Each level of the walk is one level of the graph:
// a net of 1,000 layers is fine.
func (m *Machine) add(g *gorgonia.ExprGraph, n *gorgonia.Node, slots map[*gorgonia.Node]int) error {
	if _, done := slots[n]; done {
		return nil
	}
	if n.Op() == nil {
		slots[n] = len(slots)
		m.leaves = append(m.leaves, leaf{n, slots[n]})
		return nil
	}
	// what marks Gorgonia's statements is not exported, but they alone have no type
	if n.Type() == nil {
		return fmt.Errorf("vm: node %q is a statement, want an operation with a value", n.Name())
	}
	children := graph.NodesOf(g.From(n.ID()))
	in := instruction{node: n, op: n.Op(), args: make([]gorgonia.Value, len(children))}
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

// RunAll computes the outputs from the values that the input nodes have now; the result of each node
// is its Value. An error names the operation; a panic inside one is returned as an error.
func (m *Machine) RunAll() (err error) {
	var in *instruction
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("vm: %v: %v", in.op, r)
		}
	}()
	for _, l := range m.leaves {
		v := l.node.Value()
		if v == nil {
			return fmt.Errorf("vm: input %q has no value", l.node.Name())
		}
		m.values[l.slot] = v
	}
	for i := range m.program {
		in = &m.program[i]
		for j, s := range in.sources {
			in.args[j] = m.values[s]
		}
		v, err := in.op.Do(in.args...)
		if err != nil {
			return fmt.Errorf("vm: %w", err)
		}
		if v == nil {
			return fmt.Errorf("vm: %v gave no value", in.op)
		}
		// operations that own their output return the same one each time: nothing to bind
		if v != m.values[in.slot] {
			if err := gorgonia.UnsafeLet(in.node, v); err != nil {
				return fmt.Errorf("vm: %v: %w", in.op, err)
			}
			m.values[in.slot] = v
		}
	}
	return nil
}

// Reset does nothing: each run starts from the inputs. It is there for gorgonia.VM.
func (m *Machine) Reset() {}

// Close lets go of the values.
func (m *Machine) Close() error {
	clear(m.values)
	return nil
}
