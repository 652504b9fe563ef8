package main

import (
	"context"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/study"
)

// Unless the flags are given, the studies train fewer epochs, and that of 18 nets on fewer digits.
const (
	studyEpochs = 3
	studySeeds  = 3
	studyDigits = 10000
)

// optimizers trains the net from the same weights with one optimizer after another, each at Keras' default
// rate, or all at that of -lr if it is given.
func optimizers(ctx context.Context, r *cli.Run) error {
	if !r.Given("limit") {
		r.Limit = studyDigits
	}
	train, test, err := r.MNIST(28, 28)
	if err != nil {
		return err
	}
	race := study.Race{
		Net: func() *model.Net { return perceptron(len(train.Classes())) }, Loss: loss.SparseCategoricalCrossentropy, Train: train, Test: test,
		Epochs: studyEpochs, Batch: r.Batch, Seed: r.Seed, Seeds: studySeeds,
	}
	if r.Given("epochs") {
		race.Epochs = r.Epochs
	}
	if r.Given("lr") {
		race.Rate = r.LearningRate
	}
	return study.RaceOptimizers(ctx, r, race)
}
