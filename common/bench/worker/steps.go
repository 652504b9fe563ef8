package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/ranks/mpi"
)

// timed is a group that measures the time of its sums, including the wait for slower ranks.
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

// timeSteps times steps with each batch size. Rank 0 prints the results.
func timeSteps(w bench.Work, data dataset.Set, batches []int, before int, world mpi.World,
	within time.Duration) error {
	if world != nil { // one more, as in the programs: the goroutine that sends gradients is in C most of the time
		workers := runtime.GOMAXPROCS(0)
		kernel.SetWorkers(workers)
		runtime.GOMAXPROCS(workers + 1)
	}
	for _, batch := range batches {
		lines, err := train(w, data, batch, before, world, within)
		for _, l := range lines {
			err = errors.Join(err, bench.Say(l))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	return nil
}

// train times steps of a new net through Fit, without validation, in timedParts parts. It trains the given number of
// steps with the lecture's batch size before. Rank 0 decides when to stop.
func train(w bench.Work, data dataset.Set, batch, before int, world mpi.World,
	within time.Duration) ([]bench.Line, error) {
	net, err := w.Compile()
	if err != nil {
		return nil, err
	}
	if batch > data.Len() {
		return nil, fmt.Errorf("batch size %d, want at most %d, the rows of the data", batch, data.Len())
	}
	clock := clock{batch: batch, within: within}
	const enough = 1 << 20 // the clock ends the training earlier
	fit := model.Fit{Epochs: enough, Batch: batch}
	if world != nil {
		clock.sums = &timed{Group: world}
		fit.Distribution = ranks.New(clock.sums)
	}
	if world == nil || world.Rank() == 0 {
		fit.Callbacks = []model.Callback{{BatchEnd: clock.step}}
	}
	if before > 0 {
		warm := model.Fit{Epochs: 1, Batch: w.Batch, Distribution: fit.Distribution}
		if _, err := net.Fit(context.Background(), data.First(min(before*w.Batch, data.Len())), warm); err != nil {
			return nil, err
		}
	}
	// complete batches only: a smaller one would need another graph
	_, err = net.Fit(context.Background(), data.First(data.Len()/batch*batch), fit)
	return clock.lines, err
}

// timedParts is the number of parts, timed separately so that a short disturbance affects only one of them.
const timedParts = 4

// clock times steps in parts, after the first step, which builds the graph, and those that warm up.
type clock struct {
	batch  int
	within time.Duration // of all parts together, and of the warm-up
	sums   *timed        // nil: one rank

	first, begin time.Time     // the start of the warm-up and of the part
	before       time.Duration // the time in sums at the start of the part
	steps        int           // in the part
	lines        []bench.Line
}

func (c *clock) step(b model.Batch) error {
	now := time.Now()
	switch {
	case len(c.lines) == timedParts: // the ranks make one more step after the last part
	case c.first.IsZero():
		c.first = now
	case c.begin.IsZero():
		if now.Sub(c.first) >= c.within {
			c.begin, c.before = now, c.summed()
		}
	default:
		c.steps++
		took := now.Sub(c.begin)
		if took < c.within/timedParts {
			break
		}
		summed := c.summed()
		c.lines = append(c.lines, bench.Line{Timed: bench.Train, Batch: c.batch, Steps: c.steps, Seconds: took.Seconds(),
			Reduce: (summed - c.before).Seconds(), Loss: b.Loss})
		c.begin, c.before, c.steps = now, summed, 0
		if len(c.lines) == timedParts {
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
