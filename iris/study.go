package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/study"
)

// studies are what -study can be. Each prints a table and saves NAME.csv and NAME.png.
var studies = map[string]func(ctx context.Context, opt cli.Options, train, test dataset.Set) error{
	"vanishing":  vanishing,
	"optimizers": optimizers,
	"seeds":      seeds,
}

func runStudy(ctx context.Context, opt cli.Options, train, test dataset.Set) error {
	run, ok := studies[studyName]
	if !ok {
		names := slices.Sorted(maps.Keys(studies))
		return fmt.Errorf("-study %q: must be one of %s", studyName, strings.Join(names, ", "))
	}
	if seedCount < 0 || seedCount > 10000 {
		return fmt.Errorf("-seeds %d: want 1 to 10000, or 0 for the study's own number", seedCount)
	}
	return run(ctx, opt, train, test)
}

// seedsOr is -seeds, or the study's own number of them.
func seedsOr(standard int) int {
	if seedCount > 0 {
		return seedCount
	}
	return standard
}

// deep is the lecture's net with any number of hidden layers and any activation in them; with three
// and ReLU it is that of run.
func deep(hidden int, activation layer.Activation) *model.Net {
	var layers []layer.Layer
	for range hidden {
		layers = append(layers, layer.Dense{Units: 32, Activation: activation})
	}
	layers = append(layers, layer.Dense{Units: 3, Activation: layer.Softmax})
	return model.Sequential(model.Input(4), layers...)
}

func compile(net *model.Net, s gorgonia.Solver, seed uint64) error {
	return net.Compile(model.Config{Loss: loss.CategoricalCrossentropy, Solver: s,
		Metrics: []model.Metric{model.Accuracy}, Seed: seed})
}

// optimizers trains the lecture's net from the same weights with one optimizer after another, each at
// Keras' default rate, or all at that of -lr if it is given.
func optimizers(ctx context.Context, opt cli.Options, train, test dataset.Set) error {
	race := study.Race{
		Net: func() *model.Net { return deep(3, layer.ReLU) }, Loss: loss.CategoricalCrossentropy,
		Train: train, Test: test, Epochs: opt.Epochs, Batch: opt.Batch, Seed: opt.Seed, Seeds: seedsOr(5),
	}
	if opt.Given("lr") {
		race.Rate = opt.LearningRate
	}
	return study.RaceOptimizers(ctx, opt, race)
}

// trained fits the lecture's net and counts the test flowers that it gets right.
func trained(ctx context.Context, opt cli.Options, s gorgonia.Solver, seed uint64,
	train, test dataset.Set) (*model.History, int, error) {
	net := deep(3, layer.ReLU)
	if err := compile(net, s, seed); err != nil {
		return nil, 0, err
	}
	history, err := net.Fit(ctx, train, model.Fit{Epochs: opt.Epochs, Batch: opt.Batch})
	if err != nil {
		return nil, 0, err
	}
	score, err := net.Evaluate(ctx, test)
	return history, int(math.Round(score.Accuracy * float64(test.Len()))), err
}

// seeds trains the lecture's net from many first weights, from -seed upwards: how much of a result is
// luck?
func seeds(ctx context.Context, opt cli.Options, train, test dataset.Set) error {
	nets := make([]float64, test.Len()+1) // by the number of flowers that they get right
	worst, count := test.Len(), seedsOr(100)
	for i := range uint64(count) {
		_, right, err := trained(ctx, opt, solver.NewAdam(opt.LearningRate), opt.Seed+i, train, test)
		if err != nil {
			return fmt.Errorf("seed %d: %w", opt.Seed+i, err)
		}
		nets[right]++
		worst = min(worst, right)
	}
	opt.Printf("test flowers right   nets of %d\n", count)
	names := []string{}
	for right := worst; right <= test.Len(); right++ {
		opt.Printf("%18d   %g\n", right, nets[right])
		names = append(names, strconv.Itoa(right))
	}
	nets = nets[worst:]
	bars, err := chart.NewBars(names, nets)
	if err != nil {
		return err
	}
	bars.Title = fmt.Sprintf("%d nets after %d epochs", count, opt.Epochs)
	bars.XLabel, bars.YLabel = fmt.Sprintf("test flowers right, of %d", test.Len()), "nets"
	if err := study.Save(opt, "seeds.csv", "right", worst, study.Column{Name: "nets", Values: nets}); err != nil {
		return err
	}
	return opt.Picture("seeds.png", bars)
}
