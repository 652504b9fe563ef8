// Command iris teaches a net to tell three species of iris by the lengths of sepals and petals.
//
// The species are one-hot encoded: for classes 0, 1 and 2 a prediction of 2 for a true 0 is not twice
// as wrong as a 1. Softmax makes the three outputs probabilities, and the largest is the answer. The
// hidden layers use ReLU: with the sigmoid the gradient shrinks layer by layer on its way back, as
// -study vanishing shows.
package main

import (
	"context"
	"flag"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

var (
	studyName, depthList, file string
	seedCount                  int
)

var defaults = cli.Defaults{
	About:  "tells three species of iris by the lengths of their sepals and petals.",
	Epochs: 100, Batch: 32, LearningRate: 0.001,
	Net: true, Predict: cli.Numbers("5.1,3.5,1.4,0.2", "setosa", "versicolor", "virginica"),
	Flags: func(f *flag.FlagSet) {
		f.StringVar(&studyName, "study", "", "do the study `NAME` instead: optimizers, seeds or vanishing")
		f.StringVar(&depthList, "depths", "3,6,10", "compare nets of these numbers of hidden `LAYERS` in -study vanishing")
		f.IntVar(&seedCount, "seeds", 0, "train from `N` seeds in -study optimizers (default 5) and seeds (default 100)")
		f.StringVar(&file, "data", "", "read the flowers from this CSV `FILE`, under the header of iris.csv")
	},
	Alone: map[string][]string{"study": cli.NetFlags},
}

func main() { cli.Run("iris", defaults, run) }

func run(ctx context.Context, opt cli.Options) error {
	// data: 120 flowers to train on, 30 to test with, in scikit-learn's order
	flowers, err := dataset.OpenIris(file)
	if err != nil {
		return err
	}
	if flowers, err = flowers.OneHot(len(dataset.IrisSpecies), true); err != nil {
		return err
	}
	train, test, err := flowers.Split(0.2, 13)
	if err != nil {
		return err
	}
	if studyName != "" {
		return runStudy(ctx, opt, train, test)
	}

	// model
	net := model.Sequential(model.Input(4),
		layer.Dense{Units: 32, Activation: layer.ReLU},
		layer.Dense{Units: 32, Activation: layer.ReLU},
		layer.Dense{Units: 32, Activation: layer.ReLU},
		layer.Dense{Units: 3, Activation: layer.Softmax},
	)

	// compile, or take the net of -load
	err = net.Compile(model.Config{
		Loss:    loss.CategoricalCrossentropy,
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
	if err := watch(opt, net, test); err != nil {
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
	if err := matrix(opt, train, test); err != nil {
		return err
	}
	if err := opt.Confusion(net, test, dataset.IrisSpecies); err != nil {
		return err
	}
	result(opt, score, test.Len())
	return nil
}
