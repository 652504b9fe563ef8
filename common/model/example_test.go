package model_test

import (
	"context"
	"fmt"
	"log"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// A net that classifies three species of iris.
func Example() {
	train, test, err := dataset.Iris().Split(0.2, 13)
	if err != nil {
		log.Fatal(err)
	}
	net := model.Sequential(model.Input(4),
		layer.Dense{Units: 32, Activation: layer.ReLU},
		layer.Dense{Units: 3, Activation: layer.Softmax},
	)
	err = net.Compile(model.Config{
		Loss:    loss.SparseCategoricalCrossentropy,
		Solver:  solver.NewAdam(0.01),
		Metrics: []model.Metric{model.Accuracy},
		Seed:    1,
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := net.Fit(context.Background(), train, model.Fit{Epochs: 50, Batch: 32}); err != nil {
		log.Fatal(err)
	}
	score, err := net.Evaluate(context.Background(), test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("at least 28 of 30 right:", score.Accuracy > 27.5/30)

	flower, err := dataset.Points([][]float64{{5.1, 3.5, 1.4, 0.2}})
	if err != nil {
		log.Fatal(err)
	}
	out, err := net.Predict(flower)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("species:", dataset.IrisSpecies[model.ArgMax(model.Float64s(out))])
	// Output:
	// at least 28 of 30 right: true
	// species: setosa
}
