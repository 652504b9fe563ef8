package layer_test

import (
	"testing"

	"gorgonia-lectures/common/layer"
)

// The output is a sum if only layers follow it that take means or change shapes.
func TestLinearOutput(t *testing.T) {
	dense, relu := layer.Dense{Units: 2}, layer.Dense{Units: 2, Activation: layer.ReLU}
	conv := layer.Conv2D{Filters: 2, Kernel: layer.Square(1)}
	for _, c := range []struct {
		name   string
		layers []layer.Layer
		want   bool
	}{
		{"dense", []layer.Layer{relu, layer.Frozen{Layer: dense}}, true},
		{"ReLU", []layer.Layer{dense, relu}, false},
		{"mean", []layer.Layer{conv, layer.GlobalAveragePool2D{}, layer.Flatten{}}, true},
		{"normalized", []layer.Layer{dense, layer.BatchNormalization{}, layer.ActivationLayer{}}, true},
		{"softmax", []layer.Layer{dense, layer.SoftmaxLayer{}}, false},
		{"sigmoid", []layer.Layer{dense, layer.ActivationLayer{Activation: layer.Sigmoid}, layer.Flatten{}}, false},
		{"no sum", []layer.Layer{layer.Flatten{}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := layer.LinearOutput(c.layers); got != c.want {
				t.Errorf("linear is %v, want %v", got, c.want)
			}
		})
	}
}
