package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/mpirun"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/ranks/mpi"
)

// timed is a group that adds up how long its sums take: also the waiting for ranks that come later.
type timed struct {
	ranks.Group
	nanoseconds atomic.Int64
}

func (t *timed) Sum32(sum, own []float32) error {
	defer t.since(time.Now())
	return t.Group.Sum32(sum, own)
}

func (t *timed) Sum64(sum, own []float64) error {
	defer t.since(time.Now())
	return t.Group.Sum64(sum, own)
}

func (t *timed) since(start time.Time) { t.nanoseconds.Add(int64(time.Since(start))) }

// train times steps of a new net through Fit, without validation, in parts. Rank 0 says when it is enough.
func train(w bench.Work, data dataset.Set, batch int, world mpi.World, within time.Duration) ([]mpirun.Line, error) {
	net, err := w.Compile()
	if err != nil {
		return nil, err
	}
	if batch > data.Len() {
		return nil, fmt.Errorf("there are %d rows", data.Len())
	}
	clock := clock{within: within}
	const enough = 1 << 20 // the clock ends it
	fit := model.Fit{Epochs: enough, Batch: batch}
	if world != nil {
		clock.sums = &timed{Group: world}
		fit.Distribution = ranks.New(clock.sums)
	}
	if first(world) {
		fit.Callbacks = []model.Callback{{BatchEnd: clock.step}}
	}
	// whole batches only: a smaller one at the end of an epoch needs another graph
	if _, err := net.Fit(context.Background(), data.First(data.Len()/batch*batch), fit); err != nil {
		return nil, err
	}
	for i := range clock.parts {
		clock.parts[i].Batch = batch
	}
	return clock.parts, nil
}

// parts are timed on their own: what disturbs the machine for a moment shows in one of them.
const parts = 4

// clock times steps: none of the first one, which builds the graph, then some to warm up, then the parts that count.
type clock struct {
	within time.Duration // of all parts together, and at least of the steps before
	least  int           // steps before
	sums   *timed        // nil: alone

	first, begin time.Time     // of the warming up, and of the part
	before       time.Duration // in sums, when the part began
	steps        int           // of the part, or before
	parts        []mpirun.Line
}

func (c *clock) step(b model.Batch) error {
	now := time.Now()
	switch {
	case len(c.parts) == parts: // the step that all do behind the last
	case c.first.IsZero():
		c.first = now
	case c.begin.IsZero():
		if c.steps++; now.Sub(c.first) >= c.within && c.steps >= c.least {
			c.begin, c.before, c.steps = now, c.summed(), 0
		}
	default:
		c.steps++
		took := now.Sub(c.begin)
		if took < c.within/parts {
			break
		}
		summed := c.summed()
		c.parts = append(c.parts, mpirun.Line{Timed: mpirun.TimedTrain, Steps: c.steps, Seconds: took.Seconds(),
			Reduce: (summed - c.before).Seconds(), Loss: b.Loss})
		c.begin, c.before, c.steps = now, summed, 0
		if len(c.parts) == parts {
			return model.ErrStop
		}
	}
	return nil
}

func (c *clock) summed() time.Duration {
	if c.sums == nil {
		return 0
	}
	return time.Duration(c.sums.nanoseconds.Load())
}
