package model

import (
	"fmt"

	"gorgonia.org/tensor"
)

// Activations computes the output of each layer for all rows of the data, without dropout: one tensor
// per layer, (rows, output...), of which the last one is the prediction. All are in memory at once, so the
// data should be a few rows. It may run while Fit does.
func (n *Net) Activations(data Data) ([]*tensor.Dense, error) {
	data, err := n.accepts(data, false)
	if err != nil {
		return nil, fmt.Errorf("activations: %w", err)
	}
	// under the lock of a writer, as a graph is built for each call
	n.weights.Lock()
	defer n.weights.Unlock()
	g, err := n.buildLocked(graphKey{mode: Forward, Shard: whole(data.Len())}, true)
	if err != nil {
		return nil, err
	}
	if err := g.load(data, upTo(data.Len())); err != nil {
		return nil, fmt.Errorf("activations: %w", err)
	}
	if err := g.run(); err != nil {
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
