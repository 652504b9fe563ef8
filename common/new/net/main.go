// A net that classifies three species of iris by four lengths. Change it and train it again: go run .
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

func main() {
	// data: 120 flowers to train on, 30 to test with
	train, test, err := dataset.Iris().Split(0.2, 13)
	check(err)

	// model
	net := model.Sequential(model.Input(4),
		layer.Dense{Units: 16, Activation: layer.ReLU}, // more neurons, layer.Tanh, or a second such line?
		layer.Dense{Units: 3, Activation: layer.Softmax},
	)

	// compile
	check(net.Compile(model.Config{
		Loss:    loss.SparseCategoricalCrossentropy, // it does the one-hot itself
		Solver:  solver.NewAdam(0.01),               // another learning rate, or solver.NewSGD?
		Metrics: []model.Metric{model.Accuracy},
		Seed:    1,
	}))

	// fit
	history, err := net.Fit(context.Background(), train, model.Fit{Epochs: 50, Batch: 32, Validation: test})
	check(err)

	// show
	last := history.Last()
	fmt.Printf("loss %.4f, %.1f %% of the test flowers right\n", last.Loss, 100*last.ValAccuracy)
	curves, err := chart.NewHistoryCurves(history)
	check(err)
	picture, err := curves.Encode("curves.png")
	check(err)
	check(os.WriteFile("curves.png", picture, 0o644))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
