// Package study trains a net many times and compares the runs, because one run from one seed proves little.
package study

import (
	"context"
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Optimizer makes solvers of one kind.
type Optimizer struct {
	Name string
	Rate float64 // Keras' default
	New  func(rate float64) (gorgonia.Solver, error)
}

// Optimizers returns the lecture's six optimizers. The two with momentum use 0.9.
func Optimizers() []Optimizer {
	var list []Optimizer
	for _, o := range []struct{ title, name string }{{"SGD", "sgd"}, {"SGD, momentum", "momentum"},
		{"SGD, Nesterov", "nesterov"}, {"Adagrad", "adagrad"}, {"RMSprop", "rmsprop"}, {"Adam", "adam"}} {
		list = append(list, Optimizer{o.title, solver.DefaultRate(o.name),
			func(rate float64) (gorgonia.Solver, error) { return solver.New(o.name, rate) }})
	}
	return list
}

// Race trains the same net with one optimizer after another, from the same initial weights and with the same batches,
// for each of several seeds.
type Race struct {
	Net         func() *model.Net // a new one for each run
	Loss        loss.Loss
	Train, Test dataset.Data
	Epochs      int
	Batch       int     // rows per step
	Seed        uint32  // the first one
	Seeds       int     // the number of seeds, from Seed upwards
	Rate        float64 // of all optimizers; 0: their defaults
}

// Lane is the result of one optimizer: for each epoch the median, lowest and highest training loss of the seeds, and
// their test accuracies at the end, in ascending order.
type Lane struct {
	Name              string
	Rate              float64
	Median, Low, High []float64
	Accuracy          []float64
}

// Run trains Seeds nets with each of the optimizers, and calls report with each lane when it is complete.
func (r Race) Run(ctx context.Context, optimizers []Optimizer, report func(Lane)) ([]Lane, error) {
	if r.Seeds < 1 || r.Epochs < 1 {
		return nil, fmt.Errorf("race: %d seeds and %d epochs, want at least 1 of each", r.Seeds, r.Epochs)
	}
	var lanes []Lane
	for _, o := range optimizers {
		lane := Lane{Name: o.Name, Rate: o.Rate}
		if r.Rate != 0 {
			lane.Rate = r.Rate
		}
		var losses [][]float64
		for i := range uint32(r.Seeds) {
			history, score, err := r.train(ctx, o, lane.Rate, r.Seed+i)
			if err != nil {
				return nil, fmt.Errorf("%s, seed %d: %w", o.Name, r.Seed+i, err)
			}
			losses = append(losses, history.Series("loss"))
			lane.Accuracy = append(lane.Accuracy, score.Accuracy)
		}
		slices.Sort(lane.Accuracy)
		for epoch := range r.Epochs {
			var values []float64
			for _, series := range losses {
				values = append(values, series[epoch])
			}
			slices.Sort(values)
			lane.Low, lane.High = append(lane.Low, values[0]), append(lane.High, values[len(values)-1])
			lane.Median = append(lane.Median, median(values))
		}
		lanes = append(lanes, lane)
		report(lane)
	}
	return lanes, nil
}

func (r Race) train(ctx context.Context, o Optimizer, rate float64, seed uint32) (*model.History, model.Score, error) {
	s, err := o.New(rate)
	if err != nil {
		return nil, model.Score{}, err
	}
	net := r.Net()
	err = net.Compile(model.Config{Loss: r.Loss, Solver: s, Metrics: []model.Metric{model.Accuracy}, Seed: seed})
	if err != nil {
		return nil, model.Score{}, err
	}
	history, err := net.Fit(ctx, r.Train, model.Fit{Epochs: r.Epochs, Batch: r.Batch})
	if err != nil {
		return nil, model.Score{}, err
	}
	score, err := net.Evaluate(ctx, r.Test)
	return history, score, err
}

// median is the middle one of ascending values, or the mean of the middle two.
func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
