package model

import (
	"context"
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
)

// evaluationRows is the number of rows of a graph for evaluation and prediction. With the plain Go
// kernels and the lecture's CNN, 256 rows take as much CPU time and twice the memory, 64 rows up to
// 5 % more time.
const evaluationRows = 128

// Evaluate measures the mean loss and accuracy over all rows, without dropout. It may run while Fit does.
func (n *Net) Evaluate(ctx context.Context, data dataset.Data) (Score, error) {
	data, err := n.accepts(data, true)
	if err != nil {
		return Score{}, fmt.Errorf("evaluate: %w", err)
	}
	sum, err := n.evaluate(ctx, data, 0, data.Len(), nil)
	if err != nil {
		return Score{}, err
	}
	return sum.mean(), nil
}

// evaluate sums up the rows from first to end-1. look, if it is not nil, gets their outputs.
func (n *Net) evaluate(ctx context.Context, data dataset.Data, first, end int, look OutputFunc) (Sums, error) {
	var sum Sums
	for ; first < end; first += evaluationRows {
		if err := ctx.Err(); err != nil {
			return Sums{}, err
		}
		rows := span(first, min(first+evaluationRows, end))
		err := n.compute(Test, data, rows, func(g *Graph) error {
			y, err := g.output()
			if err == nil && look != nil {
				err = look(first, y)
			}
			if err != nil {
				return err
			}
			s, err := n.score(g, len(rows))
			sum.add(s)
			return err
		})
		if err != nil {
			return Sums{}, fmt.Errorf("evaluate: %w", err)
		}
	}
	return sum, nil
}

// compute runs a graph on rows of the data, on weights that stay as they are meanwhile, and has read take the results.
func (n *Net) compute(mode Mode, data dataset.Data, rows []int, read func(*Graph) error) error {
	g, err := n.graphOf(graphKey{mode: mode, Shard: whole(len(rows))})
	if err != nil {
		return err
	}
	defer n.graphs.put(g)
	if err := g.load(data, rows); err != nil {
		return err
	}
	if err := n.reading(g.run); err != nil {
		return err
	}
	return read(g)
}

// Predict computes the output for all rows: (rows, output...), of the model's dtype. It needs no targets. It may run
// while Fit does, from any number of goroutines.
func (n *Net) Predict(data dataset.Data) (*tensor.Dense, error) {
	data, err := n.accepts(data, false)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	out := newTensor(n.config.Dtype, withRows(data.Len(), n.output()))
	out32, out64 := numbers(out)
	for first := 0; first < data.Len(); first += evaluationRows {
		// two sizes of graphs serve all: a short batch is padded with copies of its last row
		rows := span(first, min(first+evaluationRows, data.Len()))
		for count := len(rows); count > 1 && len(rows) < evaluationRows; {
			rows = append(rows, rows[count-1])
		}
		err := n.compute(Forward, data, rows, func(g *Graph) error {
			y, err := g.output()
			if err != nil {
				return err
			}
			at := first * n.output().TotalSize()
			if y32, y64 := numbers(y); out32 != nil {
				copy(out32[at:], y32) // but for the padding, which is beyond the end
			} else {
				copy(out64[at:], y64)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("predict: %w", err)
		}
	}
	return out, nil
}

// Probabilities is the output of the net, (rows, output...), as probabilities if it is logits by loss.Probabilities,
// else the output itself.
func (n *Net) Probabilities(output *tensor.Dense) *tensor.Dense {
	if n.probabilities == nil {
		return output
	}
	values := Float64s(output)
	for row := range slices.Chunk(values, n.output()[len(n.output())-1]) {
		n.probabilities(row)
	}
	result := newTensor(output.Dtype(), output.Shape())
	SetFloat64s(result, values)
	return result
}

// Gradients computes the gradients of the mean loss over all rows of the data, one tensor per
// trainable parameter, as a training step would: with dropout, but without moving the weights.
func (n *Net) Gradients(data dataset.Data) ([]*tensor.Dense, error) {
	list, err := n.values(Train, data, func(g *Graph) gorgonia.Nodes { return g.Grads },
		func(i int) string { return n.trainable[i].Name })
	if err != nil {
		return nil, fmt.Errorf("gradients: %w", err)
	}
	return list, nil
}

// Activations computes the output of each layer for all rows of the data, without dropout: one tensor
// per layer, (rows, output...), of which the last one is the prediction. All are in memory at once, so the
// data should be a few rows. It may run while Fit does.
func (n *Net) Activations(data dataset.Data) ([]*tensor.Dense, error) {
	list, err := n.values(allLayers, data, func(g *Graph) gorgonia.Nodes { return g.Layers },
		func(i int) string { return fmt.Sprintf("layer %d: its output", i+1) })
	if err != nil {
		return nil, fmt.Errorf("activations: %w", err)
	}
	return list, nil
}

// values computes some nodes of a graph for all rows of the data, and copies their values.
func (n *Net) values(mode Mode, data dataset.Data, of func(*Graph) gorgonia.Nodes, name func(i int) string) (
	[]*tensor.Dense, error) {
	data, err := n.accepts(data, mode == Train)
	if err != nil {
		return nil, err
	}
	var copies []*tensor.Dense
	err = n.compute(mode, data, span(0, data.Len()), func(g *Graph) error {
		for i, node := range of(g) {
			t, err := dense(node, name(i), "is")
			if err != nil {
				return err
			}
			copies = append(copies, t.Clone().(*tensor.Dense))
		}
		return nil
	})
	return copies, err
}
