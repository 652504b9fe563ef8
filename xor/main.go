// Command xor trains the lecture's smallest net on the exclusive or: 1 where two inputs differ.
//
// One straight line cannot separate the ones of XOR from its zeros; two lines can, joined by a
// function that is not linear. So the net has a hidden layer of two neurons, one for each line, with
// the sigmoid behind them. Whether it finds the two lines depends on the weights that it starts
// from: some seeds end in a place where two of the four answers stay at 1/2, in Keras too.
package main

import (
	"context"
	"flag"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

var (
	plain bool
	study string

	inputs, outputs = []string{"x1", "x2"}, []string{"x1 xor x2"}
)

var defaults = cli.Defaults{
	About:  "trains two layers on the exclusive or, which one layer cannot learn.",
	Epochs: 5000, Batch: 1, LearningRate: 0.1,
	Net: true, Predict: cli.Numbers("0,1"),
	Flags: func(f *flag.FlagSet) {
		f.BoolVar(&plain, "plain", false, "train the same net in stock Gorgonia, without layers (see plain.go)")
		f.StringVar(&study, "study", "", "do the study `NAME` instead: seeds")
	},
	Alone: map[string][]string{"plain": cli.FitFlags, "study": slices.Concat(cli.NetFlags, []string{"plain"})},
}

func main() { cli.Run("xor", defaults, run) }

func run(ctx context.Context, opt cli.Options) error {
	// data
	data := dataset.XOR()

	if study != "" {
		return runStudy(ctx, opt, data)
	}

	// model
	net := twoLayers()

	// compile, or take the net of -load
	if plain {
		opt.Dtype = tensor.Float64
	}
	err := net.Compile(model.Config{
		Loss: loss.MeanSquaredError, Solver: solver.NewSGD(opt.LearningRate),
		Seed: opt.Seed, Dtype: opt.Dtype})
	if err != nil {
		return err
	}
	if net, err = opt.Load(net, data); err != nil {
		return err
	}
	opt.Printf("%s", net.Summary())
	if err := opt.Graph(net); err != nil {
		return err
	}
	if err := watch(opt, net, data); err != nil {
		return err
	}

	// fit
	var history *model.History
	film := startFilm(net, opt)
	if plain {
		history, err = fitPlain(ctx, opt, data, net)
	} else {
		history, err = net.Fit(ctx, data, model.Fit{
			Epochs: opt.Epochs, Batch: opt.Batch, Check: opt.Check, Group: opt.Group, Callbacks: append(film.callbacks(), opt.Callbacks()...)})
	}
	if err != nil {
		return err
	}

	// save
	if err := opt.SaveModel(net); err != nil {
		return err
	}

	// show
	if err := opt.SaveRun(history, nil); err != nil {
		return err
	}
	if err := opt.Curves(history); err != nil {
		return err
	}
	if err := opt.Network(net, inputs, outputs); err != nil {
		return err
	}
	if err := film.draw(opt, data); err != nil {
		return err
	}
	return answers(opt, data, net, len(history.Epochs))
}

// twoLayers is the lecture's net.
func twoLayers() *model.Net {
	return model.Sequential(model.Input(2),
		layer.Dense{Units: 2, Activation: layer.Sigmoid}, // two lines
		layer.Dense{Units: 1, Activation: layer.Sigmoid}, // joined
	)
}
