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

// check returns the nodes that the output depends on, in the order of the file. It is an error if two values have one
// name, or if a node takes a value that no node before it computes.
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
		if t.kind == dataFloat16 || t.kind == dataBfloat16 {
			return nil, fmt.Errorf("%v has %s, want float32 or float64: export the model with such numbers",
				t, kindName(t.kind))
		}
		if err := add(t.name); err != nil {
			return nil, err
		}
	}
	// an input with the name of a tensor has it as its default
	g.inputs = slices.DeleteFunc(g.inputs, func(i info) bool { return known[i.name] })
	for _, i := range g.inputs {
		if err := add(i.name); err != nil {
			return nil, err
		}
	}
	for _, n := range g.nodes {
		for _, name := range n.inputs {
			if name != "" && !known[name] {
				return nil, fmt.Errorf("%v: no node before it has the output %s: the nodes are out of order or in a cycle",
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
		return nil, fmt.Errorf("no node has the output %s of the graph", text.Brief(output))
	}
	wanted := map[string]bool{output: true}
	var needed []*operation
	for _, n := range slices.Backward(g.nodes) {
		at := slices.IndexFunc(n.outputs, func(name string) bool { return name != "" && wanted[name] })
		switch {
		case at < 0:
			continue
		case at > 0:
			return nil, fmt.Errorf("%v: another node takes its output %s, want only the first one", n, text.Brief(n.outputs[at]))
		}
		needed = append(needed, n)
		for _, name := range n.inputs {
			wanted[name] = true
		}
	}
	slices.Reverse(needed)
	return needed, nil
}

// listed names the first five inputs or outputs of a graph, as " (a, b)".
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

// input returns the graph's input: the only one that has no default.
func (g *content) input() (info, error) {
	if len(g.inputs) != 1 {
		return info{}, fmt.Errorf("%d inputs%s, want one", len(g.inputs), listed(g.inputs))
	}
	return g.inputs[0], nil
}

// row is the shape of a row of the input, without the batch axis.
func (i info) row() ([]int, error) {
	name := text.Brief(i.name)
	if !i.shaped || len(i.shape) < 2 {
		return nil, fmt.Errorf("input %s has %d axes, want at least two: batch and row", name, len(i.shape))
	}
	var dims []int
	for axis, s := range i.shape[1:] {
		if s.name != "" {
			return nil, fmt.Errorf("input %s: axis %d has the dynamic size %s, want a number: "+
				"export the model with a dynamic batch axis only", name, axis+1, s)
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
