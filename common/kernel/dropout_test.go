package kernel

import (
	"fmt"
	"math"
	"testing"

	"gorgonia-lectures/common/random"
)

func testDropout[T Float](t *testing.T) {
	r := newRand()
	for _, rate := range []float64{0, 0.1, 0.25, 0.5, 0.9, 0.999999} {
		for _, s := range [][2]int{{1, 1}, {3, 5}, {2, 8}, {7, 13}, {64, 800}, {0, 3}} {
			rows, cols := s[0], s[1]
			name := fmt.Sprintf("%dx%d rate %v", rows, cols, rate)
			x := noise[T](r, rows*cols)
			const firstRow, seed, layer, step = 1000, 0xfeedfacecafebeef, 3, 77
			want := make([]T, len(x))
			for i, v := range x {
				row, col := i/cols, i%cols
				words := random.Philox([4]uint32{uint32(col / 4), uint32(firstRow + row), step, 3<<24 | layer},
					[2]uint32{0xcafebeef, 0xfeedface})
				if float64(words[col%4]) >= rate*(1<<32) {
					want[i] = v * T(1/(1-rate))
				}
			}
			y := guard[T](len(x))
			Dropout(y.out, x, rows, cols, firstRow, rate, seed, layer, step)
			y.check(t, name)
			sameBits(t, name, y.out, want)
			Dropout(x, x, rows, cols, firstRow, rate, seed, layer, step)
			sameBits(t, name+" in place", x, want)
		}
	}
}

func TestDropoutIsThePlainLoop(t *testing.T) {
	atLevels(t, func(t *testing.T) { both(t, testDropout[float32], testDropout[float64]) })
}

// deviations is by how many standard deviations a count among n draws of probability p is off.
func deviations(count, n int, p float64) float64 {
	return math.Abs(float64(count)-p*float64(n)) / math.Sqrt(float64(n)*p*(1-p))
}

func TestDropoutKeepsTheExpectedShare(t *testing.T) {
	const rows, cols = 100, 1001
	x, y := make([]float64, rows*cols), make([]float64, rows*cols)
	for i := range x {
		x[i] = 1
	}
	for _, rate := range []float64{0, 0.1, 0.25, 0.5, 0.9} {
		for step := range uint64(3) {
			Dropout(y, x, rows, cols, 0, rate, 1, 0, step)
			kept := 0
			for _, v := range y {
				if v != 0 {
					kept++
				}
			}
			if rate == 0 && kept != len(y) || rate > 0 && deviations(kept, len(y), 1-rate) > 4.5 {
				t.Errorf("rate %v step %d: kept %d of %d", rate, step, kept, len(y))
			}
		}
	}
}

func TestDropoutDropsOtherElementsElsewhere(t *testing.T) {
	const cols = 4096
	x, base := make([]float64, cols), make([]float64, cols)
	for i := range x {
		x[i] = 1
	}
	Dropout(base, x, 1, cols, 5, 0.5, 1, 2, 3)
	for _, c := range []struct {
		name  string
		row   int
		seed  uint64
		layer uint32
		step  uint64
	}{{"row", 6, 1, 2, 3}, {"seed", 5, 2, 2, 3}, {"seed's high half", 5, 1 | 1<<40, 2, 3}, {"layer", 5, 1, 3, 3}, {"step", 5, 1, 2, 4}} {
		y := make([]float64, cols)
		Dropout(y, x, 1, cols, c.row, 0.5, c.seed, c.layer, c.step)
		same := 0
		for i := range y {
			if y[i] == base[i] {
				same++
			}
		}
		if deviations(same, cols, 0.5) > 4.5 {
			t.Errorf("another %s: %d of %d elements are the same, want half", c.name, same, cols)
		}
	}
}

func TestDropoutOfADroppedNaNIsZero(t *testing.T) {
	x, ones, y, mask := make([]float64, 100), make([]float64, 100), make([]float64, 100), make([]float64, 100)
	for i := range x {
		x[i], ones[i] = math.NaN(), 1
	}
	Dropout(y, x, 4, 25, 0, 0.5, 1, 0, 0)
	Dropout(mask, ones, 4, 25, 0, 0.5, 1, 0, 0)
	for i, v := range y {
		if math.IsNaN(v) != (mask[i] != 0) {
			t.Fatalf("element %d is %v where the mask is %v", i, v, mask[i])
		}
	}
}
