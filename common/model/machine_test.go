package model_test

import (
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// machines run the same graphs.
var machines = []struct {
	name    string
	machine model.MachineFunc
}{{"own machine", model.OwnMachine}, {"tape machine", model.TapeMachine}}

// History and weights of small nets have the same bits on Gorgonia's tape machine, also where the last batch of an
// epoch has a graph of its own.
func TestSmallNetsOnTheTapeMachine(t *testing.T) {
	train, test := nets.Iris(t)
	for _, c := range []struct {
		name   string
		layers func() *model.Net
		config func() model.Config
		data   dataset.Set
		fit    model.Fit
	}{
		{"xor", xorLayers, func() model.Config {
			return model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}
		}, dataset.XOR(), model.Fit{Epochs: 200, Batch: 1}},
		{"xor, momentum, batches of three", xorLayers, func() model.Config {
			s := solver.NewSGD(0.1)
			s.Momentum = 0.9
			return model.Config{Loss: loss.BinaryCrossentropy, Solver: s, Metrics: []model.Metric{model.Accuracy}}
		}, dataset.XOR(), model.Fit{Epochs: 100, Batch: 3}},
		{"iris", func() *model.Net {
			return model.Sequential(model.Input(4),
				layer.Dense{Units: 8, Activation: layer.ReLU},
				layer.Dense{Units: 6, Activation: layer.Tanh},
				layer.Dense{Units: 3, Activation: layer.Softmax})
		}, func() model.Config {
			return model.Config{Loss: loss.CategoricalCrossentropy, Solver: solver.NewAdam(0.01),
				Metrics: []model.Metric{model.Accuracy}}
		}, train, model.Fit{Epochs: 10, Batch: 32, Validation: test}},
		{"a gradient in rows", func() *model.Net {
			return model.Sequential(model.Input(4),
				layer.Dense{Units: 400, Activation: layer.ReLU},
				layer.Dense{Units: 400, Activation: layer.ReLU},
				layer.Dense{Units: 3, Activation: layer.Softmax})
		}, func() model.Config {
			return model.Config{Loss: loss.CategoricalCrossentropy, Solver: solver.NewAdam(0.01)}
		}, train, model.Fit{Epochs: 4, Batch: 32, Validation: test}},
		{"layers beside the lecture's", nets.Various, func() model.Config {
			return model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.01)}
		}, nets.Digits(t, 33), model.Fit{Epochs: 3, Batch: 8}},
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			run := func(machine model.MachineFunc) (history [][]float64, w []float64) {
				config := c.config()
				config.Seed, config.Dtype, config.Machine = 3, dtype, machine
				net := nets.Compile(t, c.layers(), config)
				h := nets.Fit(t, net, c.data, c.fit)
				for _, name := range h.Names() {
					history = append(history, h.Series(name))
				}
				return history, weights(net)
			}
			history, w := run(model.OwnMachine)
			tapeHistory, tapeWeights := run(model.TapeMachine)
			if !slices.EqualFunc(history, tapeHistory, slices.Equal) || !slices.Equal(w, tapeWeights) {
				t.Errorf("%s in %v: other bits than on the tape machine", c.name, dtype)
			}
			if len(history[0]) != c.fit.Epochs || history[0][0] == history[0][c.fit.Epochs-1] {
				t.Errorf("%s in %v: a history of %d epochs that does not move", c.name, dtype, len(history[0]))
			}
		}
	}
}
