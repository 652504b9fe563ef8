// Package oracle has what the tests of the kernels share: numbers to compute with, slices between guard values,
// comparisons, and runs at each level.
package oracle

import (
	"math"
	"slices"
	"testing"

	"gorgonia-lectures/common/kernel/internal/vector"
)

// Guarded is an output slice between guard values, full of NaN, so that a kernel must overwrite every element.
type Guarded[E int32 | vector.Float] struct{ All, Out []E }

// GuardValue is what stands around the slice.
const GuardValue = 12345

const guardWidth = 16

// Guard is a guarded slice of n elements.
func Guard[E int32 | vector.Float](n int) Guarded[E] { return GuardAt[E](n, 0) }

// GuardAt is Guard for a slice that begins offset elements into its memory.
func GuardAt[E int32 | vector.Float](n, offset int) Guarded[E] {
	all := slices.Repeat([]E{GuardValue}, offset+n+2*guardWidth)[offset:]
	out := all[guardWidth:][:n]
	for i := range out {
		out[i] = E(math.NaN())
	}
	return Guarded[E]{all, out}
}

// Shifted has n elements of x offset elements into its memory.
func Shifted[T vector.Float](n, offset int, x []T) Guarded[T] {
	g := GuardAt[T](n, offset)
	copy(g.Out, x[:n])
	return g
}

// Check fails if a guard value has changed.
func (g Guarded[E]) Check(t *testing.T, name string) {
	t.Helper()
	for i := range guardWidth {
		if g.All[i] != GuardValue || g.All[len(g.All)-1-i] != GuardValue {
			t.Fatalf("%s: wrote outside its output, %d elements from the edge", name, guardWidth-i)
		}
	}
}

// Near fails if got is further from want than tolerance; NaN and infinities must be at the same indices.
func Near[T vector.Float](t *testing.T, name string, got []T, want []float64, tolerance float64) {
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

// SameBits fails if a and b are not the same numbers bit for bit.
func SameBits[T vector.Float](t *testing.T, name string, a, b []T) {
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

// SameNumbers fails if a and b differ in a bit; all NaN count as the same.
func SameNumbers[T vector.Float](t *testing.T, name string, a, b []T) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%s: %d and %d elements", name, len(a), len(b))
	}
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		if math.Float64bits(x) != math.Float64bits(y) && !(math.IsNaN(x) && math.IsNaN(y)) {
			t.Fatalf("%s: element %d is %v and %v", name, i, a[i], b[i])
		}
	}
}

// Epsilon is the distance from 1 to the next T.
func Epsilon[T vector.Float]() float64 {
	var one T = 1
	e := one
	for one+e/2 != one {
		e /= 2
	}
	return float64(e)
}

// FatalIf ends the test if err is not nil.
func FatalIf(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
