package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/study"
)

// seedCount is the number of seeds of -study seeds, from -seed upwards.
var seedCount int

// losses are the losses that the study compares.
var losses = [2]struct {
	name  lang.Word
	epoch epochOf
}{{"squared error", backpropEpoch}, {"cross-entropy", crossEntropyEpoch}}

// near is the bound of a small mean of (d-y)²; a neuron whose output is below off is off.
const near, off = 0.01, 0.01

// ends has the results of nets with the same initial weights, one for each loss.
type ends [len(losses)]end

type end struct {
	loss     float64 // mean of (d-y)²
	soon     int     // the first recorded epoch with a loss below near, or the one after all recorded ones
	farthest float64 // the largest |d-y|
	off      bool    // no hidden neuron is on for the input of that
}

// seeds trains the net on XOR from the initial weights of many seeds, and counts how many of the nets solve it.
func seeds(ctx context.Context, r *cli.Run) error {
	if seedCount < 1 || seedCount > 10000 {
		return fmt.Errorf("-seeds %d: want 1 to 10000", seedCount)
	}
	all := make([]ends, seedCount)
	for i := range all {
		seed := r.Seed + uint32(i)
		for k, loss := range losses {
			W1, W2 := newNet(seed)
			c, err := fitNet(ctx, r, course{task: xor, method: loss.name}, W1, W2, loss.epoch)
			if err != nil {
				return fmt.Errorf("seed %d: %w", seed, err)
			}
			all[i][k] = endOf(c, W1, W2)
		}
	}
	report(r, all)
	columns := make([]study.Column, len(losses))
	for k, loss := range losses {
		columns[k].Name = "mean (d-y)² of " + string(loss.name)
		for _, e := range all {
			columns[k].Values = append(columns[k].Values, e[k].loss)
		}
	}
	study.Save(r, "seeds.csv", "seed", int(r.Seed), columns...)
	return nil
}

func endOf(c course, W1 [][]float64, W2 []float64) end {
	e := end{loss: c.loss(), soon: c.below(near)}
	if e.soon < 0 {
		e.soon = c.every * len(c.losses)
	}
	for i, y := range c.outputs {
		if far := math.Abs(c.task.D[i] - y); far > e.farthest {
			e.farthest, e.off = far, slices.Max(forward(W1, W2, X[i]).y1) < off
		}
	}
	return e
}

// count returns the number of seeds for which has is true.
func count(all []ends, has func(ends) bool) (n int) {
	for _, e := range all {
		if has(e) {
			n++
		}
	}
	return n
}

func report(r *cli.Run, all []ends) {
	r.Printf("XOR from the first weights of seeds %d to %d, %d epochs at -lr %g\n\n",
		r.Seed, int(r.Seed)+len(all)-1, r.Epochs, r.LearningRate)
	r.Printf("%-16s%24s%24s\n", "", lang.Word("all four within 0.5"), lang.Word("all four within 0.1"))
	failed, resting := 0, 0
	for k, loss := range losses {
		within := func(limit float64) int { return count(all, func(e ends) bool { return e[k].farthest < limit }) }
		r.Printf("%-16s%24d%24d\n", loss.name, within(0.5), within(0.1))
		failed += len(all) - within(0.5)
		resting += count(all, func(e ends) bool { return e[k].farthest >= 0.5 && e[k].off })
	}
	closer := func(e ends) bool { return e[1].loss < e[0].loss }
	r.Printf("\nmean (d-y)²: cross-entropy ends closer from %d of %d seeds\n", count(all, closer), len(all))
	both := slices.DeleteFunc(slices.Clone(all), func(e ends) bool { return max(e[0].farthest, e[1].farthest) >= 0.1 })
	if n := len(both); n > 0 {
		r.Printf("both within 0.1: %d seeds; of these cross-entropy ends closer from %d, and is below %g first from %d\n",
			n, count(both, closer), near, count(both, func(e ends) bool { return e[1].soon < e[0].soon }))
		r.Printf("median of the first epochs below %g: %d with the squared error, %d with cross-entropy\n",
			near, median(both, 0), median(both, 1))
	}
	r.Printf("not within 0.5: %d nets; in %d of them all hidden neurons are off for the input that fails\n", failed, resting)
}

// median returns the median of the first epochs with a small mean of (d-y)².
func median(all []ends, loss int) int {
	var epochs []int
	for _, e := range all {
		epochs = append(epochs, e[loss].soon)
	}
	slices.Sort(epochs)
	return epochs[len(epochs)/2]
}
