// Command mnistmlp trains the lecture's multilayer perceptron on the handwritten digits of MNIST:
// about 98 % of the test digits after ten epochs.
//
// The picture is laid out as one vector of 784 pixels; 1000 hidden neurons look at all of them, and
// ten outputs say how probable each digit is. With -baseline the hidden layer is left out: that is
// softmax regression, the linear model to compare with.
package main

import (
	"context"
	"flag"
	"slices"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

var (
	baseline bool
	study    string
)

var defaults = cli.Defaults{
	About:  "trains a multilayer perceptron to read handwritten digits.",
	Epochs: 10, Batch: 100, LearningRate: 0.001, MNIST: true,
	Net: true, Predict: cli.Pictures(28, 28),
	Flags: func(f *flag.FlagSet) {
		f.BoolVar(&baseline, "baseline", false, "train the linear baseline instead: no hidden layer")
		f.StringVar(&study, "study", "", "do the study `NAME` instead: optimizers")
	},
	Alone: map[string][]string{"baseline": {"load"}, "study": slices.Concat(cli.NetFlags, []string{"baseline"})},
}

func main() { cli.Run("mnistmlp", defaults, run) }

func run(ctx context.Context, opt cli.Options) error {
	if study != "" {
		return runStudy(ctx, opt)
	}

	// data: 28x28 pixels from 0 to 1
	train, test, err := opt.MNIST()
	if err != nil {
		return err
	}

	// model
	net := perceptron()
	if baseline {
		net = model.Sequential(model.Input(28, 28), layer.Flatten{}, layer.Dense{Units: 10, Activation: layer.Softmax})
	}

	// compile, or take the net of -load
	err = net.Compile(model.Config{
		Loss:    loss.SparseCategoricalCrossentropy, // it does the one-hot itself
		Solver:  solver.NewAdam(opt.LearningRate),
		Metrics: []model.Metric{model.Accuracy},
		Seed:    opt.Seed,
	})
	if err != nil {
		return err
	}
	if net, err = opt.Load(net, train); err != nil {
		return err
	}
	opt.Printf("%s", net.Summary())
	if err := opt.Graph(net); err != nil {
		return err
	}
	if err := opt.Live(live.View{Net: net, Pictures: []live.Picture{cli.LiveWrong(test), cli.LiveNetwork(net, nil, nil)}}); err != nil {
		return err
	}

	// fit
	history, err := net.Fit(ctx, train, model.Fit{
		Epochs: opt.Epochs, Batch: opt.Batch, Check: opt.Check, Group: opt.Group, Validation: test, Callbacks: opt.Callbacks(),
	})
	if err != nil {
		return err
	}

	// save
	if err := opt.SaveModel(net); err != nil {
		return err
	}

	// show
	score, err := net.Evaluate(ctx, test)
	if err != nil {
		return err
	}
	if err := opt.SaveRun(history, map[string]float64{"test_accuracy": score.Accuracy}); err != nil {
		return err
	}
	if err := opt.Curves(history); err != nil {
		return err
	}
	if err := opt.WrongDigits(net, test); err != nil {
		return err
	}
	opt.TestAccuracy(score, defaults)
	return nil
}

// perceptron is the lecture's net.
func perceptron() *model.Net {
	return model.Sequential(model.Input(28, 28),
		layer.Flatten{}, // 784
		layer.Dense{Units: 1000, Activation: layer.ReLU},
		layer.Dense{Units: 10, Activation: layer.Softmax},
	)
}
