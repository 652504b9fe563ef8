// Command xor trains the lecture's smallest net on the exclusive or: 1 where two inputs differ.
//
// One straight line cannot separate the ones of XOR from its zeros; two lines can, joined by a function that is not
// linear. So the net has a hidden layer of two neurons, one for each line, with the sigmoid as their activation. Whether
// it finds the two lines depends on its first weights: with some seeds two of the four answers stay at 1/2, in Keras too.
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

var plain bool
var hidden int

var inputs, outputs = []string{"x1", "x2"}, []string{"x1 xor x2"}

var defaults = cli.Defaults{
	About:  "trains two layers on the exclusive or, which one layer cannot learn.",
	Epochs: 5000, Batch: 1, LearningRate: 0.1, Net: true,
	Predict: &show.Prediction{Output: outputs[0], Chance: true,
		Inputs: []show.Slider{{Name: "x1", Max: 1, Step: 0.01, Value: 1}, {Name: "x2", Max: 1, Step: 0.01}}},
	Studies: []cli.Study{{Name: "seeds", Run: seeds}},
	Flags: func(f *cli.Flags) {
		f.Bool(&plain, "plain", "train the same net in stock Gorgonia, without layers (see plain.go)", cli.OfNet, cli.Alone)
		f.Count(&hidden, "hidden", 2, 1, 1000, "put `N` neurons in the hidden layer",
			cli.OfNet, cli.Not("load", "plain"), cli.OnPage(1, 1000))
	},
}

func main() { cli.Main("xor", defaults, run) }

func run(ctx context.Context, r *cli.Run) error {
	// data
	data := dataset.XOR()

	// model
	net := twoLayers(hidden)

	// compile, or take the net of -load or -resume
	if plain {
		r.Dtype = tensor.Float64
	}
	net, err := r.Compile(net, model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(r.LearningRate)}, data,
		liveSurface(data), show.LiveNetwork(inputs, outputs))
	if err != nil {
		return err
	}

	// fit
	film := startFilm(r, net)
	fit := func() (*model.History, error) { return net.Fit(ctx, data, r.Fit(nil, film.callbacks()...)) }
	if plain {
		fit = func() (*model.History, error) { return fitPlain(ctx, r, data, net) }
	}
	history, err := fit()
	if err != nil {
		return err
	}

	// save, show
	return r.Finish(ctx, net, history, data, show.Curves, show.Network(inputs, outputs), film.draw, answers(r))
}

// twoLayers is the lecture's net, which has two hidden neurons.
func twoLayers(hidden int) *model.Net {
	return model.Sequential(model.Input(2),
		layer.Dense{Units: hidden, Activation: layer.Sigmoid}, // a line for each neuron
		layer.Dense{Units: 1, Activation: layer.Sigmoid},      // joined
	)
}
