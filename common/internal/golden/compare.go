package golden

import (
	"math"
	"testing"
)

// Near fails unless got has as many values as want and the largest error, divided by the largest
// absolute value of want (by 1 if want is all zero), is at most tolerance. A NaN or an infinity
// must be met by the same; finite values beside it are still compared.
func Near(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	if i, worst := Distance(got, want); !(worst <= tolerance) {
		t.Errorf("%s: element %d is %.17g, want %.17g: off by %.3g of the largest, allowed %.3g",
			what, i, got[i], want[i], worst, tolerance)
	}
}

// Distance gives the largest error of got, divided by the largest finite absolute value of want
// (by 1 if that is zero), and where it is; +Inf where a NaN or an infinity is not met by the same.
// Both slices have the same length.
func Distance(got, want []float64) (index int, worst float64) {
	scale := 0.0
	for _, w := range want {
		if a := math.Abs(w); a > scale && !math.IsInf(a, 0) {
			scale = a
		}
	}
	if scale == 0 {
		scale = 1
	}
	for i, w := range want {
		e := math.Abs(got[i]-w) / scale
		switch {
		case got[i] == w, math.IsNaN(w) && math.IsNaN(got[i]):
			e = 0
		case math.IsNaN(e):
			e = math.Inf(1)
		}
		if e > worst {
			index, worst = i, e
		}
	}
	return index, worst
}

// Convert copies numbers into another float type.
func Convert[To, From float32 | float64](from []From) []To {
	to := make([]To, len(from))
	for i, v := range from {
		to[i] = To(v)
	}
	return to
}
