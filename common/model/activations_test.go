package model_test

import (
	"slices"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// The last activation is the prediction, and each layer's follows from the one before: the first layers as
// a net of their own predict it.
func TestActivations(t *testing.T) {
	layers := []layer.Layer{
		layer.Conv2D{Filters: 3, Kernel: layer.Square(3), Activation: layer.ReLU}, layer.MaxPool2D{},
		layer.Dropout{Rate: 0.5}, layer.Flatten{}, layer.Dense{Units: 5, Activation: layer.ReLU},
		layer.Dense{Units: 4, Activation: layer.Softmax},
	}
	var pixels []float64
	for i := range 2 * 8 * 8 {
		pixels = append(pixels, float64(i%13)/13)
	}
	data, err := dataset.FromFloats([]int{8, 8, 1}, pixels, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	config := func() model.Config {
		return model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1), Seed: 3}
	}
	for _, machine := range []model.MachineFunc{model.OwnMachine, model.TapeMachine} {
		net, c := model.Sequential(model.Input(8, 8, 1), layers...), config()
		c.Machine = machine
		if err := net.Compile(c); err != nil {
			t.Fatal(err)
		}
		outputs, err := net.Activations(data)
		if err != nil {
			t.Fatal(err)
		}
		if len(outputs) != len(layers) {
			t.Fatalf("%d activations, want one for each of %d layers", len(outputs), len(layers))
		}
		out, err := net.Predict(data)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(model.Float64s(outputs[5]), model.Float64s(out)) {
			t.Errorf("the last activation is %v, want the prediction %v", outputs[5], out)
		}
		for i, shape := range [][]int{{2, 6, 6, 3}, {2, 3, 3, 3}, {2, 3, 3, 3}, {2, 27}, {2, 5}, {2, 4}} {
			if !slices.Equal(outputs[i].Shape(), shape) {
				t.Errorf("activation %d has the shape %v, want %v", i, outputs[i].Shape(), shape)
			}
		}
		if !slices.Equal(model.Float64s(outputs[1]), model.Float64s(outputs[3])) {
			t.Error("dropout or flatten changed a value")
		}
		// the dense layer, by hand
		x, kernel, bias := model.Float64s(outputs[3]), model.Float64s(net.Params()[2].Value), model.Float64s(net.Params()[3].Value)
		for row := range 2 {
			for unit := range 5 {
				sum := bias[unit]
				for i := range 27 {
					sum += x[row*27+i] * kernel[i*5+unit]
				}
				if got := model.Float64s(outputs[4])[row*5+unit]; got < max(0, sum)-1e-6 || got > max(0, sum)+1e-6 {
					t.Errorf("row %d, unit %d: %v, want %v", row, unit, got, max(0, sum))
				}
			}
		}
	}
	net := model.Sequential(model.Input(8, 8, 1), layers...)
	if _, err := net.Activations(data); err == nil {
		t.Error("not compiled: no error")
	}
	if err := net.Compile(config()); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Activations(data.First(0)); err == nil {
		t.Error("no rows: no error")
	}
	if _, err := net.Activations(dataset.XOR()); err == nil {
		t.Error("rows of another shape: no error")
	}
}
