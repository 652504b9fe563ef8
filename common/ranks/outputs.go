package ranks

import (
	"context"
	"fmt"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
)

// Outputs collects this rank's outputs of a validation if any rank has a callback for them.
func (d *DataParallel) Outputs(rows model.Shard, look model.OutputFunc) (own model.OutputFunc,
	show func(context.Context) error) {
	if !d.shown {
		return nil, func(context.Context) error { return nil }
	}
	outputs := d.outputs(max(1, rows.Rows))
	own = func(first int, y *tensor.Dense) error {
		return copyRows(outputs, first-rows.First, y, 0, y.Shape()[0])
	}
	return own, func(ctx context.Context) error { return d.show(ctx, rows, outputs, look) }
}

// outputs makes a tensor for the outputs of a number of rows.
func (d *DataParallel) outputs(rows int) *tensor.Dense {
	shape := append([]int{rows}, d.net.OutputShape()...)
	return tensor.New(tensor.WithShape(shape...), tensor.Of(d.net.Config().Dtype))
}

// shownRows is the number of rows of outputs that are exchanged at once.
const shownRows = 1 << 13

// show calls look with the outputs of all ranks: each rank adds its rows to zeros for those of the others.
func (d *DataParallel) show(ctx context.Context, mine model.Shard, outputs *tensor.Dense, look model.OutputFunc) error {
	for at := 0; at < mine.All; at += shownRows {
		count := min(shownRows, mine.All-at)
		own, all := d.outputs(count), d.outputs(count)
		from, to := max(at, mine.First), min(at+count, mine.First+mine.Rows)
		var err error
		if from < to {
			err = copyRows(own, from-at, outputs, from-mine.First, to-from)
		}
		if err == nil {
			err = d.sum(all, own)
		}
		if err == nil && look != nil {
			err = look(at, all)
		}
		if _, err := d.Sum(ctx, model.Sums{}, err); err != nil {
			return err
		}
	}
	return nil
}

func (d *DataParallel) sum(all, own *tensor.Dense) error {
	if all.Dtype() == tensor.Float64 {
		return d.group.Sum64(all.Float64s(), own.Float64s())
	}
	return d.group.Sum32(all.Float32s(), own.Float32s())
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
