package kernel

import (
	"math"
	"sync"

	"gorgonia-lectures/common/internal/libm"
	"gorgonia-lectures/common/kernel/internal/parallel"
)

// Activation is an elementwise function with its derivative, which Activate computes in plain Go. The faster ReLU, and
// Sigmoid and Tanh, are kernels of their own.
type Activation struct {
	Name              string
	Value, Derivative func(x float64) float64
	hinge             *hinge // of a function of straight pieces, which has a faster loop
}

// The activations without settings.
var (
	SELU        = Activation{"SELU", selu, seluDerivative, nil}
	GELU        = Activation{"GELU", gelu, geluDerivative, nil}
	SiLU        = Activation{"SiLU", silu, siluDerivative, nil} // also called swish
	Softplus    = Activation{"Softplus", softplus, logistic, nil}
	Softsign    = Activation{"Softsign", softsign, softsignDerivative, nil}
	Exponential = Activation{"Exponential", libm.Exp, libm.Exp, nil}
	HardSigmoid = Activation{"HardSigmoid", hardSigmoid, hardSigmoidDerivative, nil}
)

// ELU is x above 0, and alpha·(e^x - 1) elsewhere. (Clevert, Unterthiner and Hochreiter, Fast and accurate deep network
// learning by exponential linear units, 2016.)
func ELU(alpha float64) Activation {
	return Activation{"ELU",
		func(x float64) float64 {
			if x > 0 {
				return x
			}
			return alpha * math.Expm1(x)
		},
		func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return alpha * libm.Exp(x)
		}, nil}
}

// LeakyReLU is x above 0, and slope·x elsewhere.
func LeakyReLU(slope float64) Activation {
	f := ClippedReLU(slope, 0, math.Inf(1))
	f.Name = "LeakyReLU"
	return f
}

// ClippedReLU is min(x, maxValue) above the threshold, and slope·(x - threshold) elsewhere: Keras' relu with all of its
// settings. maxValue may be infinite.
func ClippedReLU(slope, threshold, maxValue float64) Activation {
	return Activation{Name: "ReLU", hinge: &hinge{slope, threshold, maxValue},
		Value: func(x float64) float64 {
			switch {
			case x > threshold:
				return min(x, maxValue)
			case slope == 0 && x <= threshold: // 0·(-Inf) is NaN
				return 0
			}
			return slope * (x - threshold)
		},
		Derivative: func(x float64) float64 {
			switch {
			case x <= threshold:
				return slope
			case x >= maxValue && !math.IsInf(maxValue, 1):
				return 0
			}
			return 1
		}}
}

// Rescaling is scale·x + offset.
func Rescaling(scale, offset float64) Activation {
	return Activation{"Rescaling",
		func(x float64) float64 { return float64(scale*x) + offset }, // the same bits with and without fused products
		func(float64) float64 { return scale }, nil}
}

// The constants of SELU, which keep the mean 0 and the variance 1 from layer to layer (Klambauer, Unterthiner, Mayr and
// Hochreiter, Self-normalizing neural networks, 2017, equation 14).
const seluScale, seluAlpha = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717

// selu is scale·x above 0, and scale·alpha·(e^x - 1) below.
func selu(x float64) float64 {
	if x < 0 {
		return seluScale * seluAlpha * math.Expm1(x)
	}
	return seluScale * x
}

func seluDerivative(x float64) float64 {
	if x < 0 {
		return seluScale * seluAlpha * libm.Exp(x)
	}
	return seluScale
}

// rootHalf is √½ as TensorFlow's gelu has it for every dtype: rounded to float32.
const rootHalf = float64(float32(1 / math.Sqrt2))

// gelu is x·Φ(x), Φ(x) being the chance that a normal number is below x. (Hendrycks and Gimpel, Gaussian error linear
// units, 2016.)
func gelu(x float64) float64 {
	if math.IsInf(x, -1) {
		return 0
	}
	return x * normalCDF(x)
}

func geluDerivative(x float64) float64 {
	if math.IsInf(x, 0) {
		return normalCDF(x)
	}
	z := rootHalf * x
	return normalCDF(x) + z*libm.Exp(-z*z)/math.SqrtPi
}

// normalCDF is Φ(x).
func normalCDF(x float64) float64 { return math.Erfc(-rootHalf*x) / 2 }

