// Command linreg fits the lecture's plane to 25 people: blood fat from weight and age.
//
// The model is one Dense layer without an activation, y = w1·weight + w2·age + b; the loss is the
// mean squared error, how far the plane is from the people. Least squares computes the best answer by a formula, so one
// can watch an optimizer approach a known answer.
package main

import (
	"context"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

var defaults = cli.Defaults{
	About:  "fits a plane through 25 people: blood fat from weight and age.",
	Epochs: 5000, Batch: 32, LearningRate: 0.001,
	Net: true, Predict: bloodFat, Flags: flags,
}

func main() { cli.Main("linreg", defaults, run) }

func run(ctx context.Context, r *cli.Run) error {
	// data
	data, err := dataset.OpenBloodFat(file)
	if err != nil {
		return err
	}
	r.PrintSource(data)
	best, err := leastSquares(data)
	if err != nil {
		return err
	}
	r.Final("least_squares", best.mse(data))
	r.Curves = aboveFloor(best.mse(data))
	look(ctx, r, data)

	// model
	net := model.Sequential(model.Input(2), layer.Dense{Units: 1})

	// compile, or take the net of -load or -resume
	if plain {
		r.Dtype = tensor.Float64
	}
	net, err = r.Compile(net, model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewRMSprop(r.LearningRate)}, data,
		livePlane(data), show.LiveNetwork(dataset.BloodFatColumns[:2], dataset.BloodFatColumns[2:]))
	if err != nil {
		return err
	}

	// fit
	trajectory := startTrajectory(net)
	fit := func() (*model.History, error) { return net.Fit(ctx, data, r.Fit(nil, trajectory.callback(r.Epochs))) }
	if plain {
		fit = func() (*model.History, error) { return fitPlain(ctx, r, data, net) }
	}
	history, err := fit()
	if err != nil {
		return err
	}

	// evaluate, save, show
	return r.Finish(ctx, net, history, data, show.Curves, trajectory.draw(best), result(r, best))
}
