// Package ranks trains one net on several processes, the ranks: each computes a shard of every batch, the gradients of
// all shards are summed, and each rank makes the same step.
//
//	history, err := net.Fit(ctx, data, model.Fit{..., Distribution: ranks.New(group)})
//
// Its package mpi has the group of the processes that mpirun or srun started. One rank on each machine, with all its
// threads, is the fastest: ranks of one machine would send each other what threads read from common memory.
//
// From the same seed N ranks give the result of one, except for the rounding of sums in another order, and all ranks
// have the same bits. Gradients are summed by buckets. Ranks on more than one machine send each bucket as soon as its
// gradients are computed, during the backward pass: the network does most of that work. Ranks that are all on one
// machine send after the backward pass: the sums would take the cores that it computes on.
package ranks

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Group is the group of ranks that train one net, each a process with the same program, net and data. Every rank must
// call the same methods in the same order with slices of the same lengths, one at a time but from any goroutine. A
// method returns when all ranks have called it. It cannot be cancelled: if another rank has ended, or anything else
// fails, it must return an error or end the process. It does not keep the slices.
type Group interface {
	Rank() int // from 0 to Size()-1
	Size() int
	// Machines returns the number of machines with ranks, the same on each rank.
	Machines() int
	// Sum32 sets sum to the elementwise sum of all ranks' own, with the same bits on every rank. The slices do not
	// overlap.
	Sum32(sum, own []float32) error
	// Sum64 is Sum32 in float64.
	Sum64(sum, own []float64) error
	// Broadcast overwrites values with those of rank 0.
	Broadcast(values []float64) error
	// Gather returns the strings of all ranks, in the order of the ranks.
	Gather(own string) ([]string, error)
}

// DataParallel distributes the Fits of this rank over a group, one Fit after another.
type DataParallel struct {
	group   Group
	net     *model.Net
	reducer *reducer
	shown   bool // a rank looks at the outputs of the validation
}

var _ model.Distribution = (*DataParallel)(nil)

// New returns the distribution of Fits over the ranks of a group.
func New(g Group) *DataParallel { return &DataParallel{group: g} }

// Size returns the number of ranks.
func (d *DataParallel) Size() int { return d.group.Size() }

// Shard returns this rank's share of a number of rows. Shards differ by at most one row; some are empty if there are
// more ranks than rows.
func (d *DataParallel) Shard(rows int) model.Shard {
	rank, size := d.group.Rank(), d.group.Size()
	first := rows/size*rank + rows%size*rank/size
	end := rows/size*(rank+1) + rows%size*(rank+1)/size
	return model.Shard{First: first, Rows: end - first, All: rows}
}

// Join compares the Fits of all ranks, and then copies the weights of rank 0 to all.
func (d *DataParallel) Join(net *model.Net, data dataset.Data, fit model.Fit, err error) error {
	var facts []Fact
	if err == nil {
		facts = factsOf(net, data, fit)
		err = cmp.Or(dataset.Err(data), dataset.Err(fit.Validation))
	}
	if err := Agree(d.group, err, facts...); err != nil {
		return err
	}
	weights := net.Weights()
	for _, w := range weights {
		values := model.Float64s(w)
		if err := d.group.Broadcast(values); err != nil {
			return fmt.Errorf("weights: %w", err)
		}
		model.SetFloat64s(w, values)
	}
	if err := net.SetWeights(weights); err != nil {
		return err
	}
	var own, all [1]float64
	for _, c := range fit.Callbacks {
		if c.ValidationBatch != nil {
			own[0] = 1
		}
	}
	if err := d.group.Sum64(all[:], own[:]); err != nil {
		return err
	}
	d.net, d.reducer, d.shown = net, newReducer(net, d.group), all[0] > 0
	return nil
}

// Ready sends the buckets that are complete with this gradient.
func (d *DataParallel) Ready(params []gorgonia.ValueGrad, index int) { d.reducer.ready(params, index) }

// Reduce sums statistics over the ranks.
func (d *DataParallel) Reduce(sums []float64) { d.reducer.reduce(sums) }

// Step sums gradients and stats of all ranks. If the solver of one rank would refuse the step, it fails on all.
func (d *DataParallel) Step(ctx context.Context, own model.Step, asked, failed error) (all model.Step,
	ending, err error) {
	if failed == nil {
		failed = solver.Validate(d.net.Config().Solver)
	}
	if failed != nil {
		own = model.Step{} // gradients may be missing
	}
	d.reducer.endPass()
	d.reducer.flush(own.Params)
	all.Sums, ending, err = d.finish(ctx, own.Sums, asked, failed)
	all.Params = d.reducer.params
	return all, ending, err
}

// Sum sums stats of all ranks between two steps.
func (d *DataParallel) Sum(ctx context.Context, own model.Sums, err error) (model.Sums, error) {
	all, ending, err := d.finish(ctx, own, err, nil)
	return all, cmp.Or(err, ending)
}

// stats is the vector that is summed at the end of each step: sums over the rows, and the number of ranks that end.
type stats struct{ own, all [6]float64 }

const (
	statLoss = iota
	statRight
	statRows
	statStopped
	statInterrupted
	statFailed
)

// finish returns the common outcome of all ranks.
func (d *DataParallel) finish(ctx context.Context, own model.Sums, asked, failed error) (all model.Sums,
	ending, err error) {
	var s stats
	switch {
	case failed != nil, asked == nil:
	case errors.Is(asked, model.ErrStop):
		s.own[statStopped] = 1
	case errors.Is(asked, model.ErrInterrupted), model.Cancelled(ctx, asked):
		s.own[statInterrupted] = 1
	default:
		failed = asked
	}
	if failed != nil {
		s.own[statFailed] = 1
	} else {
		s.own[statLoss], s.own[statRight], s.own[statRows] = own.Loss, float64(own.Right), float64(own.Rows)
	}
	bad, err := d.reducer.sum(&s)
	failed = cmp.Or(failed, bad)
	if err != nil {
		return model.Sums{}, nil, errors.Join(failed, err)
	}
	switch {
	case s.all[statFailed] > 0:
		return model.Sums{}, nil, Agree(d.group, failed)
	case s.own[statInterrupted] > 0:
		ending = asked
	case s.all[statInterrupted] > 0:
		ending = model.ErrInterrupted
	case s.all[statStopped] > 0:
		ending = model.ErrStop
	}
	return model.Sums{Loss: s.all[statLoss], Right: int(s.all[statRight]), Rows: int(s.all[statRows])}, ending, nil
}

// Leave ends a Fit. It returns an error if the weights of ranks differ, for example because a CPU computes differently.
func (d *DataParallel) Leave(err error) error {
	d.reducer.close()
	if err != nil && !errors.Is(err, model.ErrStop) {
		return err
	}
	sum := crc32.NewIEEE()
	for _, w := range d.net.Weights() {
		_ = binary.Write(sum, binary.LittleEndian, model.Float64s(w)) // a hash.Hash never returns an error
	}
	return cmp.Or(Agree(d.group, nil, Fact{"weights with the CRC-32", fmt.Sprintf("%08x", sum.Sum32())}), err)
}
