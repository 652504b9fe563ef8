package model_test

import (
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// xorLayers is the lecture's smallest net.
func xorLayers() *model.Net {
	return model.Sequential(model.Input(2),
		layer.Dense{Units: 2, Activation: layer.Sigmoid},
		layer.Dense{Units: 1, Activation: layer.Sigmoid})
}

// BenchmarkFitXOR trains the lecture's 5,000 epochs of four steps, with callbacks as package cli has
// them where standard output is no terminal ("epochs"), and where it is one ("steps").
func BenchmarkFitXOR(b *testing.B) {
	const epochs = 5000
	count := 0
	epochEnd := func(model.Epoch) error { count++; return nil }
	batchEnd := func(model.Batch) error { count++; return nil }
	for _, c := range []struct {
		name     string
		callback model.Callback
	}{
		{"quiet", model.Callback{}},
		{"epochs", model.Callback{EpochEnd: epochEnd}},
		{"steps", model.Callback{BatchEnd: batchEnd, EpochEnd: epochEnd}},
	} {
		b.Run(c.name, func(b *testing.B) {
			net := nets.Compile(b, xorLayers(), model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1), Seed: 1})
			data := dataset.XOR()
			fit := model.Fit{Epochs: epochs, Batch: 1, Callbacks: []model.Callback{c.callback}}
			if c.name == "quiet" {
				fit.Callbacks = nil
			}
			b.ReportAllocs()
			for b.Loop() {
				nets.Fit(b, net, data, fit)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*epochs*data.Len()), "ns/step")
		})
	}
}
