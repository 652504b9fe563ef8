package onnx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/shape"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/keras"
)

// check is an error unless each name stands for one value, and each node takes values from those before it. It returns
// the nodes that the output needs.
func (g *content) check() ([]*operation, error) {
	known := map[string]bool{}
	add := func(name string) error {
		if known[name] {
			return fmt.Errorf("two values are named %s", text.Brief(name))
		}
		known[name] = true
		return nil
	}
	for _, t := range g.tensors {
		if t.name == "" {
			return nil, errors.New("a tensor of the graph has no name")
		}
		if err := add(t.name); err != nil {
			return nil, err
		}
	}
	// the tensor is the default of an input of its name
	g.inputs = slices.DeleteFunc(g.inputs, func(i info) bool { return known[i.name] })
	for _, i := range g.inputs {
		if err := add(i.name); err != nil {
			return nil, err
		}
	}
	for _, n := range g.nodes {
		for _, name := range n.inputs {
			if name != "" && !known[name] {
				return nil, fmt.Errorf("%v: nothing before it gives its input %s: the nodes are out of order or in a cycle",
					n, text.Brief(name))
			}
		}
		for _, name := range n.outputs {
			if name == "" {
				continue
			}
			if err := add(name); err != nil {
				return nil, fmt.Errorf("%v: %w", n, err)
			}
		}
	}
	if len(g.outputs) != 1 {
		return nil, fmt.Errorf("%d outputs%s, want one", len(g.outputs), listed(g.outputs))
	}
	output := g.outputs[0].name
	if !known[output] || output == "" {
		return nil, fmt.Errorf("no node gives the output %s", text.Brief(output))
	}
	wanted := map[string]bool{output: true}
	var needed []*operation
	for _, n := range slices.Backward(g.nodes) {
		at := slices.IndexFunc(n.outputs, func(name string) bool { return name != "" && wanted[name] })
		switch {
		case at < 0:
			continue
		case at > 0:
			return nil, fmt.Errorf("%v: its output %s is not supported, only the first one", n, text.Brief(n.outputs[at]))
		}
		needed = append(needed, n)
		for _, name := range n.inputs {
			wanted[name] = true
		}
	}
	slices.Reverse(needed)
	return needed, nil
}

// listed names the first inputs or outputs of a graph: " (a, b)".
func listed(list []info) string {
	var names []string
	for _, i := range list[:min(len(list), 5)] {
		names = append(names, text.Brief(i.name))
	}
	if len(list) > len(names) {
		names = append(names, "...")
	}
	if names == nil {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// input is the only one that has no tensor as a default.
func (g *content) input() (info, error) {
	if len(g.inputs) != 1 {
		return info{}, fmt.Errorf("%d inputs%s, want one", len(g.inputs), listed(g.inputs))
	}
	return g.inputs[0], nil
}

// row is the shape of a row of the input.
func (i info) row() ([]int, error) {
	name := text.Brief(i.name)
	if !i.shaped || len(i.shape) < 2 {
		return nil, fmt.Errorf("input %s has %d axes, want at least two: rows, and one axis of a row", name, len(i.shape))
	}
	var dims []int
	for axis, s := range i.shape[1:] {
		if s.name != "" {
			return nil, fmt.Errorf("input %s: axis %d has the open size %s, want a number: "+
				"export the model with an open size of the first axis alone", name, axis+1, s)
		}
		if s.n < 1 || s.n > keras.MaxSize {
			return nil, fmt.Errorf("input %s: axis %d has size %d, want 1 to %d", name, axis+1, s.n, keras.MaxSize)
		}
		dims = append(dims, int(s.n))
	}
	if _, err := shape.Size(dims, 1, keras.MaxSize); err != nil {
		return nil, fmt.Errorf("input %s of shape %v: %w", name, dims, err)
	}
	return dims, nil
}
