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

// The mean, the variance and the range of each initializer, as Keras documents them. The kernel of a convolution of 2x3
// pixels from 50 to 100 channels has the fans 300 and 600.
func TestInitializers(t *testing.T) {
	const in, out, cut = 300, 600, 0.87962566103423978 // the deviation of a normal distribution without its ends
	uniform := func(variance float64) [3]float64 { return [3]float64{0, variance, math.Sqrt(3 * variance)} }
	truncated := func(variance float64) [3]float64 { return [3]float64{0, variance, 2 * math.Sqrt(variance) / cut} }
	normal := func(mean, deviation float64) [3]float64 {
		return [3]float64{mean, deviation * deviation, 6 * deviation}
	}
	for _, c := range []struct {
		initializer layer.Initializer
		want        [3]float64 // mean, variance, furthest from the mean
	}{
		{layer.Ones{}, [3]float64{1, 0, 0}},
		{layer.Constant{Value: -2.5}, [3]float64{-2.5, 0, 0}},
		{layer.RandomUniform{}, uniform(.05 * .05 / 3)},
		{layer.RandomUniform{Min: 2, Max: 5}, [3]float64{3.5, 9. / 12, 1.5}},
		{layer.RandomNormal{}, normal(0, .05)},
		{layer.RandomNormal{Mean: 3, Stddev: 2}, normal(3, 2)},
		{layer.TruncatedNormal{}, truncated(.05 * .05 * cut * cut)},
		{layer.TruncatedNormal{Mean: -1, Stddev: .5}, [3]float64{-1, .25 * cut * cut, 1}},
		{layer.GlorotUniform{}, uniform(2. / (in + out))},
		{layer.GlorotNormal{}, truncated(2. / (in + out))},
		{layer.HeUniform{}, uniform(2. / in)},
		{layer.HeNormal{}, truncated(2. / in)},
		{layer.LecunUniform{}, uniform(1. / in)},
		{layer.LecunNormal{}, truncated(1. / in)},
		{layer.VarianceScaling{}, truncated(1. / in)},
		{layer.VarianceScaling{Scale: 3, Mode: layer.FanOut}, truncated(3. / out)},
		{layer.VarianceScaling{Scale: .5, Mode: layer.FanAvg, Distribution: layer.Untruncated}, normal(0, math.Sqrt(.5/450))},
		{layer.VarianceScaling{Scale: .5, Mode: layer.FanOut, Distribution: layer.Uniform}, uniform(.5 / out)},
	} {
		shape := tensor.Shape{2, 3, 50, 100}
		values := c.initializer.Init(shape, stream(1, 2))
		if len(values) != shape.TotalSize() {
			t.Fatalf("%T: %d values", c.initializer, len(values))
		}
		n, sum, squares, furthest := float64(len(values)), 0.0, 0.0, 0.0
		for _, v := range values {
			off := v - c.want[0]
			sum, squares, furthest = sum+off, squares+off*off, max(furthest, math.Abs(off))
		}
		deviation := math.Sqrt(c.want[1]) // five standard deviations of each
		if math.Abs(sum/n) > 5*deviation/math.Sqrt(n) {
			t.Errorf("%+v: mean %v, want %v", c.initializer, c.want[0]+sum/n, c.want[0])
		}
		if math.Abs(squares/n-c.want[1]) > 5*c.want[1]*math.Sqrt(2/n) {
			t.Errorf("%+v: variance %v, want %v", c.initializer, squares/n, c.want[1])
		}
		if furthest > c.want[2]*(1+1e-12) {
			t.Errorf("%+v: %v from the mean, want at most %v", c.initializer, furthest, c.want[2])
		}
		if c.want[1] > 0 && slices.Equal(values, c.initializer.Init(shape, stream(1, 3))) {
			t.Errorf("%+v: two parameters start with the same values", c.initializer)
		}
		if !slices.Equal(values, c.initializer.Init(shape, stream(1, 2))) {
			t.Errorf("%+v: the same seed gives other values", c.initializer)
		}
	}
	// a parameter without values has fans of 0
	for _, i := range []layer.Initializer{layer.HeNormal{}, layer.VarianceScaling{Mode: layer.FanAvg}} {
		if got := i.Init(tensor.Shape{0, 2}, stream(1, 0)); len(got) != 0 {
			t.Errorf("%T: %v", i, got)
		}
	}
}
