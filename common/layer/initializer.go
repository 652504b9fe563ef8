package layer

import (
	"cmp"
	"math"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/random"
)

// Initializer draws the first values of a parameter, row-major.
type Initializer interface {
	Init(shape tensor.Shape, stream *random.Stream) []float64
}

// Zeros starts at 0: Keras' default for biases.
type Zeros struct{}

// Init returns a zero for each value of the shape.
func (Zeros) Init(shape tensor.Shape, _ *random.Stream) []float64 {
	return make([]float64, shape.TotalSize())
}

// Ones starts at 1.
type Ones struct{}

// Init returns a one for each value of the shape.
func (Ones) Init(shape tensor.Shape, _ *random.Stream) []float64 {
	return fill(shape, func() float64 { return 1 })
}

// Constant starts at Value.
type Constant struct{ Value float64 }

// Init returns Value for each value of the shape.
func (c Constant) Init(shape tensor.Shape, _ *random.Stream) []float64 {
	return fill(shape, func() float64 { return c.Value })
}

// RandomUniform draws uniformly from [Min, Max), [-0.05, 0.05) if both are zero.
type RandomUniform struct{ Min, Max float64 }

// Init draws one number for each value of the shape, in row-major order.
func (r RandomUniform) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	r = cmp.Or(r, RandomUniform{-0.05, 0.05})
	return fill(shape, func() float64 { return r.Min + (r.Max-r.Min)*stream.Float64() })
}

// RandomNormal draws from the normal distribution.
type RandomNormal struct {
	Mean   float64
	Stddev float64 // 0.05 if zero
}

// Init draws one number for each value of the shape, in row-major order.
func (r RandomNormal) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	deviation := cmp.Or(r.Stddev, 0.05)
	return fill(shape, func() float64 { return r.Mean + deviation*stream.Normal() })
}

// TruncatedNormal draws from the normal distribution without what is further than two standard deviations from the
// mean. Stddev is that of the whole distribution: what is drawn has 0.88 of it.
type TruncatedNormal struct {
	Mean   float64
	Stddev float64 // 0.05 if zero
}

// Init draws one number for each value of the shape, in row-major order.
func (r TruncatedNormal) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	deviation := cmp.Or(r.Stddev, 0.05)
	return fill(shape, func() float64 { return r.Mean + deviation*stream.TruncatedNormal() })
}

// GlorotUniform draws uniformly from [-l, l), l = sqrt(6/(fan in + fan out)): Keras' default for
// kernels. The fans of a convolution count every pixel of its kernel. (Glorot and Bengio,
// Understanding the difficulty of training deep feedforward neural networks, 2010, equation 16.)
type GlorotUniform struct{}

// Init draws one number for each value of the shape, in row-major order.
func (GlorotUniform) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	in, out := fans(shape)
	return symmetric(shape, stream, math.Sqrt(6/(in+out)))
}

// symmetric draws uniformly from [-limit, limit).
func symmetric(shape tensor.Shape, stream *random.Stream, limit float64) []float64 {
	return fill(shape, func() float64 { return (2*stream.Float64() - 1) * limit })
}

// GlorotNormal draws from the truncated normal distribution, with the variance 2/(fan in + fan out) of GlorotUniform.
type GlorotNormal struct{}

// Init draws one number for each value of the shape, in row-major order.
func (GlorotNormal) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	return VarianceScaling{Mode: FanAvg}.Init(shape, stream)
}

// HeUniform draws uniformly, with the variance 2/fan in, for layers with a ReLU. (He, Zhang, Ren and Sun, Delving deep
// into rectifiers, 2015, equation 10.)
type HeUniform struct{}

// Init draws one number for each value of the shape, in row-major order.
func (HeUniform) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	return VarianceScaling{Scale: 2, Distribution: Uniform}.Init(shape, stream)
}

// HeNormal draws from the truncated normal distribution, with the variance of HeUniform.
type HeNormal struct{}

// Init draws one number for each value of the shape, in row-major order.
func (HeNormal) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	return VarianceScaling{Scale: 2}.Init(shape, stream)
}

// LecunUniform draws uniformly, with the variance 1/fan in. (LeCun, Bottou, Orr and Müller, Efficient backprop, 1998,
// equation 16.)
type LecunUniform struct{}

// Init draws one number for each value of the shape, in row-major order.
func (LecunUniform) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	return VarianceScaling{Distribution: Uniform}.Init(shape, stream)
}

// LecunNormal draws from the truncated normal distribution, with the variance of LecunUniform: SELU wants it.
type LecunNormal struct{}

// Init draws one number for each value of the shape, in row-major order.
func (LecunNormal) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	return VarianceScaling{}.Init(shape, stream)
}

// VarianceScaling draws with the mean 0 and the variance Scale/n.
type VarianceScaling struct {
	Scale        float64 // 1 if zero
	Mode         Fan     // what n is
	Distribution Distribution
}

// Fan is what a VarianceScaling divides by: of a convolution it counts every pixel of the kernel.
type Fan int

const (
	FanIn  Fan = iota // the values that one output sees. Keras' default.
	FanOut            // the values that one input reaches
	FanAvg            // the mean of both
)

// Distribution is what a VarianceScaling draws from.
type Distribution int

const (
	Truncated   Distribution = iota // normal, without what is beyond two of its standard deviations. Keras' default.
	Untruncated                     // normal
	Uniform
)

// Init draws one number for each value of the shape, in row-major order.
func (v VarianceScaling) Init(shape tensor.Shape, stream *random.Stream) []float64 {
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
		// 0.88 is the standard deviation of what is left of the standard normal distribution
		return TruncatedNormal{Stddev: math.Sqrt(variance) / 0.87962566103423978}.Init(shape, stream)
	case Untruncated:
		return RandomNormal{Stddev: math.Sqrt(variance)}.Init(shape, stream)
	}
	return symmetric(shape, stream, math.Sqrt(3*variance))
}

// fill takes one number for each value of the shape.
func fill(shape tensor.Shape, next func() float64) []float64 {
	values := make([]float64, shape.TotalSize())
	for i := range values {
		values[i] = next()
	}
	return values
}

// fans counts the values that one output sees and that one input reaches.
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
