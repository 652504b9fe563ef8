package model_test

import (
	"math"
	"slices"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/model"
)

// Each layer has its activation, the last of which is the prediction.
func TestActivations(t *testing.T) {
	data := nets.Digits(t, 2)
	for _, m := range machines {
		net := nets.Compile(t, nets.CNN(), model.Config{Machine: m.machine, Seed: 3})
		outputs, err := net.Activations(data)
		if err != nil {
			t.Fatal(err)
		}
		if len(outputs) != 6 {
			t.Fatalf("%d activations, want one for each of 6 layers", len(outputs))
		}
		out, err := net.Predict(data)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(model.Float64s(outputs[5]), model.Float64s(out)) {
			t.Errorf("the last activation is %v, want the prediction %v", outputs[5], out)
		}
		for i, shape := range [][]int{{2, 10, 10, 4}, {2, 5, 5, 4}, {2, 5, 5, 4}, {2, 100}, {2, 8}, {2, 3}} {
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
			for unit := range 8 {
				sum := bias[unit]
				for i := range 100 {
					sum += x[row*100+i] * kernel[i*8+unit]
				}
				if got, want := model.Float64s(outputs[4])[row*8+unit], math.Tanh(sum); math.Abs(got-want) > 1e-6 {
					t.Errorf("row %d, unit %d: %v, want %v", row, unit, got, want)
				}
			}
		}
	}
	net := nets.CNN()
	if _, err := net.Activations(data); err == nil {
		t.Error("not compiled: no error")
	}
	nets.Compile(t, net, model.Config{})
	if _, err := net.Activations(data.First(0)); err == nil {
		t.Error("no rows: no error")
	}
	if _, err := net.Activations(dataset.XOR()); err == nil {
		t.Error("rows of another shape: no error")
	}
}
