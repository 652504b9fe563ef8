package kernel

import (
	"fmt"
	"math"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// plain is each activation with its formula as in a textbook, in float64.
func plain() []struct {
	f    Activation
	want func(x float64) float64
} {
	inf := math.Inf(1)
	return []struct {
		f    Activation
		want func(x float64) float64
	}{
		{SELU, func(x float64) float64 {
			return 1.0507009873554805 * (max(x, 0) + 1.6732632423543772*(math.Exp(min(x, 0))-1))
		}},
		{GELU, func(x float64) float64 { return x * (1 + math.Erf(x*rootHalf)) / 2 }},
		{SiLU, func(x float64) float64 { return x / (1 + math.Exp(-x)) }},
		{Softplus, func(x float64) float64 { return math.Log(1 + math.Exp(x)) }},
		{Softsign, func(x float64) float64 { return x / (1 + math.Abs(x)) }},
		{Exponential, math.Exp},
		{HardSigmoid, func(x float64) float64 { return max(0, min(1, x/6+.5)) }},
		{ELU(1), func(x float64) float64 { return max(x, math.Exp(min(x, 0))-1) }},
		{ELU(.5), func(x float64) float64 { return max(x, .5*(math.Exp(min(x, 0))-1)) }},
		{LeakyReLU(.25), func(x float64) float64 { return max(x, x/4) }},
		{ClippedReLU(0, 0, 6), func(x float64) float64 { return min(6, max(x, 0)) }},
		{ClippedReLU(.5, 1, 2), func(x float64) float64 {
			if x > 1 {
				return min(x, 2)
			}
			return (x - 1) / 2
		}},
		{ClippedReLU(0, 1, inf), func(x float64) float64 {
			if x > 1 {
				return x
			}
			return 0
		}},
		{Rescaling(1./255, -.5), func(x float64) float64 { return x/255 - .5 }},
	}
}

func testActivate[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, c := range plain() {
		for _, n := range []int{0, 1, 7, 100, 2*expPiece + 5} {
			name := fmt.Sprintf("%s of %d", c.f.Name, n)
			x, dy := oracle.Noise[T](r, n), oracle.Noise[T](r, n)
			want, wantX := make([]float64, n), make([]float64, n)
			const h = 1e-6
			for i := range x {
				x[i] *= 9
				v := float64(x[i])
				want[i] = c.want(v)
				wantX[i] = float64(dy[i]) * (c.want(v+h) - c.want(v-h)) / (2 * h)
			}
			y, dx := oracle.Guard[T](n), oracle.Guard[T](n)
			Activate(y.Out, x, c.f)
			y.Check(t, name)
			for i, v := range want { // e^9 is large
				oracle.Near(t, name, y.Out[i:i+1], []float64{v}, 2*oracle.Epsilon[T]()*max(1, math.Abs(v)))
			}
			ActivateGrad(dx.Out, x, dy, c.f)
			dx.Check(t, name+" gradient")
			corner := func(v float64) bool { // where the difference of both sides is no derivative
				for _, at := range []float64{-3, 0, 1, 2, 3, 6} {
					if math.Abs(v-at) < 2*h {
						return true
					}
				}
				return false
			}
			for i, v := range wantX {
				if !corner(float64(x[i])) {
					oracle.Near(t, name+" gradient", dx.Out[i:i+1], []float64{v}, (2*oracle.Epsilon[T]()+1e-8)*max(1, math.Abs(v)))
				}
			}
			ActivateGrad(dy, x, dy, c.f) // in place
			oracle.SameBits(t, name+" gradient in place", dy, dx.Out)
			Activate(x, x, c.f)
			oracle.SameBits(t, name+" in place", x, y.Out)
		}
	}
}

func TestActivateIsThePlainLoop(t *testing.T) {
	oracle.Both(t, testActivate[float32], testActivate[float64])
}

// Far inputs give the limits of the functions and of their derivatives, never NaN; NaN stays NaN.
func TestActivateOfExtremes(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		f                     Activation
		low, high             float64
		lowSlope, highSlope   float64
		atThousand, atMinus   float64
		slopeOf1000, slopeOf0 float64
	}{
		{SELU, -seluScale * seluAlpha, inf, 0, seluScale, 1000 * seluScale, -seluScale * seluAlpha, seluScale, seluScale},
		{GELU, 0, inf, 0, 1, 1000, 0, 1, .5},
		{SiLU, 0, inf, 0, 1, 1000, 0, 1, .5},
		{Softplus, 0, inf, 0, 1, 1000, 0, 1, .5},
		{Softsign, -1, 1, 0, 0, 1000. / 1001, -1000. / 1001, 1. / 1001 / 1001, 1},
		{Exponential, 0, inf, 0, inf, inf, 0, inf, 1},
		{HardSigmoid, 0, 1, 0, 0, 1, 0, 0, 1. / 6},
		{ELU(1), -1, inf, 0, 1, 1000, -1, 1, 1},
		{LeakyReLU(.25), -inf, inf, .25, 1, 1000, -250, 1, .25},
		{ClippedReLU(0, 0, 6), 0, 6, 0, 0, 6, 0, 0, 0},
		{ClippedReLU(0, 1, inf), 0, inf, 0, 1, 1000, 0, 1, 0},
	} {
		x := []float64{-inf, inf, 1000, -1000}
		y, dx := make([]float64, 4), make([]float64, 4)
		Activate(y, x, c.f)
		oracle.Near(t, c.f.Name, y, []float64{c.low, c.high, c.atThousand, c.atMinus}, 1e-12)
		x[3] = 0
		ActivateGrad(dx, x, []float64{1, 1, 1, 1}, c.f)
		oracle.Near(t, c.f.Name+" gradient", dx, []float64{c.lowSlope, c.highSlope, c.slopeOf1000, c.slopeOf0}, 1e-12)
		if v := c.f.Value(math.NaN()); v == v {
			t.Errorf("%s of NaN is %v", c.f.Name, v)
		}
	}
}
