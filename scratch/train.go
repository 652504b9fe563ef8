package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/lang"
)

const (
	inputs = 3 // two and the bias
	hidden = 4
)

// task is a wanted output for each row of X.
type task struct {
	name lang.Word
	D    []float64
}

// epochOf is backpropEpoch or crossEntropyEpoch.
type epochOf func(W1 [][]float64, W2 []float64, X [][]float64, D []float64, alpha float64)

// newLayer draws W (3). The same seed gives the same weights.
func newLayer(seed uint32) []float64 {
	return uniform(rand.New(rand.NewPCG(uint64(seed), 0)), inputs)
}

// newNet draws W1 (4×3) row by row, then W2 (4).
func newNet(seed uint32) (W1 [][]float64, W2 []float64) {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for range hidden {
		W1 = append(W1, uniform(random, inputs))
	}
	return W1, uniform(random, hidden)
}

// course is a training run.
type course struct {
	task    task
	method  lang.Word
	outputs []float64   // y for each row of X, at the end
	every   int         // epochs from one recorded value to the next
	losses  []float64   // mean of (d-y)² over X before training, then after each of these steps
	weights [][]float64 // the same for each weight of the layer; nil for the net
}

const (
	recorded = 1000 // values of a curve, at most twice as many: a picture shows no more
	overflow = 1e100
)

// trainLayer trains one layer with the delta rule.
func trainLayer(ctx context.Context, r *cli.Run, t task) (course, error) {
	W := newLayer(r.Seed)
	return train(ctx, r, course{task: t, method: "delta rule"}, W,
		func() { deltaRuleEpoch(W, X, t.D, r.LearningRate) },
		func(x []float64) float64 { return output(W, x) })
}

// trainNet trains the net with a hidden layer.
func trainNet(ctx context.Context, r *cli.Run, t task, method lang.Word, epoch epochOf) (course, error) {
	W1, W2 := newNet(r.Seed)
	return fitNet(ctx, r, course{task: t, method: method}, W1, W2, epoch)
}

// fitNet trains the given net with a hidden layer.
func fitNet(ctx context.Context, r *cli.Run, c course, W1 [][]float64, W2 []float64, epoch epochOf) (course, error) {
	return train(ctx, r, c, nil,
		func() { epoch(W1, W2, X, c.task.D, r.LearningRate) },
		func(x []float64) float64 { return forward(W1, W2, x).y })
}

// train calls epoch r.Epochs times and records the outputs and the watched weights. An output that is NaN, or a weight
// of 1e100 or more, is an error.
func train(ctx context.Context, r *cli.Run, c course, watched []float64,
	epoch func(), output func(x []float64) float64) (course, error) {
	c.every = max(1, r.Epochs/recorded)
	c.outputs = make([]float64, len(X))
	c.weights = make([][]float64, len(watched))
	for n := 0; ; n++ {
		last := n == r.Epochs
		if last || n%c.every == 0 {
			if err := ctx.Err(); err != nil {
				return c, err
			}
			loss := 0.0
			for i, x := range X {
				c.outputs[i] = output(x)
				loss += (c.task.D[i] - c.outputs[i]) * (c.task.D[i] - c.outputs[i]) / float64(len(X))
			}
			if math.IsNaN(loss) {
				return c, c.diverged(r, n, "an output is NaN")
			}
			if n%c.every == 0 {
				c.losses = append(c.losses, loss)
				for j, w := range watched {
					if !(math.Abs(w) < overflow) {
						return c, c.diverged(r, n, fmt.Sprintf("weight %d is %.0e", j+1, w))
					}
					c.weights[j] = append(c.weights[j], w)
				}
			}
		}
		if last {
			return c, nil
		}
		epoch()
	}
}

func (c course) diverged(r *cli.Run, epochs int, symptom string) error {
	return fmt.Errorf("%s on %s: after %d epochs at -lr %g %s: try a smaller rate",
		c.method, c.task.name, epochs, r.LearningRate, symptom)
}

// loss is the mean of (d-y)² over X at the end.
func (c course) loss() float64 {
	sum := 0.0
	for i, y := range c.outputs {
		sum += (c.task.D[i] - y) * (c.task.D[i] - y)
	}
	return sum / float64(len(c.outputs))
}

// unsolved is the first row whose output is not within 0.5 of the wanted one, or -1.
func (c course) unsolved() int {
	for i, y := range c.outputs {
		if !(math.Abs(c.task.D[i]-y) < 0.5) {
			return i
		}
	}
	return -1
}

// below is the first recorded epoch with a mean of (d-y)² under limit, or -1.
func (c course) below(limit float64) int {
	for i, loss := range c.losses {
		if loss < limit {
			return i * c.every
		}
	}
	return -1
}
