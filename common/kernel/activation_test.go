package kernel

import (
	"fmt"
	"math"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// activation is an elementwise function and its gradient, a function of the output.
type activation[T Float] struct {
	name    string
	apply   func(y, x []T)
	grad    func(dx, y, dy []T)
	plain   func(x float64) float64
	plainDy func(y float64) float64 // the derivative from the output
}

func activations[T Float]() []activation[T] {
	return []activation[T]{
		{"relu", ReLU[T], ReLUGrad[T],
			func(x float64) float64 {
				if x < 0 {
					return 0
				}
				return x
			},
			func(y float64) float64 {
				if y > 0 {
					return 1
				}
				return 0
			}},
		{"sigmoid", Sigmoid[T], SigmoidGrad[T],
			func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, func(y float64) float64 { return y * (1 - y) }},
		{"tanh", Tanh[T], TanhGrad[T], math.Tanh, func(y float64) float64 { return 1 - y*y }},
	}
}

func testActivations[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, f := range activations[T]() {
		for _, n := range []int{0, 1, 2, 7, 100, 2*elementPiece + 5} {
			name := fmt.Sprintf("%s of %d", f.name, n)
			x := oracle.Noise[T](r, n)
			for i := range x {
				x[i] *= 5
			}
			want := make([]float64, n)
			for i, v := range x {
				want[i] = f.plain(float64(v))
			}
			y := oracle.Guard[T](n)
			f.apply(y.Out, x)
			y.Check(t, name)
			oracle.Near(t, name, y.Out, want, 2*oracle.Epsilon[T]())

			dy := oracle.Noise[T](r, n)
			for i, v := range y.Out {
				want[i] = float64(dy[i]) * f.plainDy(float64(v))
			}
			dx := oracle.Guard[T](n)
			f.grad(dx.Out, y.Out, dy)
			dx.Check(t, name+" gradient")
			oracle.Near(t, name+" gradient", dx.Out, want, 4*oracle.Epsilon[T]())

			f.apply(x, x) // in place
			oracle.SameBits(t, name+" in place", x, y.Out)
			f.grad(dy, x, dy)
			oracle.SameBits(t, name+" gradient in place", dy, dx.Out)
		}
	}
}

func TestActivationsAreThePlainLoops(t *testing.T) {
	oracle.Both(t, testActivations[float32], testActivations[float64])
}

// Each level gives the bits of the plain loop, for every length and alignment, with guard values around.
func TestReLUHasTheSameBitsAtEveryLevel(t *testing.T) {
	r := oracle.Rand()
	const most = elementPiece + 37
	x, dy := oracle.Extremes(r, most), oracle.Extremes(r, most)
	check := func(t *testing.T, n, offset int) {
		name := fmt.Sprintf("of %d at %d", n, offset)
		in, gradient := oracle.Shifted(n, offset, x).Out, oracle.Shifted(n, (offset+5)%17, dy).Out
		wantY, wantX := oracle.GuardAt[float32](n, 0).Out, oracle.GuardAt[float32](n, 0).Out
		oracle.AtLevel(t, PlainGo, func() { ReLU(wantY, in); ReLUGrad(wantX, in, gradient) })
		y, dx := oracle.GuardAt[float32](n, (offset+9)%17), oracle.GuardAt[float32](n, (offset+3)%17)
		ReLU(y.Out, in)
		ReLUGrad(dx.Out, in, gradient)
		y.Check(t, "ReLU "+name)
		dx.Check(t, "ReLUGrad "+name)
		oracle.SameNumbers(t, "ReLU "+name, y.Out, wantY)
		oracle.SameNumbers(t, "ReLUGrad "+name, dx.Out, wantX)
	}
	oracle.AtLevels(t, func(t *testing.T) {
		for _, n := range oracle.Lengths() {
			for offset := range 17 {
				check(t, n, offset)
			}
		}
		check(t, most, 1)
	})
}

func testExtremes[T Float](t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	x := []T{T(inf), T(-inf), T(nan), 1e30, -1e30, 800, -800, -80, -30, 0, T(math.Copysign(0, -1))}
	y := make([]T, len(x))
	for _, c := range []struct {
		name  string
		apply func(y, x []T)
		want  []float64
	}{
		{"relu", ReLU[T], []float64{inf, 0, nan, float64(T(1e30)), 0, 800, 0, 0, 0, 0, 0}},
		{"sigmoid", Sigmoid[T], []float64{1, 0, nan, 1, 0, 1, 0, float64(T(1.8048513878454153e-35)),
			float64(T(9.357622968839299e-14)), 0.5, 0.5}},
		{"tanh", Tanh[T], []float64{1, -1, nan, 1, -1, 1, -1, -1, -1, 0, 0}},
	} {
		c.apply(y, x)
		for i, want := range c.want {
			tolerance := 0.0
			if want > 0 && want < 1e-10 {
				tolerance = 1e-14 * want // the far end of sigmoid keeps its digits
			}
			oracle.Near(t, fmt.Sprintf("%s of %v", c.name, x[i]), y[i:i+1], []float64{want}, tolerance)
		}
	}
	dx := make([]T, 4)
	ReLUGrad(dx, []T{2, 0, T(nan), 1}, []T{T(nan), T(inf), 5, T(-inf)})
	oracle.Near(t, "relu gradient", dx, []float64{nan, 0, 0, math.Inf(-1)}, 0)
}

func TestActivationsOfExtremes(t *testing.T) {
	oracle.Both(t, testExtremes[float32], testExtremes[float64])
}

func testSoftmax[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, s := range [][2]int{{1, 1}, {1, 10}, {4, 1}, {3, 7}, {32, 10}, {2, 70000}, {9000, 10}, {0, 4}} {
		rows, cols := s[0], s[1]
		name := fmt.Sprintf("%dx%d", rows, cols)
		x, dy := oracle.Noise[T](r, rows*cols), oracle.Noise[T](r, rows*cols)
		want, wantX := make([]float64, len(x)), make([]float64, len(x))
		for row := range rows {
			var sum, inner float64
			for c := range cols {
				x[row*cols+c] *= 10
				sum += math.Exp(float64(x[row*cols+c]))
			}
			for i := row * cols; i < (row+1)*cols; i++ {
				want[i] = math.Exp(float64(x[i])) / sum
				inner += want[i] * float64(dy[i])
			}
			for i := row * cols; i < (row+1)*cols; i++ {
				wantX[i] = want[i] * (float64(dy[i]) - inner)
			}
		}
		y, dx := oracle.Guard[T](len(x)), oracle.Guard[T](len(x))
		Softmax(y.Out, x, rows, cols)
		y.Check(t, name)
		tolerance := oracle.Epsilon[T]() * (20 + float64(cols)/100)
		oracle.Near(t, name, y.Out, want, tolerance)
		SoftmaxGrad(dx.Out, y.Out, dy, rows, cols)
		dx.Check(t, name+" gradient")
		oracle.Near(t, name+" gradient", dx.Out, wantX, tolerance)
		Softmax(x, x, rows, cols)
		oracle.SameBits(t, name+" in place", x, y.Out)
	}
}

func TestSoftmaxIsThePlainLoop(t *testing.T) {
	oracle.Both(t, testSoftmax[float32], testSoftmax[float64])
}

func TestSoftmaxOfExtremes(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	x := []float64{1e300, 0, 1e300, -1e300, -1e300, -1e300, -inf, 0, 0, nan, 0, 1, inf, 0, 0}
	y := make([]float64, len(x))
	Softmax(y, x, 5, 3)
	third := 1. / 3
	oracle.Near(t, "y", y, []float64{.5, 0, .5, third, third, third, 0, .5, .5, nan, nan, nan, nan, nan, nan}, 1e-16)
}
