package main

import (
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Stock Gorgonia and our layers, machine and solver, from the same weights: the same loss in every
// epoch, and the same weights at the end. The runs stop before RMSprop circles around the answer: at
// a rate of 0.05 it does so from epoch 165, and there ten steps make a difference of the last bit a
// million times larger.
func TestPlainIsTheSameTraining(t *testing.T) {
	for _, c := range []struct {
		seed uint32
		rate float64
	}{{1, 0.001}, {2, 0.001}, {3, 0.004}} {
		build := func() (*model.Net, gorgonia.Solver) {
			return model.Sequential(model.Input(2), layer.Dense{Units: 1}), solver.NewRMSprop(c.rate)
		}
		opt := &cli.Run{Epochs: 500, Batch: 25, LearningRate: c.rate, Seed: c.seed}
		clitest.SameTraining(t, dataset.BloodFat(), opt, 1e-9, build, fitPlain)
	}
}
