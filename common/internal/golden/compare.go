package golden

import (
	"math"
	"testing"
)

// Near fails unless got has as many values as want and the largest error, divided by the largest
// finite absolute value of want (by 1 if that is zero), is at most tolerance. Where want is NaN or
// infinite, got must be the same.
func Near(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	scale := 0.0
	for _, w := range want {
		if a := math.Abs(w); a > scale && !math.IsInf(a, 0) {
			scale = a
		}
	}
	if scale == 0 {
		scale = 1
	}
	index, worst := 0, 0.0
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
	if !(worst <= tolerance) {
		t.Errorf("%s: element %d is %.17g, want %.17g: off by %.3g of the largest, allowed %.3g",
			what, index, got[index], want[index], worst, tolerance)
	}
}

// Convert copies numbers into another float type.
func Convert[To, From float32 | float64](from []From) []To {
	to := make([]To, len(from))
	for i, v := range from {
		to[i] = To(v)
	}
	return to
}
