package finite

import (
	"math"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
	"gorgonia-lectures/common/kernel/internal/vector"
)

func TestSerialFindsEveryNaNAndInfinity(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		large := []float32{math.MaxFloat32, -math.MaxFloat32, 1e-39, 0, -1}
		for _, n := range oracle.Lengths() {
			x := oracle.GuardAt[float32](n, n%17)
			for i := range x.Out {
				x.Out[i] = large[i%len(large)]
			}
			for i := range x.All { // what is around is not looked at
				if x.All[i] == oracle.GuardValue {
					x.All[i] = float32(math.NaN())
				}
			}
			if !Serial(x.Out) {
				t.Fatalf("%d finite numbers: not finite", n)
			}
			for i := range x.Out {
				before := x.Out[i]
				for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					if x.Out[i] = float32(v); Serial(x.Out) {
						t.Fatalf("%v at %d of %d: finite", v, i, n)
					}
				}
				x.Out[i] = before
			}
		}
	})
}

func TestParallelFindsWhatIsNot(t *testing.T) {
	oracle.Both(t, testParallel[float32], testParallel[float64])
}

func testParallel[T vector.Float](t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, 1<<16 + 3} {
		x := make([]T, n)
		for i := range x {
			x[i] = T(math.MaxFloat32) // large, but finite
		}
		if !Parallel(x) {
			t.Errorf("%d large values are not finite", n)
		}
		for _, at := range []int{0, n / 2, n - 1} {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				if at < 0 || at >= n {
					continue
				}
				old := x[at]
				if x[at] = T(bad); Parallel(x) {
					t.Errorf("%v at %d of %d is finite", bad, at, n)
				}
				x[at] = old
			}
		}
	}
}
