package layer_test

import (
	"math"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/random"
)

func stream(seed uint64, param uint32) *random.Stream {
	return random.NewStream(seed, random.PurposeInitializer, param, 0)
}

// Keras' fans: (in, out) of a dense kernel; times the pixels of the window of a convolution's.
func TestGlorotUniform(t *testing.T) {
	for _, c := range []struct {
		shape   tensor.Shape
		in, out float64
	}{
		{tensor.Shape{784, 100}, 784, 100},
		{tensor.Shape{2, 20000}, 2, 20000},
		{tensor.Shape{5, 5, 20, 64}, 500, 1600},
		{tensor.Shape{3, 2, 100, 50}, 600, 300},
		{tensor.Shape{30000}, 30000, 30000},
	} {
		limit := math.Sqrt(6 / (c.in + c.out))
		values := layer.GlorotUniform{}.Init(c.shape, stream(1, 2))
		if len(values) != c.shape.TotalSize() {
			t.Fatalf("%v: %d values", c.shape, len(values))
		}
		n, sum, squares := float64(len(values)), 0.0, 0.0
		lowest, highest := slices.Min(values), slices.Max(values)
		for _, v := range values {
			sum += v
			squares += v * v
		}
		if lowest < -limit || highest >= limit {
			t.Errorf("%v: from %v to %v, want within %v", c.shape, lowest, highest, limit)
		}
		// all but 0.1 % of the range is used: with 30,000 draws it is missed once in e^15
		if lowest > -.999*limit || highest < .999*limit {
			t.Errorf("%v: from %v to %v, want nearly all of %v", c.shape, lowest, highest, limit)
		}
		// five standard deviations; x² of a uniform x has the variance 4/45
		if mean := sum / n; math.Abs(mean) > 5*limit/math.Sqrt(3*n) {
			t.Errorf("%v: mean %v", c.shape, mean)
		}
		if variance, want := squares/n, limit*limit/3; math.Abs(variance-want) > 5*limit*limit*math.Sqrt(4./45/n) {
			t.Errorf("%v: variance %v, want %v", c.shape, variance, want)
		}
	}
}

func TestGlorotUniformOfASingleValue(t *testing.T) {
	// both fans are 1: the limit is sqrt(3)
	for seed := range uint64(50) {
		if v := (layer.GlorotUniform{}).Init(tensor.Shape{}, stream(seed, 0)); len(v) != 1 || math.Abs(v[0]) > math.Sqrt(3) {
			t.Fatalf("seed %d: %v", seed, v)
		}
	}
}

// The values are a function of seed and parameter.
func TestGlorotUniformIsSeeded(t *testing.T) {
	draw := func(seed uint64, param uint32) []float64 {
		return layer.GlorotUniform{}.Init(tensor.Shape{6, 7}, stream(seed, param))
	}
	base := draw(1, 0)
	if !slices.Equal(base, draw(1, 0)) {
		t.Error("the same seed and parameter give other values")
	}
	for name, other := range map[string][]float64{"seed": draw(2, 0), "parameter": draw(1, 1)} {
		for i, v := range other {
			if v == base[i] {
				t.Errorf("another %s: value %d is the same", name, i)
			}
		}
	}
}

func TestZeros(t *testing.T) {
	from := stream(1, 0)
	if got := (layer.Zeros{}).Init(tensor.Shape{2, 3}, from); !slices.Equal(got, make([]float64, 6)) {
		t.Errorf("%v, want six zeros", got)
	}
	if from.Uint32() != stream(1, 0).Uint32() {
		t.Error("zeros took random numbers")
	}
}

// ones is an initializer of a user's own.
type ones struct{}

func (ones) Init(shape tensor.Shape, _ *random.Stream) []float64 {
	return slices.Repeat([]float64{1}, shape.TotalSize())
}

// Kernels start as Glorot's, biases at zero, unless the layer names another.
func TestDefaultInitializers(t *testing.T) {
	for _, c := range []struct {
		layer layer.Layer
		input tensor.Shape
		want  []layer.Initializer
	}{
		{layer.Dense{Units: 2}, tensor.Shape{3}, []layer.Initializer{layer.GlorotUniform{}, layer.Zeros{}}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2)}, tensor.Shape{3, 3, 1},
			[]layer.Initializer{layer.GlorotUniform{}, layer.Zeros{}}},
		{layer.Dense{Units: 2, KernelInitializer: ones{}}, tensor.Shape{3}, []layer.Initializer{ones{}, layer.Zeros{}}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2), BiasInitializer: ones{}}, tensor.Shape{3, 3, 1},
			[]layer.Initializer{layer.GlorotUniform{}, ones{}}},
	} {
		for i, p := range c.layer.Params(c.input) {
			if p.Initializer != c.want[i] {
				t.Errorf("%s: %s starts as %T, want %T", c.layer.Kind(), p.Name, p.Initializer, c.want[i])
			}
		}
	}
}
