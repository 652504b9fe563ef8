package main

import (
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Stock Gorgonia and our layers, machine and solver, from the same weights: the same loss in every
// epoch, and the same weights at the end.
func TestPlainIsTheSameTraining(t *testing.T) {
	for _, c := range []struct {
		seed uint32
		rate float64
	}{{1, 0.1}, {2, 0.1}, {3, 2}} {
		build := func() (*model.Net, gorgonia.Solver) { return twoLayers(2), solver.NewSGD(c.rate) }
		opt := &cli.Run{Epochs: 500, Batch: 1, LearningRate: c.rate, Seed: c.seed}
		clitest.SameTraining(t, dataset.XOR(), opt, 1e-9, build, fitPlain)
	}
}
