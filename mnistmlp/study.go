package main

import (
	"context"
	"fmt"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/loss"
	studies "gorgonia-lectures/common/study"
)

// The study trains 18 nets: less of everything, unless the flags say otherwise.
const (
	studyEpochs = 3
	studySeeds  = 3
	studyDigits = 10000
)

// runStudy trains the net from the same weights with one optimizer after another, each at Keras' default
// rate, or all at that of -lr if it is given.
func runStudy(ctx context.Context, opt cli.Options) error {
	if study != "optimizers" {
		return fmt.Errorf("-study %q: must be optimizers", study)
	}
	if !opt.Given("limit") {
		opt.Limit = studyDigits
	}
	train, test, err := opt.MNIST()
	if err != nil {
		return err
	}
	race := studies.Race{
		Net: perceptron, Loss: loss.SparseCategoricalCrossentropy, Train: train, Test: test,
		Epochs: studyEpochs, Batch: opt.Batch, Seed: opt.Seed, Seeds: studySeeds,
	}
	if opt.Given("epochs") {
		race.Epochs = opt.Epochs
	}
	if opt.Given("lr") {
		race.Rate = opt.LearningRate
	}
	return studies.RaceOptimizers(ctx, opt, race)
}
