// Command iris trains a net to classify three species of iris by the lengths and widths of sepals and petals.
//
// The species are one-hot encoded: for classes 0, 1 and 2 a prediction of 2 for a true 0 is not twice
// as wrong as a 1. Softmax makes the three outputs probabilities, and the largest is the answer. The
// hidden layers use ReLU: with the sigmoid the gradient shrinks from layer to layer on the backward pass,
// as -study vanishing shows.
package main

import (
	"context"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

var defaults = cli.Defaults{
	About:  "tells three species of iris by the lengths of their sepals and petals.",
	Epochs: 100, Batch: 32, LearningRate: 0.001,
	Net: true, Predict: flower, Flags: flags,
	Studies: []cli.Study{
		{Name: "optimizers", Run: optimizers}, {Name: "seeds", Run: seeds}, {Name: "vanishing", Run: vanishing}},
}

func main() { cli.Main("iris", defaults, run) }

func run(ctx context.Context, r *cli.Run) error {
	// data: 120 flowers to train on, 30 to test with
	train, test, err := flowers(r)
	if err != nil {
		return err
	}
	printFlowers(r, train, test)

	// model
	net := model.Sequential(model.Input(4),
		layer.Dense{Units: hidden, Activation: layer.ReLU},
		layer.Dense{Units: hidden, Activation: layer.ReLU},
		layer.Dense{Units: hidden, Activation: layer.ReLU},
		layer.Dense{Units: 3, Activation: layer.Softmax},
	)

	// compile, or take the net of -load or -resume
	net, err = r.Compile(net, model.Config{
		Loss:    loss.CategoricalCrossentropy,
		Solver:  solver.NewAdam(r.LearningRate),
		Metrics: []model.Metric{model.Accuracy},
	}, train, show.LiveConfusion(test, dataset.IrisSpecies),
		show.LiveNetwork(dataset.IrisFeatures, dataset.IrisSpecies).Wide())
	if err != nil {
		return err
	}

	// fit
	history, err := net.Fit(ctx, train, r.Fit(test))
	if err != nil {
		return err
	}

	// evaluate, save, show
	return r.Finish(ctx, net, history, test,
		show.Curves, matrix(train, test), show.Confusion(dataset.IrisSpecies), result(r))
}

// flowers are the table's rows with their species one-hot encoded, split in scikit-learn's order.
func flowers(r *cli.Run) (train, test dataset.Set, err error) {
	all, err := dataset.OpenIris(file)
	if err != nil {
		return train, test, err
	}
	r.PrintSource(all)
	if all, err = all.OneHot(len(dataset.IrisSpecies), true); err != nil {
		return train, test, err
	}
	return all.Split(0.2, 13)
}
