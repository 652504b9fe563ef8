package kernel

import (
	"math"
	"testing"
)

func TestFiniteFindsEveryNaNAndInfinity(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		large := []float32{math.MaxFloat32, -math.MaxFloat32, 1e-39, 0, -1}
		for _, n := range lengths() {
			x := guardAt[float32](n, n%17)
			for i := range x.out {
				x.out[i] = large[i%len(large)]
			}
			for i := range x.all { // what is around is not looked at
				if x.all[i] == guardValue {
					x.all[i] = float32(math.NaN())
				}
			}
			if !finite(x.out) {
				t.Fatalf("%d finite numbers: not finite", n)
			}
			for i := range x.out {
				before := x.out[i]
				for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					if x.out[i] = float32(v); finite(x.out) {
						t.Fatalf("%v at %d of %d: finite", v, i, n)
					}
				}
				x.out[i] = before
			}
		}
	})
}

func TestFiniteFindsWhatIsNot(t *testing.T) { both(t, testFinite[float32], testFinite[float64]) }

func testFinite[T Float](t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, 1<<16 + 3} {
		x := make([]T, n)
		for i := range x {
			x[i] = T(math.MaxFloat32) // large, but finite
		}
		if !Finite(x) {
			t.Errorf("%d large values are not finite", n)
		}
		for _, at := range []int{0, n / 2, n - 1} {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				if at < 0 || at >= n {
					continue
				}
				old := x[at]
				if x[at] = T(bad); Finite(x) {
					t.Errorf("%v at %d of %d is finite", bad, at, n)
				}
				x[at] = old
			}
		}
	}
}
