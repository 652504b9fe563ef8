// Command linreg fits the lecture's straight plane through 25 people: blood fat from weight and age.
//
// The model is one Dense layer without an activation, y = w1·weight + w2·age + b; the loss is the
// mean squared error, how far the plane is from the people. A formula has the answer, least squares,
// so this is where to watch an optimizer walk towards an answer that is known.
package main

import (
	"context"
	"flag"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

var (
	plain                           bool
	file                            string
	weight, age, elevation, azimuth float64
)

var defaults = cli.Defaults{
	About:  "fits a plane through 25 people: blood fat from weight and age.",
	Epochs: 5000, Batch: 32, LearningRate: 0.001,
	Net: true, Predict: cli.Numbers("60,40"),
	Flags: func(f *flag.FlagSet) {
		f.BoolVar(&plain, "plain", false, "train the same net in stock Gorgonia, without layers (see plain.go)")
		f.StringVar(&file, "data", "", "read the table from this CSV `FILE`, under the header weight,age,bloodfat")
		f.Float64Var(&weight, "weight", 60, "predict for a person of this weight, in `KG`")
		f.Float64Var(&age, "age", 40, "predict for a person of this age, in `YEARS`")
		f.Float64Var(&elevation, "elevation", 15, "see the 3-D pictures from `DEGREES` above")
		f.Float64Var(&azimuth, "azimuth", 15, "turn the 3-D pictures by `DEGREES`")
	},
	Alone: map[string][]string{"plain": cli.FitFlags}, Free: []string{"weight", "age", "elevation", "azimuth"},
}

func main() { cli.Run("linreg", defaults, run) }

func run(ctx context.Context, opt cli.Options) error {
	if plain {
		opt.Dtype = tensor.Float64
	}

	// data
	data, err := dataset.OpenBloodFat(file)
	if err != nil {
		return err
	}
	person, err := person()
	if err != nil {
		return err
	}
	best, err := leastSquares(data)
	if err != nil {
		return err
	}
	if err := look(opt, data); err != nil {
		return err
	}

	// model
	net := model.Sequential(model.Input(2), layer.Dense{Units: 1})

	// compile, or take the net of -load
	err = net.Compile(model.Config{
		Loss: loss.MeanSquaredError, Solver: solver.NewRMSprop(opt.LearningRate),
		Seed: opt.Seed, Dtype: opt.Dtype})
	if err != nil {
		return err
	}
	if net, err = opt.Load(net, data); err != nil {
		return err
	}
	if err := isPlane(net); err != nil {
		return err
	}
	opt.Printf("%s", net.Summary())
	if err := opt.Graph(net); err != nil {
		return err
	}
	if err := watch(opt, net, data, best.mse(data)); err != nil {
		return err
	}

	// fit
	var history *model.History
	way := startWay(net)
	if plain {
		history, err = fitPlain(ctx, opt, data, net)
	} else {
		history, err = net.Fit(ctx, data, model.Fit{
			Epochs: opt.Epochs, Batch: opt.Batch, Check: opt.Check, Group: opt.Group, Callbacks: append([]model.Callback{way.callback(opt.Epochs)}, opt.Callbacks()...)})
	}
	if err != nil {
		return err
	}

	// save
	if err := opt.SaveModel(net); err != nil {
		return err
	}

	// show
	if err := opt.SaveRun(history, map[string]float64{"least_squares": best.mse(data)}); err != nil {
		return err
	}
	if err := curve(opt, history, best.mse(data)); err != nil {
		return err
	}
	if err := way.draw(opt, data, best); err != nil {
		return err
	}
	return result(ctx, opt, data, person, net, best)
}
