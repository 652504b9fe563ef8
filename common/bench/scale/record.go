package main

import (
	"context"
	"slices"
	"time"

	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
)

// recorder is a ranks.Group with rank 0 only. It records the sizes and times of the all-reduces and sums nothing, so
// the trained weights have no meaning. Fit calls it from one goroutine, and waits for that before the end of each step.
type recorder struct {
	size  int
	begin time.Time // of the step
	now   step
}

func (r *recorder) Rank() int                 { return 0 }
func (r *recorder) Size() int                 { return r.size }
func (r *recorder) Broadcast([]float64) error { return nil }
func (r *recorder) Machines() int             { return r.size } // each sends its buckets during the backward pass

func (r *recorder) Sum32(_, own []float32) error {
	r.now.values = append(r.now.values, len(own))
	r.now.ready = append(r.now.ready, time.Since(r.begin).Seconds())
	return nil
}

// Sum64 is the last sum of a step.
func (r *recorder) Sum64(sum, own []float64) error {
	r.now.backward = time.Since(r.begin).Seconds()
	copy(sum, own)
	return nil
}

func (r *recorder) Gather(own string) ([]string, error) {
	return slices.Repeat([]string{own}, r.size), nil
}

// record trains a net as rank 0 of size ranks, with rows in a step of all ranks, and returns its steps. It trains for
// at least the given time, after the same time to warm up.
func record(n *model.Net, data dataset.Set, size, rows int, within time.Duration) (steps []step, err error) {
	r, start := &recorder{size: size}, time.Now()
	whole := data.First(data.Len() / rows * rows)
	_, err = n.Fit(context.Background(), whole, model.Fit{Epochs: 1 << 20, Batch: rows, Distribution: ranks.New(r),
		Callbacks: []model.Callback{{BatchEnd: func(model.Batch) error {
			now := time.Now()
			r.now.total = now.Sub(r.begin).Seconds()
			steps = append(steps, r.now)
			r.begin, r.now = now, step{}
			if len(steps) > 1 && now.Sub(start) >= 2*within {
				return model.ErrStop
			}
			return nil
		}}}})
	return steps[len(steps)/2:], err
}

// medians returns a step whose times are the medians of those of all steps.
func medians(steps []step) step {
	median := func(of func(step) float64) float64 {
		var list report.Samples
		for _, s := range steps {
			list = append(list, of(s))
		}
		return list.Median()
	}
	m := step{values: steps[0].values, backward: median(func(s step) float64 { return s.backward }),
		total: median(func(s step) float64 { return s.total })}
	for i := range m.values {
		m.ready = append(m.ready, median(func(s step) float64 { return s.ready[i] }))
	}
	return m
}
