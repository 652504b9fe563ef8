package model

import (
	"fmt"

	"gorgonia.org/tensor"
)

// Activations computes what each layer gives for all rows of the data, without dropout: one tensor
// per layer, (rows, output...), the last one what Predict gives. All of them are in memory at once, so
// the data is best a few rows. It may run while Fit does.
func (n *Net) Activations(data Data) ([]*tensor.Dense, error) {
	if data.Len() < 1 {
		return nil, fmt.Errorf("activations of %d rows, want at least 1", data.Len())
	}
	if !n.compiled {
		return nil, errNotCompiled
	}
	if err := n.accepts(data, false); err != nil {
		return nil, fmt.Errorf("activations: %w", err)
	}
	g, err := n.build(graphKey{Forward, data.Len()})
	if err != nil {
		return nil, err
	}
	machine, err := n.config.Machine(g.Expr, g.Layers)
	if err != nil {
		return nil, fmt.Errorf("machine: %w", err)
	}
	rows := make([]int, data.Len())
	for i := range rows {
		rows[i] = i
	}
	g.load(data, rows)
	n.weights.RLock()
	defer n.weights.RUnlock()
	if err := machine.RunAll(); err != nil {
		return nil, err
	}
	outputs := make([]*tensor.Dense, len(g.Layers))
	for i, node := range g.Layers {
		value, ok := node.Value().(*tensor.Dense)
		if !ok {
			return nil, fmt.Errorf("layer %d: its output is a %T, want a dense tensor", i+1, node.Value())
		}
		outputs[i] = value.Clone().(*tensor.Dense)
	}
	return outputs, nil
}
