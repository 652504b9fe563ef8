package layer_test

import (
	"math"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/random"
)

// values are the first ones of a parameter for a seed of its initializer.
func values(i layer.Initializer, shape tensor.Shape, seed uint64) []float64 {
	return i.Init(shape, tensor.Float32, random.NewDraw(seed, 0))
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
		got := values(layer.GlorotUniform{}, c.shape, 1)
		if len(got) != c.shape.TotalSize() {
			t.Fatalf("%v: %d values", c.shape, len(got))
		}
		n, sum, squares := float64(len(got)), 0.0, 0.0
		lowest, highest := slices.Min(got), slices.Max(got)
		for _, v := range got {
			sum += v
			squares += v * v
		}
		if end := float64(float32(limit)); lowest < -end || highest > end {
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
		if v := values(layer.GlorotUniform{}, tensor.Shape{}, seed); len(v) != 1 || math.Abs(v[0]) > math.Sqrt(3) {
			t.Fatalf("seed %d: %v", seed, v)
		}
	}
}

// The values are a function of the seed.
func TestGlorotUniformIsSeeded(t *testing.T) {
	draw := func(seed uint64) []float64 { return values(layer.GlorotUniform{}, tensor.Shape{6, 7}, seed) }
	base := draw(1)
	if !slices.Equal(base, draw(1)) {
		t.Error("the same seed gives other values")
	}
	for i, v := range draw(2) {
		if v == base[i] {
			t.Errorf("another seed: value %d is the same", i)
		}
	}
}

func TestZeros(t *testing.T) {
	if got := values(layer.Zeros{}, tensor.Shape{2, 3}, 1); !slices.Equal(got, make([]float64, 6)) {
		t.Errorf("%v, want six zeros", got)
	}
}

// ones is an initializer of a user's own.
type ones struct{}

func (ones) Draws() bool { return false }

func (ones) Init(shape tensor.Shape, _ tensor.Dtype, _ random.Draw) []float64 {
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
		got := values(c.initializer, shape, 1)
		if len(got) != shape.TotalSize() {
			t.Fatalf("%T: %d values", c.initializer, len(got))
		}
		n, sum, squares, furthest := float64(len(got)), 0.0, 0.0, 0.0
		for _, v := range got {
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
		if furthest > c.want[2]*(1+1e-6) {
			t.Errorf("%+v: %v from the mean, want at most %v", c.initializer, furthest, c.want[2])
		}
		if c.want[1] > 0 && slices.Equal(got, values(c.initializer, shape, 2)) {
			t.Errorf("%+v: two seeds give the same values", c.initializer)
		}
		if !slices.Equal(got, values(c.initializer, shape, 1)) {
			t.Errorf("%+v: the same seed gives other values", c.initializer)
		}
	}
	// a parameter without values has fans of 0
	for _, i := range []layer.Initializer{layer.HeNormal{}, layer.VarianceScaling{Mode: layer.FanAvg}} {
		if got := values(i, tensor.Shape{0, 2}, 1); len(got) != 0 {
			t.Errorf("%T: %v", i, got)
		}
	}
}

// TensorFlow rounds the value of a Constant to float32, for a net in float64 too: keras.initializers.Constant(0.2).
func TestConstantIsRounded(t *testing.T) {
	got := layer.Constant{Value: 0.2}.Init(tensor.Shape{1}, tensor.Float64, random.Draw{})
	if want := 0.20000000298023224; got[0] != want {
		t.Errorf("%v, want %v", got[0], want)
	}
}
