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
)

// studies are what -study can be. Each prints a table and saves NAME.csv and NAME.png.
var studies = map[string]func(ctx context.Context, opt cli.Options, train, test dataset.Set) error{
	"vanishing":  vanishing,
	"optimizers": optimizers,
	"seeds":      seeds,
}

func runStudy(ctx context.Context, opt cli.Options, train, test dataset.Set) error {
	run, ok := studies[study]
	if !ok {
		names := slices.Sorted(maps.Keys(studies))
		return fmt.Errorf("-study %q: must be one of %s", study, strings.Join(names, ", "))
	}
	return run(ctx, opt, train, test)
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

// gradientSizes is the mean absolute gradient of each layer's kernel at the first step, over all
// flowers; the output layer is the last one.
func gradientSizes(net *model.Net, seed uint64, train dataset.Set) ([]float64, error) {
	if err := compile(net, solver.NewSGD(0.01), seed); err != nil { // no step is made
		return nil, err
	}
	gradients, err := net.Gradients(train)
	if err != nil {
		return nil, err
	}
	var sizes []float64
	for i, p := range net.Params() {
		if !strings.HasSuffix(p.Name, ".kernel") {
			continue
		}
		values, sum := model.Float64s(gradients[i]), 0.0
		for _, g := range values {
			sum += math.Abs(g)
		}
		sizes = append(sizes, sum/float64(len(values)))
	}
	return sizes, nil
}

// vanishing compares the gradients of sigmoid and of ReLU nets, layer by layer.
func vanishing(_ context.Context, opt cli.Options, train, _ dataset.Set) error {
	var series []chart.Series
	for _, activation := range []layer.Activation{layer.Sigmoid, layer.ReLU} {
		for _, hidden := range []int{3, 6, 10} {
			sizes, err := gradientSizes(deep(hidden, activation), opt.Seed, train)
			if err != nil {
				return err
			}
			series = append(series, chart.Series{Name: fmt.Sprintf("%v %d", activation, hidden), Values: sizes})
		}
	}
	opt.Printf("mean absolute gradient of each layer's kernel at the first step\nlayer")
	for _, s := range series {
		opt.Printf("  %10s", s.Name)
	}
	for row := range rows(series) {
		opt.Printf("\n%5d", row+1)
		for _, s := range series {
			opt.Printf("  %10s", cell(s.Values, row, "%.2e"))
		}
	}
	opt.Printf("\n")
	return show(opt, "vanishing", "mean absolute gradient of each layer's kernel at the first step",
		"layer, counted from the input; the last one is the output", "gradient", series)
}

// optimizers trains the lecture's net from the same weights with one optimizer after another, each at
// Keras' default rate, or all at that of -lr if it is given.
func optimizers(ctx context.Context, opt cli.Options, train, test dataset.Set) error {
	rate := func(standard float64) float64 {
		if opt.LearningRate != defaults.LearningRate {
			return opt.LearningRate
		}
		return standard
	}
	slow, fast := rate(0.001), rate(0.01)
	var series []chart.Series
	opt.Printf("%-14s %8s %12s   test flowers right\n", "optimizer", "rate", "loss")
	for _, c := range []struct {
		name   string
		rate   float64
		solver gorgonia.Solver
	}{
		{"SGD", fast, solver.NewSGD(fast)},
		{"SGD, momentum", fast, &solver.SGD{LearningRate: fast, Momentum: 0.9}},
		{"SGD, Nesterov", fast, &solver.SGD{LearningRate: fast, Momentum: 0.9, Nesterov: true}},
		{"Adagrad", slow, solver.NewAdagrad(slow)},
		{"RMSprop", slow, solver.NewRMSprop(slow)},
		{"Adam", slow, solver.NewAdam(slow)},
	} {
		history, right, err := trained(ctx, opt, c.solver, opt.Seed, train, test)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		opt.Printf("%-14s %8g %12.4g   %d of %d\n", c.name, c.rate, history.Last().Loss, right, test.Len())
		series = append(series, chart.Series{Name: c.name, Values: history.Series("loss")})
	}
	return show(opt, "optimizers", "training loss from the same first weights", "epoch", "loss", series)
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

// seedCount is how many seeds are tried, from -seed upwards.
const seedCount = 100

// seeds trains the lecture's net from many first weights: how much of a result is luck?
func seeds(ctx context.Context, opt cli.Options, train, test dataset.Set) error {
	nets := make([]float64, test.Len()+1) // by the number of flowers that they get right
	worst := test.Len()
	for i := range uint64(seedCount) {
		_, right, err := trained(ctx, opt, solver.NewAdam(opt.LearningRate), opt.Seed+i, train, test)
		if err != nil {
			return fmt.Errorf("seed %d: %w", opt.Seed+i, err)
		}
		nets[right]++
		worst = min(worst, right)
	}
	opt.Printf("test flowers right   nets of %d\n", seedCount)
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
	bars.Title = fmt.Sprintf("%d nets after %d epochs", seedCount, opt.Epochs)
	bars.XLabel, bars.YLabel = fmt.Sprintf("test flowers right, of %d", test.Len()), "nets"
	if err := save(opt, "seeds", "right", worst, []chart.Series{{Name: "nets", Values: nets}}); err != nil {
		return err
	}
	return opt.Picture("seeds.png", bars)
}
