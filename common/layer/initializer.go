package layer

import (
	"cmp"
	"math"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/random"
)

// Initializer returns the initial values of a parameter. The types below are Keras' initializers, with the same bits.
type Initializer interface {
	// Draws reports whether Init takes random numbers from draw: Keras then gives the initializer a seed.
	Draws() bool
	// Init returns the values, row-major, rounded to the dtype.
	Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64
}

// Zeros starts at 0: Keras' default for biases.
type Zeros struct{}

// Draws is false.
func (Zeros) Draws() bool { return false }

// Init returns a zero for each value of the shape.
func (Zeros) Init(shape tensor.Shape, _ tensor.Dtype, _ random.Draw) []float64 {
	return make([]float64, shape.TotalSize())
}

// Ones starts at 1.
type Ones struct{}

// Draws is false.
func (Ones) Draws() bool { return false }

// Init returns a one for each value of the shape.
func (Ones) Init(shape tensor.Shape, _ tensor.Dtype, _ random.Draw) []float64 {
	return slices.Repeat([]float64{1}, shape.TotalSize())
}

// Constant starts at Value, which TensorFlow rounds to float32, for float64 too.
type Constant struct{ Value float64 }

// Draws is false.
func (Constant) Draws() bool { return false }

// Init returns Value for each value of the shape.
func (c Constant) Init(shape tensor.Shape, _ tensor.Dtype, _ random.Draw) []float64 {
	return slices.Repeat([]float64{float64(float32(c.Value))}, shape.TotalSize())
}

// RandomUniform draws uniformly from [Min, Max), [-0.05, 0.05) if both are zero.
type RandomUniform struct{ Min, Max float64 }

// Draws is true.
func (RandomUniform) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (r RandomUniform) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	r = cmp.Or(r, RandomUniform{-0.05, 0.05})
	values := make([]float64, shape.TotalSize())
	draw.Uniform(values, r.Min, r.Max, dtype == tensor.Float64)
	return values
}

// RandomNormal draws from the normal distribution.
type RandomNormal struct {
	Mean   float64
	Stddev float64 // 0.05 if zero
}

// Draws is true.
func (RandomNormal) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (r RandomNormal) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	values := make([]float64, shape.TotalSize())
	draw.Normal(values, r.Mean, cmp.Or(r.Stddev, 0.05), dtype == tensor.Float64)
	return values
}

// TruncatedNormal draws from the normal distribution without the numbers farther than two standard deviations from the
// mean. Stddev is that of the whole normal distribution; the standard deviation of the drawn numbers is 0.88 of it.
type TruncatedNormal struct {
	Mean   float64
	Stddev float64 // 0.05 if zero
}

// Draws is true.
func (TruncatedNormal) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (r TruncatedNormal) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	values := make([]float64, shape.TotalSize())
	draw.TruncatedNormal(values, r.Mean, cmp.Or(r.Stddev, 0.05), dtype == tensor.Float64)
	return values
}

// GlorotUniform draws uniformly from [-l, l), l = sqrt(6/(fan in + fan out)): Keras' default for
// kernels. The fans of a convolution count every pixel of its kernel. (Glorot and Bengio,
// Understanding the difficulty of training deep feedforward neural networks, 2010, equation 16.)
type GlorotUniform struct{}

// Draws is true.
func (GlorotUniform) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (GlorotUniform) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	return VarianceScaling{Mode: FanAvg, Distribution: Uniform}.Init(shape, dtype, draw)
}

// GlorotNormal draws from the truncated normal distribution, with the variance 2/(fan in + fan out) of GlorotUniform.
type GlorotNormal struct{}

// Draws is true.
func (GlorotNormal) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (GlorotNormal) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	return VarianceScaling{Mode: FanAvg}.Init(shape, dtype, draw)
}

// HeUniform draws uniformly, with the variance 2/fan in, for layers with a ReLU. (He, Zhang, Ren and Sun, Delving deep
// into rectifiers, 2015, equation 10.)
type HeUniform struct{}

// Draws is true.
func (HeUniform) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (HeUniform) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	return VarianceScaling{Scale: 2, Distribution: Uniform}.Init(shape, dtype, draw)
}

// HeNormal draws from the truncated normal distribution, with the variance of HeUniform.
type HeNormal struct{}

// Draws is true.
func (HeNormal) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (HeNormal) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	return VarianceScaling{Scale: 2}.Init(shape, dtype, draw)
}

// LecunUniform draws uniformly, with the variance 1/fan in. (LeCun, Bottou, Orr and Müller, Efficient backprop, 1998,
// equation 16.)
type LecunUniform struct{}

// Draws is true.
func (LecunUniform) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (LecunUniform) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	return VarianceScaling{Distribution: Uniform}.Init(shape, dtype, draw)
}

// LecunNormal draws from the truncated normal distribution, with the variance of LecunUniform. It is the initializer
// for SELU.
type LecunNormal struct{}

// Draws is true.
func (LecunNormal) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (LecunNormal) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	return VarianceScaling{}.Init(shape, dtype, draw)
}

// VarianceScaling draws with the mean 0 and the variance Scale/n.
type VarianceScaling struct {
	Scale        float64 // 1 if zero
	Mode         Fan     // n
	Distribution Distribution
}

// Fan is the number by which a VarianceScaling divides. For a convolution it counts every pixel of the kernel.
type Fan int

const (
	FanIn  Fan = iota // the inputs of an output. Keras' default.
	FanOut            // the outputs of an input
	FanAvg            // the mean of both
)

// Distribution is the distribution of a VarianceScaling.
type Distribution int

const (
	Truncated   Distribution = iota // normal, without numbers beyond two standard deviations. Keras' default.
	Untruncated                     // normal
	Uniform
)

// Draws is true.
func (VarianceScaling) Draws() bool { return true }

// Init draws one number for each value of the shape, in row-major order.
func (v VarianceScaling) Init(shape tensor.Shape, dtype tensor.Dtype, draw random.Draw) []float64 {
	in, out := fans(shape)
	n := in
	switch v.Mode {
	case FanOut:
		n = out
	case FanAvg:
		n = (in + out) / 2
	}
	variance := cmp.Or(v.Scale, 1) / max(1, n)
	switch v.Distribution {
	case Truncated:
		// 0.88 is the standard deviation of the truncated standard normal distribution
		return TruncatedNormal{Stddev: math.Sqrt(variance) / 0.87962566103423978}.Init(shape, dtype, draw)
	case Untruncated:
		return RandomNormal{Stddev: math.Sqrt(variance)}.Init(shape, dtype, draw)
	}
	limit := math.Sqrt(3 * variance)
	return RandomUniform{-limit, limit}.Init(shape, dtype, draw)
}

// Seeded draws from its own seed instead of the net's, like an initializer of Keras with a seed.
type Seeded struct {
	Initializer
	Seed uint32
}

// Draws is false.
func (Seeded) Draws() bool { return false }

// Init draws as the initializer does, from Seed.
func (s Seeded) Init(shape tensor.Shape, dtype tensor.Dtype, _ random.Draw) []float64 {
	return s.Initializer.Init(shape, dtype, random.NewDraw(uint64(s.Seed), 0))
}

// fans returns the number of inputs of an output and of outputs of an input.
func fans(shape tensor.Shape) (in, out float64) {
	switch n := len(shape); n {
	case 0:
		return 1, 1
	case 1:
		return float64(shape[0]), float64(shape[0])
	default:
		window := float64(shape[:n-2].TotalSize())
		return window * float64(shape[n-2]), window * float64(shape[n-1])
	}
}
