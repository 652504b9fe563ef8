package oracle

import (
	"math"
	"math/rand/v2"

	"gorgonia-lectures/common/kernel/internal/vector"
)

// Rand is a generator that gives the same numbers in each test.
func Rand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// Noise returns n numbers in [-1, 1).
func Noise[T vector.Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(2*r.Float64() - 1)
	}
	return x
}

// Hostile returns noise with some zeros, NaN and infinities.
func Hostile[T vector.Float](r *rand.Rand, n int) []T {
	x := Noise[T](r, n)
	odd := []float64{0, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}
	for range max(1, n/20) {
		x[r.IntN(n)] = T(odd[r.IntN(len(odd))])
	}
	return x
}

// Extremes are float32 numbers at the ends of the range and around 0, in no order.
func Extremes(r *rand.Rand, n int) []float32 {
	odd := []float32{0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
		math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 1e-39, 1.2e-38, 1, -1}
	x := make([]float32, n)
	for i := range x {
		if x[i] = odd[r.IntN(len(odd))]; r.IntN(3) == 0 {
			x[i] = float32(r.NormFloat64())
		}
	}
	return x
}

// Scattered is n numbers, about the given share of them not 0 or -0. Some have a single bit, some are denormal.
func Scattered(n int, share float64) []float32 {
	r := Rand()
	a := make([]float32, n)
	for i := range a {
		switch {
		case r.Float64() < share:
			a[i] = [...]float32{r.Float32() - 0.5, r.Float32() - 0.5, 2, -2, 1e-38, -1e-38}[r.IntN(6)]
		case r.Float64() < 0.5:
			a[i] = float32(math.Copysign(0, -1))
		}
	}
	return a
}

// Sparse is noise in which about the given share is zero.
func Sparse[T vector.Float](r *rand.Rand, n int, zeros float64) []T {
	x := Noise[T](r, n)
	for i := range x {
		if r.Float64() < zeros {
			x[i] = 0
		}
	}
	return x
}

// Spoil makes a few elements NaN, infinite, -0 or denormal.
func Spoil[T vector.Float](r *rand.Rand, x []T) {
	odd := Extremes(r, 5)
	for _, v := range odd {
		x[r.IntN(len(x))] = T(v)
	}
}

// Lengths are all lengths up to some vectors, and the neighbours of larger multiples of 16.
func Lengths() []int {
	var list []int
	for n := range 71 {
		list = append(list, n)
	}
	return append(list, 127, 128, 129, 255, 256, 257, 1000)
}
