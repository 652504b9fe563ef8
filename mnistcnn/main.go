// Command mnistcnn trains the lecture's convolutional network on the handwritten digits of MNIST:
// about 99 % of the test digits after five epochs.
//
// A convolution looks at a small window of the picture with the same few weights everywhere, so a
// stroke is recognised wherever it stands; pooling keeps the strongest answer of each 2x2 pixels and
// halves the picture. Dropout sets a quarter of the values to zero at random while training, so that
// the net relies on no value alone.
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

var defaults = cli.Defaults{
	About:  "trains a convolutional network to read handwritten digits.",
	Epochs: 5, Batch: 32, LearningRate: 0.001, MNIST: true,
	Net: true, Model: "MNIST_CNN_model.h5", Predict: show.Pictures(28, 28, 1),
}

func main() { cli.Main("mnistcnn", defaults, run) }

func run(ctx context.Context, r *cli.Run) error {
	// data: 28x28 pixels from 0 to 1, with one channel
	train, test, err := r.MNIST(28, 28, 1)
	if err != nil {
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
		layer.Dense{Units: len(train.Classes()), Activation: layer.Softmax}, // 10 digits
	)

	// compile, or take the net of -load or -resume
	net, err = r.Compile(net, model.Config{
		Loss:    loss.SparseCategoricalCrossentropy, // it does the one-hot itself
		Solver:  solver.NewAdam(r.LearningRate),
		Metrics: []model.Metric{model.Accuracy},
	}, train, show.LiveWrong(test), liveKernels.Wide())
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
	return r.Finish(ctx, net, history, test, show.Curves, show.WrongDigits, kernels, features, r.TestAccuracy)
}
