package model

import (
	"context"
	"fmt"

	"gorgonia.org/tensor"
)

// evaluationRows is the number of rows of a graph for evaluation and prediction. With the plain Go
// kernels and the lecture's CNN, 256 rows take as much CPU time and twice the memory, 64 rows up to
// 5 % more time.
const evaluationRows = 128

// Evaluate measures the mean loss and accuracy over all rows, without dropout. It may run while Fit does.
func (n *Net) Evaluate(ctx context.Context, data Data) (Score, error) {
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
func (n *Net) evaluate(ctx context.Context, data Data, first, end int, look OutputFunc) (Sums, error) {
	var sum Sums
	for rows := range chunks(first, end) {
		if err := ctx.Err(); err != nil {
			return Sums{}, err
		}
		s, err := n.evaluateRows(data, rows, look)
		if err != nil {
			return Sums{}, fmt.Errorf("evaluate: %w", err)
		}
		sum.add(s)
	}
	return sum, nil
}

func (n *Net) evaluateRows(data Data, rows []int, look OutputFunc) (Sums, error) {
	g, err := n.compute(Test, data, rows)
	if err != nil {
		return Sums{}, err
	}
	defer n.graphs.put(g)
	if look != nil {
		y, err := g.output()
		if err == nil {
			err = look(rows[0], y)
		}
		if err != nil {
			return Sums{}, err
		}
	}
	return n.score(g, len(rows))
}

// compute runs a graph on rows of the data, and on weights that stay as they are meanwhile. The graph must be returned
// by n.graphs.put.
func (n *Net) compute(mode Mode, data Data, rows []int) (*Graph, error) {
	g, err := n.graphOf(graphKey{mode: mode, Shard: whole(len(rows))})
	if err != nil {
		return nil, err
	}
	if err := g.load(data, rows); err != nil {
		n.graphs.put(g)
		return nil, err
	}
	n.weights.RLock()
	defer n.weights.RUnlock()
	if err := g.run(); err != nil {
		n.graphs.put(g)
		return nil, err
	}
	return g, nil
}

// Predict computes the output for all rows: (rows, output...), of the model's dtype. It needs no targets. It may run
// while Fit does, from any number of goroutines.
func (n *Net) Predict(data Data) (*tensor.Dense, error) {
	data, err := n.accepts(data, false)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	out := newTensor(n.config.Dtype, withRows(data.Len(), n.output()))
	for rows := range chunks(0, data.Len()) {
		if err := n.predict(out, data, rows); err != nil {
			return nil, fmt.Errorf("predict: %w", err)
		}
	}
	return out, nil
}

func (n *Net) predict(out *tensor.Dense, data Data, rows []int) error {
	// two sizes of graphs serve all: a short batch is padded with copies of its last row
	first, count, size := rows[0], len(rows), evaluationRows
	if count == 1 {
		size = 1
	}
	for len(rows) < size {
		rows = append(rows, rows[count-1])
	}
	g, err := n.compute(Forward, data, rows)
	if err != nil {
		return err
	}
	defer n.graphs.put(g)
	y, err := g.output()
	if err != nil {
		return err
	}
	width := n.output().TotalSize()
	from, to := first*width, (first+count)*width
	switch out.Dtype() {
	case tensor.Float32:
		copy(out.Float32s()[from:to], y.Float32s())
	case tensor.Float64:
		copy(out.Float64s()[from:to], y.Float64s())
	}
	return nil
}

// chunks cuts the rows from..end-1 into chunks of evaluationRows. A chunk may be appended to until the next one.
func chunks(from, end int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		chunk := make([]int, 0, evaluationRows)
		for first := from; first < end; first += evaluationRows {
			chunk = chunk[:0]
			for r := first; r < min(first+evaluationRows, end); r++ {
				chunk = append(chunk, r)
			}
			if !yield(chunk) {
				return
			}
		}
	}
}

// Gradients computes the gradients of the mean loss over all rows of the data, one tensor per
// trainable parameter, as a training step would: with dropout, but without moving the weights.
func (n *Net) Gradients(data Data) ([]*tensor.Dense, error) {
	data, err := n.accepts(data, true)
	if err != nil {
		return nil, fmt.Errorf("gradients: %w", err)
	}
	g, err := n.compute(Train, data, upTo(data.Len()))
	if err != nil {
		return nil, fmt.Errorf("gradients: %w", err)
	}
	defer n.graphs.put(g)
	grads := make([]*tensor.Dense, len(g.Grads))
	for i, node := range g.Grads {
		t, ok := node.Value().(*tensor.Dense)
		if !ok {
			return nil, fmt.Errorf("gradients: %s is a %T, want a dense tensor", n.trainable[i].Name, node.Value())
		}
		grads[i] = t.Clone().(*tensor.Dense)
	}
	return grads, nil
}
