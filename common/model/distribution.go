package model

import (
	"context"
	"errors"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
)

// Distribution joins a Fit to those of other processes, as package ranks does: each rank computes a shard of every
// batch and of the validation, and all get the same weights and history. Fit calls the methods one at a time; each
// but Size, Shard and Ready waits for all ranks.
type Distribution interface {
	// Size is the number of ranks.
	Size() int
	// Shard is what this rank computes of a number of rows.
	Shard(rows int) Shard

	// Join is called first, with the error of this rank, if any. All ranks begin with the same settings, data and
	// weights, or get an error.
	Join(net *Net, data dataset.Data, fit Fit, err error) error

	// Ready is called during the backward pass, as soon as the gradient of one of the parameters is computed.
	Ready(params []gorgonia.ValueGrad, index int)
	// Reduce adds the sums of the other ranks to statistics of a shard, up to Net.Statistics of them, in the middle
	// of a forward or backward pass. An error is that of the next Step.
	Reduce(sums []float64)
	// Step sums the step over all ranks. asked is why this rank wants to end after it, ending why all do. failed is
	// the error of this rank, err that of any rank: then no rank moves the weights.
	Step(ctx context.Context, own Step, asked, failed error) (all Step, ending, err error)

	// Sum sums own over all ranks between two steps, and gives all ranks one error if err is not nil on one.
	Sum(ctx context.Context, own Sums, err error) (Sums, error)
	// Outputs gives a function that collects this rank's outputs of a validation, and one that then calls look with
	// those of all ranks. look may be nil.
	Outputs(rows Shard, look OutputFunc) (own OutputFunc, show func(context.Context) error)

	// Leave is called last, with the error that all ranks have; nil or an ErrStop becomes an error if the ranks have
	// different weights.
	Leave(err error) error
}

// Shard is the rows of a batch that one rank computes: First to First+Rows-1 of All.
type Shard struct{ First, Rows, All int }

// whole is all rows.
func whole(rows int) Shard { return Shard{Rows: rows, All: rows} }

// Sums are sums over rows.
type Sums struct {
	Loss  float64
	Right int // rows predicted right; 0 unless the accuracy is measured
	Rows  int
}

// Step is a step before the solver moves the weights.
type Step struct {
	Sums
	Params []gorgonia.ValueGrad // none if there are no rows, or nothing to learn
}

// OutputFunc gets the output of the net for the rows from first on.
type OutputFunc func(first int, output *tensor.Dense) error

// then is f and after it next; f may be nil.
func (f OutputFunc) then(next OutputFunc) OutputFunc {
	if f == nil {
		return next
	}
	return func(first int, output *tensor.Dense) error {
		if err := f(first, output); err != nil {
			return err
		}
		return next(first, output)
	}
}

// ErrInterrupted is what Fit returns on a rank when the context of another rank was cancelled.
var ErrInterrupted = errors.New("another rank was interrupted")

// alone is the Distribution of a single process.
type alone struct{}

func (alone) Size() int                                         { return 1 }
func (alone) Shard(rows int) Shard                              { return whole(rows) }
func (alone) Join(_ *Net, _ dataset.Data, _ Fit, e error) error { return e }
func (alone) Ready([]gorgonia.ValueGrad, int)                   {}
func (alone) Reduce([]float64)                                  {}

func (alone) Step(_ context.Context, own Step, asked, failed error) (all Step, ending, err error) {
	return own, asked, failed
}

func (alone) Sum(_ context.Context, own Sums, err error) (Sums, error) { return own, err }

func (alone) Outputs(_ Shard, look OutputFunc) (OutputFunc, func(context.Context) error) {
	return look, func(context.Context) error { return nil }
}

func (alone) Leave(err error) error { return err }
