//go:build !race

package model_test

import (
	"runtime"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// After the first step, training allocates nothing; with validation, a little for each epoch.
func TestFitAllocatesNothingPerStep(t *testing.T) {
	train, test := nets.Iris(t)
	pictures := nets.Digits(t, 203)
	irisNet := func() *model.Net {
		return model.Sequential(model.Input(4),
			layer.Dense{Units: 32, Activation: layer.ReLU},
			layer.Dense{Units: 32, Activation: layer.ReLU},
			layer.Dense{Units: 3, Activation: layer.Softmax})
	}
	mlp := model.Sequential(model.Input(10, 10, 1), layer.Flatten{}, // its products are computed in pieces at each level
		layer.Dense{Units: 160, Activation: layer.ReLU},
		layer.Dense{Units: 3, Activation: layer.Softmax})
	normalized := model.Sequential(model.Input(10, 10, 1), // a regularizer would allocate, in Gorgonia's sum of gradients
		layer.Conv2D{Filters: 4, Kernel: layer.Square(3)}, layer.BatchNormalization{}, layer.AveragePool2D{},
		layer.Frozen{Layer: layer.BatchNormalization{}}, layer.GlobalMaxPool2D{}, layer.Dense{Units: 3, Activation: layer.Softmax})
	steps := 0
	hooks := []model.Callback{{
		BatchEnd: func(model.Batch) error { steps++; return nil },
		EpochEnd: func(model.Epoch) error { return nil },
	}}
	accuracy := []model.Metric{model.Accuracy}
	for _, c := range []struct {
		name   string
		net    *model.Net
		config model.Config
		data   dataset.Data
		fit    model.Fit
		epochs int
	}{
		{"xor", xorLayers(), model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)},
			dataset.XOR(), model.Fit{Batch: 1}, 1000},
		{"xor in float64 with a smaller last batch", xorLayers(),
			model.Config{Loss: loss.BinaryCrossentropy, Solver: solver.NewAdamW(0.1), Dtype: tensor.Float64},
			dataset.XOR(), model.Fit{Batch: 3}, 1000},
		{"iris", irisNet(), model.Config{Loss: loss.CategoricalCrossentropy, Solver: solver.NewAdam(0.001), Metrics: accuracy},
			train, model.Fit{Batch: 32}, 50},
		{"iris with validation", irisNet(), model.Config{Loss: loss.CategoricalCrossentropy, Solver: solver.NewRMSprop(0.001)},
			train, model.Fit{Batch: 7, Validation: test}, 20},
		{"iris one-hot from class numbers", irisNet(), model.Config{Loss: loss.CategoricalCrossentropy, Solver: solver.NewAdam(0.001)},
			dataset.Iris(), model.Fit{Batch: 32}, 50},
		{"class numbers from one-hot iris", irisNet(), model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.001)},
			train, model.Fit{Batch: 32}, 50},
		{"mlp", mlp, model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.001), Metrics: accuracy},
			pictures, model.Fit{Batch: 203}, 10},
		{"cnn", nets.CNN(), model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdagrad(0.001), Metrics: accuracy},
			pictures, model.Fit{Batch: 8}, 4},
		{"layers beside the lecture's", nets.Various(),
			model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.001), Metrics: accuracy},
			pictures, model.Fit{Batch: 8}, 4},
		{"normalized", normalized, model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.001)},
			pictures, model.Fit{Batch: 8}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			nets.Compile(t, c.net, c.config)
			c.fit.Callbacks = hooks
			allocations := func(epochs int) (count, taken int) {
				c.fit.Epochs, steps = epochs, 0
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				nets.Fit(t, c.net, c.data, c.fit)
				runtime.ReadMemStats(&after)
				return int(after.Mallocs - before.Mallocs), steps
			}
			allocations(1) // makes the graphs, which the net keeps
			short, few := allocations(c.epochs)
			long, many := allocations(3 * c.epochs)
			// a garbage collection empties the pools of the kernels: that is a few for all steps
			most := 20
			if c.fit.Validation != nil {
				most += 10 * 2 * c.epochs
			}
			if long-short > most || few < c.epochs || many != 3*few {
				t.Errorf("%d allocations in %d steps and %d in %d, want at most %d more", short, few, long, many, most)
			}
			if short > 60+most {
				t.Errorf("%d allocations in a Fit of %d steps", short, few)
			}
		})
	}
}
