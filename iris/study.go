package main

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/study"
)

// prepare reads the flowers for a study, and returns its number of seeds: that of -seeds, or standard without the flag.
func prepare(r *cli.Run, standard int) (train, test dataset.Set, count int, err error) {
	if seedCount < 0 || seedCount > 10000 {
		return train, test, 0, fmt.Errorf("-seeds %d: want 1 to 10000, or 0 for the study's own number", seedCount)
	}
	if count = seedCount; count == 0 {
		count = standard
	}
	train, test, err = flowers(r)
	return train, test, count, err
}

// deep returns the lecture's net with a number of hidden layers and their activation; the lecture has three with ReLU.
func deep(hidden int, activation layer.Activation) *model.Net {
	var layers []layer.Layer
	for range hidden {
		layers = append(layers, layer.Dense{Units: 32, Activation: activation})
	}
	layers = append(layers, layer.Dense{Units: 3, Activation: layer.Softmax})
	return model.Sequential(model.Input(4), layers...)
}

func compile(net *model.Net, s gorgonia.Solver, seed uint32) error {
	return net.Compile(model.Config{Loss: loss.CategoricalCrossentropy, Solver: s,
		Metrics: []model.Metric{model.Accuracy}, Seed: seed})
}

// optimizers trains the lecture's net from the same weights with one optimizer after another, each at
// Keras' default rate, or all at that of -lr if it is given.
func optimizers(ctx context.Context, r *cli.Run) error {
	train, test, count, err := prepare(r, 5)
	if err != nil {
		return err
	}
	race := study.Race{
		Net: func() *model.Net { return deep(3, layer.ReLU) }, Loss: loss.CategoricalCrossentropy,
		Train: train, Test: test, Epochs: r.Epochs, Batch: r.Batch, Seed: r.Seed, Seeds: count,
	}
	if r.Given("lr") {
		race.Rate = r.LearningRate
	}
	return study.RaceOptimizers(ctx, r, race)
}

// trained fits the lecture's net and counts the test flowers that it gets right.
func trained(ctx context.Context, r *cli.Run, s gorgonia.Solver, seed uint32,
	train, test dataset.Set) (*model.History, int, error) {
	net := deep(3, layer.ReLU)
	if err := compile(net, s, seed); err != nil {
		return nil, 0, err
	}
	history, err := net.Fit(ctx, train, model.Fit{Epochs: r.Epochs, Batch: r.Batch})
	if err != nil {
		return nil, 0, err
	}
	score, err := net.Evaluate(ctx, test)
	return history, int(math.Round(score.Accuracy * float64(test.Len()))), err
}

// seeds trains the lecture's net from the initial weights of many seeds, from -seed upwards, and counts the right
// answers of each.
func seeds(ctx context.Context, r *cli.Run) error {
	train, test, count, err := prepare(r, 100)
	if err != nil {
		return err
	}
	nets := make([]float64, test.Len()+1) // the number of nets by their number of right flowers
	worst := test.Len()
	for i := range uint32(count) {
		_, right, err := trained(ctx, r, solver.NewAdam(r.LearningRate), r.Seed+i, train, test)
		if err != nil {
			return fmt.Errorf("seed %d: %w", r.Seed+i, err)
		}
		nets[right]++
		worst = min(worst, right)
	}
	r.Printf("test flowers right   nets of %d\n", count)
	names := []string{}
	for right := worst; right <= test.Len(); right++ {
		r.Printf("%18d   %g\n", right, nets[right])
		names = append(names, strconv.Itoa(right))
	}
	nets = nets[worst:]
	study.Save(r, "seeds.csv", "right", worst, study.Column{Name: "nets", Values: nets})
	r.Draw(ctx, "seeds.png", func() (show.Drawing, error) {
		bars, err := chart.NewBars(names, nets)
		if err != nil {
			return nil, err
		}
		bars.Title = fmt.Sprintf("%d nets after %d epochs", count, r.Epochs)
		bars.XLabel, bars.YLabel = fmt.Sprintf("test flowers right, of %d", test.Len()), "nets"
		return bars, nil
	})
	return nil
}
