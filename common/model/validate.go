package model

import (
	"context"
	"fmt"

	"gorgonia.org/tensor"
)

// validate is evaluate shared out, by whole graphs of rows.
func (x *exchange) validate(ctx context.Context, n *Net, data Data, looks []func(int, *tensor.Dense) error) (Score, error) {
	graphs := partOf(x.group, (data.Len()-1)/evaluationRows+1)
	first, end := graphs.first*evaluationRows, min((graphs.first+graphs.rows)*evaluationRows, data.Len())
	own := looks
	var outputs *tensor.Dense
	if x.looked {
		outputs = newTensor(n.config.Dtype, withRows(max(1, end-first), n.output()))
		own = []func(int, *tensor.Dense) error{func(row int, y *tensor.Dense) error {
			return copyRows(outputs, row-first, y, 0, y.Shape()[0])
		}}
	}
	s, err := n.evaluateRange(ctx, data, first, end, own)
	all, ending, err := x.finish(ctx, s, err, nil)
	if err == nil {
		err = ending
	}
	if err != nil {
		return Score{}, err
	}
	if !x.looked {
		return all.mean(), nil
	}
	return all.mean(), x.show(ctx, n, data.Len(), part{first, end - first, data.Len()}, outputs, looks)
}

// shownRows is how many rows of outputs pass between the ranks at once.
const shownRows = 1 << 13

// show gives those who look at the outputs of a validation the outputs of all ranks.
func (x *exchange) show(ctx context.Context, n *Net, rows int, mine part, outputs *tensor.Dense, looks []func(int, *tensor.Dense) error) error {
	for at := 0; at < rows; at += shownRows {
		count := min(shownRows, rows-at)
		own, all := newTensor(n.config.Dtype, withRows(count, n.output())), newTensor(n.config.Dtype, withRows(count, n.output()))
		from, to := max(at, mine.first), min(at+count, mine.first+mine.rows)
		var err error
		if from < to {
			err = copyRows(own, from-at, outputs, from-mine.first, to-from)
		}
		if err == nil {
			err = x.sum(all, own)
		}
		for _, look := range looks {
			if err == nil {
				err = look(at, all)
			}
		}
		if err := x.agree(ctx, err); err != nil {
			return err
		}
	}
	return nil
}

// copyRows copies count rows of one tensor into another of the same rows and dtype.
func copyRows(to *tensor.Dense, at int, from *tensor.Dense, first, count int) error {
	width := to.Shape().TotalSize() / to.Shape()[0]
	if got := from.Shape().TotalSize() / from.Shape()[0]; got != width || from.Dtype() != to.Dtype() {
		return fmt.Errorf("rows of %d %v, want %d %v", got, from.Dtype(), width, to.Dtype())
	}
	switch to.Dtype() {
	case tensor.Float32:
		copy(to.Float32s()[at*width:], from.Float32s()[first*width:(first+count)*width])
	case tensor.Float64:
		copy(to.Float64s()[at*width:], from.Float64s()[first*width:(first+count)*width])
	}
	return nil
}
