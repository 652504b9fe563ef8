package main

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
)

// The slopes are the derivatives, and the sigmoid's is a quarter at most.
func TestSlopes(t *testing.T) {
	for _, f := range functions {
		steepest := 0.0
		for x := -4.975; x < 5; x += 0.05 { // never 0, where ReLU has no derivative
			want := fd.Derivative(f.value, x, &fd.Settings{Formula: fd.Central})
			if got := f.slope(x); math.Abs(got-want) > 1e-8 {
				t.Errorf("%s: the slope at %g is %g, want %g", f.name, x, got, want)
			}
			steepest = math.Max(steepest, f.slope(x))
		}
		if want := map[string]float64{"sigmoid": 0.25, "tanh": 1, "relu": 1}[f.name]; steepest > want || steepest < want-0.01 {
			t.Errorf("%s: the steepest slope is %g, want %g", f.name, steepest, want)
		}
	}
}
