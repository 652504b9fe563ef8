package onnx_test

import (
	"math"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// named is a net with its name.
type named struct {
	name string
	net  *model.Net
}

// netsOfAll have each layer and each activation of package layer, images as inputs and as outputs, and every kind of
// window.
func netsOfAll() []named {
	same, even, flat := layer.Same, layer.Size{Height: 2, Width: 4}, layer.Flatten{}
	var activations []layer.Layer
	for a := layer.Linear; a <= layer.ReLU6; a++ {
		activations = append(activations, layer.Dense{Units: 6, Activation: a}, layer.ActivationLayer{Activation: a})
	}
	var relus []layer.Layer
	for _, threshold := range []float64{0, 0.25} {
		for _, slope := range []float64{0, 0.125} {
			for _, most := range []float64{0, 1.5} {
				relus = append(relus, layer.Dense{Units: 6},
					layer.ReLULayer{MaxValue: most, NegativeSlope: slope, Threshold: threshold})
			}
		}
	}
	return []named{
		{"cnn", nets.CNN()},
		{"various", nets.Various()},
		{"normalized", nets.Normalized()},
		{"activations", model.Sequential(model.Input(4), activations...)},
		{"relus", model.Sequential(model.Input(4), relus...)},
		{"windows", model.Sequential(model.Input(11, 9, 3),
			layer.Rescaling{Scale: 1. / 255},
			layer.BatchNormalization{NoCenter: true},
			layer.Conv2D{Filters: 5, Kernel: even, Stride: layer.Size{Height: 1, Width: 2}, Padding: same,
				Activation: layer.SiLU},
			layer.BatchNormalization{Epsilon: -1},
			layer.Normalization{Mean: []float64{1, 2, 3, 4, 5}, Variance: []float64{0.25, 1, 4, 2, 3}},
			layer.ZeroPadding2D{Bottom: 1, Left: 2},
			layer.MaxPool2D{Pool: layer.Square(3), Stride: layer.Square(1), Padding: same},
			layer.ActivationLayer{Activation: layer.Softmax},
			layer.AveragePool2D{Pool: even, Stride: layer.Square(2), Padding: same},
			layer.Rescaling{Scale: 1, Offset: -0.5},
			layer.Conv2D{Filters: 3, Kernel: layer.Square(1), Stride: layer.Square(3), Padding: same},
			layer.GlobalMaxPool2D{KeepDims: true},
			layer.Normalization{Mean: []float64{-1}, Variance: []float64{2}, Invert: true},
			layer.Dense{Units: 4},
			flat,
		)},
		{"padded", model.Sequential(model.Input(4, 4, 2),
			layer.Rescaling{Scale: 1, Offset: -2}, // below 0, so that padding by zeros changes the maximum
			layer.ZeroPadding2D{},
			layer.MaxPool2D{},
			layer.ZeroPadding2D{},
			layer.AveragePool2D{Padding: same},
			layer.ZeroPadding2D{Top: 2, Left: 3},
			layer.MaxPool2D{Padding: same},
			layer.ZeroPadding2D{Right: 1},
			layer.Conv2D{Filters: 2, Kernel: layer.Square(2), Padding: same},
		)},
		{"image", model.Sequential(model.Input(6, 5, 2),
			layer.ZeroPadding2D{},
			layer.Frozen{Layer: layer.Conv2D{Filters: 3, Kernel: layer.Size{Height: 3, Width: 2}, NoBias: true}},
			layer.Dropout{Rate: 0.5},
		)},
		{"one_channel", model.Sequential(model.Input(8, 8, 2),
			layer.Conv2D{Filters: 1, Kernel: layer.Square(3)},
			layer.Reshape{Target: []int{4, 9}},
			layer.Dense{Units: 3, NoBias: true},
		)},
		{"global", model.Sequential(model.Input(4, 5, 3),
			layer.GlobalMaxPool2D{},
			layer.Dense{Units: 2, NoBias: true, Activation: layer.Sigmoid},
		)},
		{"sequence", model.Sequential(model.Input(4, 3),
			layer.Normalization{},
			layer.Dense{Units: 5, Activation: layer.Tanh},
			layer.BatchNormalization{NoScale: true, NoCenter: true},
			layer.SoftmaxLayer{},
			layer.Reshape{Target: []int{2, -1, 5}},
			layer.GlobalAveragePool2D{KeepDims: true},
			flat,
		)},
		{"nothing", model.Sequential(model.Input(3), layer.Dropout{Rate: 0.5}, flat, layer.GaussianNoise{Stddev: 1})},
	}
}

// compiled gives the net weights that are the same on all machines.
func (n named) compiled(t testing.TB, c model.Config) *model.Net {
	t.Helper()
	c.Loss = loss.MeanSquaredError
	nets.Compile(t, n.net, c)
	weights := n.net.Weights()
	at := 0
	for i, p := range n.net.Params() {
		values := model.Float64s(weights[i])
		spread := 1 / math.Sqrt(float64(len(values))/float64(p.Shape()[len(p.Shape())-1])) // of the inputs of an output
		for j := range values {
			at++
			v := math.Mod(float64(at)*math.Phi, 1) // even in [0, 1)
			switch {
			case len(p.Shape()) > 1:
				values[j] = (2*v - 1) * math.Sqrt(3) * spread
			case strings.HasSuffix(p.Name, "variance"):
				values[j] = 0.5 + v
			default:
				values[j] = v - 0.5
			}
		}
		model.SetFloat64s(weights[i], values)
	}
	if err := n.net.SetWeights(weights); err != nil {
		t.Fatal(err)
	}
	return n.net
}
