package main

import (
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Stock Gorgonia and our layers, machine and solver, from the same weights: the same loss in every
// epoch, and the same weights at the end.
func TestPlainIsTheSameTraining(t *testing.T) {
	const epochs, tolerance = 500, 1e-9
	data := dataset.XOR()
	for _, c := range []struct {
		seed uint64
		rate float64
	}{{1, 0.1}, {2, 0.1}, {3, 2}} {
		compile := func() *model.Net {
			net := model.Sequential(model.Input(2),
				layer.Dense{Units: 2, Activation: layer.Sigmoid}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
			err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(c.rate),
				Seed: c.seed, Dtype: tensor.Float64})
			if err != nil {
				t.Fatal(err)
			}
			return net
		}
		opt := &cli.Run{Epochs: epochs, Batch: 1, LearningRate: c.rate, Seed: c.seed}
		clitest.SameTraining(t, data, opt, tolerance, compile, fitPlain)
	}
}
