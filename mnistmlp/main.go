// Command mnistmlp trains the lecture's multilayer perceptron on the handwritten digits of MNIST:
// about 98 % of the test digits after ten epochs.
//
// The picture is laid out as one vector of 784 pixels; 1000 hidden neurons look at all of them, and
// ten outputs are the probabilities of the digits. With -baseline there is no hidden layer: that is
// softmax regression, the linear model to compare with.
package main

import (
	"context"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

var baseline bool

var defaults = cli.Defaults{
	About:  "trains a multilayer perceptron to read handwritten digits.",
	Epochs: 10, Batch: 100, LearningRate: 0.001, MNIST: true,
	Net: true, Predict: show.Pictures(28, 28),
	Studies: []cli.Study{{Name: "optimizers", Run: optimizers}, {Name: "unscaled", Run: validateUnscaled}},
	Flags: func(f *cli.Flags) {
		f.Bool(&baseline, "baseline", "train the linear baseline instead: no hidden layer", cli.OfNet, cli.Not("load"))
	},
}

func main() { cli.Main("mnistmlp", defaults, run) }

func run(ctx context.Context, r *cli.Run) error {
	// data: 28x28 pixels from 0 to 1
	train, test, err := r.MNIST(28, 28)
	if err != nil {
		return err
	}

	// model
	classes := len(train.Classes()) // 10 digits
	net := perceptron(classes)
	if baseline {
		net = model.Sequential(model.Input(28, 28), layer.Flatten{}, layer.Dense{Units: classes, Activation: layer.Softmax})
	}

	// compile, or take the net of -load or -resume
	net, err = r.Compile(net, model.Config{
		Loss:    loss.SparseCategoricalCrossentropy, // it does the one-hot itself
		Solver:  solver.NewAdam(r.LearningRate),
		Metrics: []model.Metric{model.Accuracy},
	}, train, show.LiveWrong(test), show.LiveNetwork(nil, nil).Wide())
	if err != nil {
		return err
	}

	// look at the data, and fit
	show.FirstDigits(ctx, r, train)
	history, err := net.Fit(ctx, train, r.Fit(test))
	if err != nil {
		return err
	}

	// evaluate, save, show
	return r.Finish(ctx, net, history, test, show.Curves, show.WrongDigits, r.TestAccuracy)
}

// perceptron is the lecture's net.
func perceptron(classes int) *model.Net {
	return model.Sequential(model.Input(28, 28),
		layer.Flatten{}, // 784
		layer.Dense{Units: 1000, Activation: layer.ReLU},
		layer.Dense{Units: classes, Activation: layer.Softmax},
	)
}
