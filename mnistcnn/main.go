// Command mnistcnn trains the lecture's convolutional network on the handwritten digits of MNIST:
// about 99 % of the test digits after five epochs.
//
// A convolution looks at a small window of the picture with the same few weights everywhere, so a
// stroke is recognised wherever it stands; pooling keeps the strongest answer of each 2x2 pixels and
// halves the picture. Dropout forgets a quarter of the values at random while training, so that no
// value is relied on alone.
package main

import (
	"context"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

var defaults = cli.Defaults{
	About:  "trains a convolutional network to read handwritten digits.",
	Epochs: 5, Batch: 32, LearningRate: 0.001, MNIST: true,
	Net: true, Model: "MNIST_CNN_model.h5", Predict: cli.Pictures(28, 28, 1),
}

func main() { cli.Run("mnistcnn", defaults, run) }

func run(ctx context.Context, opt cli.Options) error {
	// data: 28x28 pixels from 0 to 1, with one channel
	train, test, err := opt.MNIST()
	if err != nil {
		return err
	}
	if train, err = train.Reshape(28, 28, 1); err != nil {
		return err
	}
	if test, err = test.Reshape(28, 28, 1); err != nil {
		return err
	}

	// model
	net := model.Sequential(model.Input(28, 28, 1),
		layer.Conv2D{Filters: 32, Kernel: layer.Square(5), Padding: layer.Same, Activation: layer.ReLU}, // 28x28x32
		layer.MaxPool2D{}, // 14x14x32
		layer.Conv2D{Filters: 64, Kernel: layer.Square(2), Padding: layer.Same, Activation: layer.ReLU}, // 14x14x64
		layer.MaxPool2D{}, // 7x7x64
		layer.Dropout{Rate: 0.25},
		layer.Flatten{}, // 3136
		layer.Dense{Units: 1000, Activation: layer.ReLU},
		layer.Dense{Units: 10, Activation: layer.Softmax},
	)

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
	if err := opt.Live(live.View{Net: net, Pictures: []live.Picture{cli.LiveWrong(test), windows(net)}}); err != nil {
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
	if err := kernels(opt, net); err != nil {
		return err
	}
	if err := features(opt, net, test); err != nil {
		return err
	}
	opt.TestAccuracy(score, defaults)
	return nil
}
