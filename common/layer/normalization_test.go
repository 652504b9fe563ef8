package layer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/random"
)

// Which weights there are, which of them training moves, and how they start.
func TestNormalizationParams(t *testing.T) {
	for _, c := range []struct {
		layer layer.Layer
		want  string
	}{
		{layer.BatchNormalization{}, "gamma(2)=1 beta(2)=0 moving_mean(2)=0! moving_variance(2)=1!"},
		{layer.BatchNormalization{NoScale: true}, "beta(2)=0 moving_mean(2)=0! moving_variance(2)=1!"},
		{layer.BatchNormalization{NoCenter: true, GammaInitializer: layer.Zeros{}},
			"gamma(2)=0 moving_mean(2)=0! moving_variance(2)=1!"},
		{layer.Normalization{}, "mean(2)=0! variance(2)=1!"},
		{layer.Frozen{Layer: layer.BatchNormalization{}}, "gamma(2)=1! beta(2)=0! moving_mean(2)=0! moving_variance(2)=1!"},
	} {
		got := ""
		for _, p := range c.layer.Params(tensor.Shape{3, 4, 2}) {
			got += fmt.Sprintf(" %s%v=%v", p.Name, p.Shape, p.Initializer.Init(tensor.Shape{1}, tensor.Float32, random.Draw{})[0])
			if p.NonTrainable {
				got += "!"
			}
			if p.NonNegative != strings.HasSuffix(p.Name, "variance") {
				t.Errorf("%s: NonNegative %t", p.Name, p.NonNegative)
			}
		}
		if got != " "+c.want {
			t.Errorf("%+v has%s, want %s", c.layer, got, c.want)
		}
	}
}

func TestNormalizationRates(t *testing.T) {
	for _, c := range []struct{ layer, want layer.BatchNormalization }{
		{layer.BatchNormalization{}, layer.BatchNormalization{Momentum: 0.99, Epsilon: 0.001}},
		{layer.BatchNormalization{Momentum: 0.5, Epsilon: 1}, layer.BatchNormalization{Momentum: 0.5, Epsilon: 1}},
		{layer.BatchNormalization{Momentum: -1, Epsilon: -1}, layer.BatchNormalization{}},
	} {
		if momentum, epsilon := c.layer.Rates(); momentum != c.want.Momentum || epsilon != c.want.Epsilon {
			t.Errorf("%+v: momentum %v and epsilon %v", c.layer, momentum, epsilon)
		}
	}
}

// In training the batch counts, and both statistics are updated; frozen or in prediction the moving ones count.
func TestNormalizationModes(t *testing.T) {
	x := []float64{1, 0, 3, 1}
	for _, c := range []struct {
		name    string
		layer   layer.Layer
		context layer.Context
		want    []float64
		updates int
	}{
		{"training", layer.BatchNormalization{Epsilon: -1}, layer.Context{Training: true}, []float64{-1, 1}, 2},
		{"prediction", layer.BatchNormalization{Epsilon: 3}, layer.Context{}, []float64{0, 1}, 0},
		{"frozen", layer.Frozen{Layer: layer.BatchNormalization{Epsilon: 3}}, layer.Context{Training: true}, []float64{0, 1}, 0},
	} {
		updates := 0
		c.context.Update = func(_, _ *gorgonia.Node) { updates++ }
		y := run(t, build(t, c.layer, c.context, 2, tensor.Shape{2}, x, 0)) // all four weights are 1
		y = []float64{y[0] - 1, y[2] - 1}                                   // the first column, without beta
		if !slices.Equal(y, c.want) || updates != c.updates {
			t.Errorf("%s: %v with %d updates, want %v with %d", c.name, y, updates, c.want, c.updates)
		}
	}
	g := gorgonia.NewGraph()
	w := leaf(g, "w", tensor.Shape{2}, make([]float64, 2))
	_, err := layer.BatchNormalization{NoScale: true}.Build(layer.Context{}, leaf(g, "x", tensor.Shape{2, 2}, x), gorgonia.Nodes{w})
	wording.Check(t, err, "1 parameter", "3")
}

// A mean and a variance are those of the layer, or weights, here all 1.
func TestNormalizationBuild(t *testing.T) {
	x := []float64{1, 0, 3, 1}
	for _, c := range []struct {
		layer layer.Normalization
		want  []float64
	}{
		{layer.Normalization{}, []float64{0, -1, 2, 0}},
		{layer.Normalization{Invert: true}, []float64{2, 1, 4, 2}},
		{layer.Normalization{Mean: []float64{1, 2}, Variance: []float64{4, 16}}, []float64{0, -0.5, 1, -0.25}},
		{layer.Normalization{Mean: []float64{-1}, Variance: []float64{4}}, []float64{1, 0.5, 2, 1}},
	} {
		for _, training := range []bool{false, true} {
			y := run(t, build(t, c.layer, layer.Context{Training: training}, 2, tensor.Shape{2}, x, 0))
			if !slices.Equal(y, c.want) {
				t.Errorf("%+v: %v, want %v", c.layer, y, c.want)
			}
		}
	}
	_, err := layer.Normalization{}.Build(layer.Context{}, leaf(gorgonia.NewGraph(), "x", tensor.Shape{2, 2}, x), nil)
	wording.Check(t, err, "0 parameter", "2")
}

func TestUnwrap(t *testing.T) {
	dense := layer.Dense{Units: 2}
	for _, l := range []layer.Layer{dense, layer.Frozen{Layer: dense}, layer.Frozen{Layer: layer.Frozen{Layer: dense}}} {
		if layer.Unwrap(l) != layer.Layer(dense) {
			t.Errorf("%+v unwraps to %+v", l, layer.Unwrap(l))
		}
	}
}
