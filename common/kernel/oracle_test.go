package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// guarded is an output slice between guard values, full of NaN so that every element has to be overwritten.
type guarded[T Float] struct {
	all, out []T
}

const guardValue, guardWidth = 12345, 9

func guard[T Float](n int) guarded[T] {
	all := make([]T, n+2*guardWidth)
	for i := range all {
		all[i] = guardValue
	}
	out := all[guardWidth : guardWidth+n]
	for i := range out {
		out[i] = T(math.NaN())
	}
	return guarded[T]{all, out}
}

func (g guarded[T]) check(t *testing.T, name string) {
	t.Helper()
	for i := range guardWidth {
		if g.all[i] != guardValue || g.all[len(g.all)-1-i] != guardValue {
			t.Fatalf("%s: wrote outside its output, %d elements from the edge", name, guardWidth-i)
		}
	}
}

// near fails if got is further from want than tolerance; NaN and infinities have to be in the same places.
func near[T Float](t *testing.T, name string, got []T, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", name, len(got), len(want))
	}
	for i, w := range want {
		g := float64(got[i])
		switch {
		case math.IsNaN(w) || math.IsInf(w, 0):
			if !(math.IsNaN(w) && math.IsNaN(g)) && g != w {
				t.Fatalf("%s: element %d is %v, want %v", name, i, g, w)
			}
		case !(math.Abs(g-w) <= tolerance):
			t.Fatalf("%s: element %d is %v, want %v within %g", name, i, g, w, tolerance)
		}
	}
}

// sameBits fails if a and b are not the same numbers bit for bit.
func sameBits[T Float](t *testing.T, name string, a, b []T) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%s: %d and %d elements", name, len(a), len(b))
	}
	for i := range a {
		if math.Float64bits(float64(a[i])) != math.Float64bits(float64(b[i])) {
			t.Fatalf("%s: element %d is %v and %v", name, i, a[i], b[i])
		}
	}
}

// epsilon is the distance from 1 to the next T.
func epsilon[T Float]() float64 {
	var one T = 1
	e := one
	for one+e/2 != one {
		e /= 2
	}
	return float64(e)
}

// noise returns n numbers in [-1, 1).
func noise[T Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(2*r.Float64() - 1)
	}
	return x
}

// hostile returns noise with some zeros, NaN and infinities.
func hostile[T Float](r *rand.Rand, n int) []T {
	x := noise[T](r, n)
	odd := []float64{0, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}
	for range max(1, n/20) {
		x[r.IntN(n)] = T(odd[r.IntN(len(odd))])
	}
	return x
}

func dot[T Float](a, b []T) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// both runs a test for float32, at each level of the machine, and for float64.
func both(t *testing.T, single, double func(t *testing.T)) {
	t.Run("float32", func(t *testing.T) { atLevels(t, single) })
	t.Run("float64", double)
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// differences returns the gradient of <dy, f(x)> in x by central differences.
func differences(x, dy []float64, f func(y, x []float64)) []float64 {
	const h = 1e-5
	grad, up, down := make([]float64, len(x)), make([]float64, len(dy)), make([]float64, len(dy))
	for i, v := range x {
		x[i] = v + h
		f(up, x)
		x[i] = v - h
		f(down, x)
		x[i] = v
		grad[i] = (dot(dy, up) - dot(dy, down)) / (2 * h)
	}
	return grad
}

func fatalIf(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s Window) String() string {
	return fmt.Sprintf("%dx%dx%dx%d kernel %dx%d stride %dx%d pad %d,%d out %dx%d", s.Batch, s.Height, s.Width, s.Channels,
		s.KernelHeight, s.KernelWidth, s.StrideHeight, s.StrideWidth, s.PadTop, s.PadLeft, s.OutHeight, s.OutWidth)
}