// silu is x·sigmoid(x).
func silu(x float64) float64 {
	if math.IsInf(x, -1) {
		return 0
	}
	return x * logistic(x)
}

func siluDerivative(x float64) float64 {
	s := logistic(x)
	if math.IsInf(x, 0) {
		return s
	}
	return s * (1 + float64(x*(1-s)))
}

// logistic is 1/(1 + e^-x).
func logistic(x float64) float64 {
	y := [1]float64{x}
	sigmoid(y[:], y[:])
	return y[0]
}

// softplus is log(1 + e^x).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(libm.Exp(-math.Abs(x))) }

// softsign is x/(1 + |x|).
func softsign(x float64) float64 {
	if math.IsInf(x, 0) {
		return math.Copysign(1, x)
	}
	return x / (1 + math.Abs(x))
}

func softsignDerivative(x float64) float64 { return 1 / ((1 + math.Abs(x)) * (1 + math.Abs(x))) }

// hardSigmoid is x/6 + 1/2, clipped to [0, 1], as in Keras 3. In Keras 2 it is x/5 + 1/2.
func hardSigmoid(x float64) float64 { return min(max(x+3, 0), 6) / 6 }

func hardSigmoidDerivative(x float64) float64 {
	if x > -3 && x < 3 {
		return 1. / 6
	}
	return 0
}

// hinge is the settings of a ClippedReLU.
type hinge struct{ slope, threshold, maxValue float64 }

// hingeValue computes a ClippedReLU without a branch, which would be mispredicted for half of the elements.
func hingeValue[T Float](y, x []T, r hinge) {
	slope, threshold, maxValue := T(r.slope), T(r.threshold), T(r.maxValue)
	var choice [2]T // below and above the threshold
	for i, v := range x {
		if slope != 0 { // 0·(-Inf) is NaN
			choice[0] = slope * (v - threshold)
		}
		choice[1] = min(v, maxValue)
		above := 0
		if !(v <= threshold) { // NaN stays NaN
			above = 1
		}
		y[i] = choice[above]
	}
}

func hingeGrad[T Float](dx, x, dy []T, r hinge) {
	threshold, maxValue := T(r.threshold), T(r.maxValue)
	choice := [3]T{T(r.slope), 1, 0} // below, between, and from the largest value on
	if math.IsInf(r.maxValue, 1) {
		choice[2] = 1
	}
	for i, v := range x {
		above, beyond := 0, 0
		if !(v <= threshold) {
			above = 1
		}
		if v >= maxValue {
			beyond = 1
		}
		dx[i] = dy[i] * choice[above+above&beyond]
	}
}

// Activate computes the activation, a ClippedReLU in the type of the elements and any other in float64:
//
//	for i := range x {
//		y[i] = f.Value(x[i])
//	}
func Activate[T Float](y, x []T, f Activation) {
	activate[T]{f.Value, f.hinge, y[:len(x)], x, nil}.all()
}

// ActivateGrad computes the gradient of Activate from its input:
//
//	for i := range x {
//		dx[i] = dy[i] * f.Derivative(x[i])
//	}
func ActivateGrad[T Float](dx, x, dy []T, f Activation) {
	activate[T]{f.Derivative, f.hinge, dx[:len(x)], x, dy[:len(x)]}.all()
}

// activate is a function on its slices. dy is nil for a value.
type activate[T Float] struct {
	f          func(float64) float64
	hinge      *hinge
	out, x, dy []T
}

var activateJobs sync.Pool

func (a activate[T]) all() {
	if n := len(a.x); n > expPiece {
		parallel.Region(&activateJobs, ceilDiv(n, expPiece), a)
		return
	}
	a.Piece(0)
}

func (a *activate[T]) Piece(i int) {
	lo, hi := i*expPiece, min((i+1)*expPiece, len(a.x))
	out, x, dy := a.out[lo:hi], a.x[lo:hi], []T(nil)
	if a.dy != nil {
		dy = a.dy[lo:hi]
	}
	switch {
	case a.hinge != nil && dy == nil:
		hingeValue(out, x, *a.hinge)
	case a.hinge != nil:
		hingeGrad(out, x, dy, *a.hinge)
	case dy == nil:
		for i, v := range x {
			out[i] = T(a.f(float64(v)))
		}
	default:
		for i, v := range x {
			out[i] = T(float64(dy[i]) * a.f(float64(v)))
		}
	}
}
