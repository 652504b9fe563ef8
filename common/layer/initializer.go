package layer

import (
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

// GlorotUniform draws uniformly from [-l, l), l = sqrt(6/(fan in + fan out)): Keras' default for
// kernels. The fans of a convolution count every pixel of its kernel. (Glorot and Bengio,
// Understanding the difficulty of training deep feedforward neural networks, 2010, equation 16.)
type GlorotUniform struct{}

// Init draws one number for each value of the shape, in row-major order.
func (GlorotUniform) Init(shape tensor.Shape, stream *random.Stream) []float64 {
	in, out := fans(shape)
	limit := math.Sqrt(6 / (in + out))
	values := make([]float64, shape.TotalSize())
	for i := range values {
		values[i] = (2*stream.Float64() - 1) * limit
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
