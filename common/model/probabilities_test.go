package model_test

import (
	"math"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// Outputs are probabilities where the loss takes them for logits, and as they are elsewhere.
func TestProbabilities(t *testing.T) {
	fromLogits := func(l loss.Loss) loss.Loss { return loss.Options{Loss: l, FromLogits: true, Weight: 2} }
	e := math.E
	softmax := []float64{1 / (1 + e), e / (1 + e), 0, 1}
	sigmoid := []float64{0.5, e / (1 + e), 0, 0.5}
	raw := []float64{0, 1, -2000, 0}
	for _, c := range []struct {
		name       string
		loss       loss.Loss
		units      int
		activation layer.Activation
		want       []float64
	}{
		{"categorical", loss.CategoricalCrossentropy, 2, layer.Linear, softmax},
		{"sparse", loss.SparseCategoricalCrossentropy, 2, layer.Linear, softmax},
		{"binary", loss.BinaryCrossentropy, 2, layer.Linear, sigmoid},
		{"one binary", loss.BinaryCrossentropy, 1, layer.Linear, sigmoid},
		{"categorical from logits", fromLogits(loss.CategoricalCrossentropy), 2, layer.Linear, softmax},
		{"after a ReLU", loss.SparseCategoricalCrossentropy, 2, layer.ReLU, raw},
		{"from logits after a ReLU", fromLogits(loss.SparseCategoricalCrossentropy), 2, layer.ReLU, softmax},
		{"from logits after a softmax", fromLogits(loss.CategoricalCrossentropy), 2, layer.Softmax, raw},
		{"from logits after a sigmoid", fromLogits(loss.BinaryCrossentropy), 1, layer.Sigmoid, raw},
		{"softmax", loss.CategoricalCrossentropy, 2, layer.Softmax, raw},
		{"mse", loss.MeanSquaredError, 2, layer.Linear, raw},
		{"mse of one", loss.MeanSquaredError, 1, layer.Linear, raw},
		{"another loss", anotherLoss{loss.MeanSquaredError}, 2, layer.Linear, softmax},
		{"another loss of one", anotherLoss{loss.MeanSquaredError}, 1, layer.Linear, raw},
	} {
		t.Run(c.name, func(t *testing.T) {
			for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float32: 1e-7, tensor.Float64: 1e-15} {
				net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: c.units, Activation: c.activation}),
					model.Config{Loss: c.loss, Dtype: dtype})
				output := tensor.New(tensor.WithShape(4/c.units, c.units), tensor.WithBacking([]float64{0, 1, -2000, 0}))
				if dtype == tensor.Float32 {
					output = tensor.New(tensor.WithShape(4/c.units, c.units), tensor.WithBacking([]float32{0, 1, -2000, 0}))
				}
				got := net.Probabilities(output)
				if !got.Shape().Eq(output.Shape()) || got.Dtype() != dtype {
					t.Errorf("%v of %v, want the output's", got.Shape(), got.Dtype())
				}
				golden.Near(t, "probabilities", model.Float64s(got), c.want, tolerance)
			}
		})
	}
}

// anotherLoss is not one of package loss.
type anotherLoss struct{ loss.Loss }
