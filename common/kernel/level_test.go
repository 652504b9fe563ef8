package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// atLevels runs f as a subtest at each level that the machine has, and logs which.
func atLevels(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	before := ActiveLevel()
	defer func() { fatalIf(t, SetLevel(before)) }()
	for _, l := range Levels() {
		fatalIf(t, SetLevel(l))
		t.Run(l.String(), func(t *testing.T) {
			t.Logf("level %v", l)
			f(t)
		})
	}
}

// atLevel runs f at the given level.
func atLevel(t *testing.T, l Level, f func()) {
	t.Helper()
	before := ActiveLevel()
	defer func() { fatalIf(t, SetLevel(before)) }()
	fatalIf(t, SetLevel(l))
	f()
}

// lengths are all lengths up to some vectors, and the neighbours of larger multiples of 16.
func lengths() []int {
	var list []int
	for n := range 71 {
		list = append(list, n)
	}
	return append(list, 127, 128, 129, 255, 256, 257, 1000)
}

// sameNumbers fails if a and b differ in a bit; but any NaN is like any other.
func sameNumbers[T Float](t *testing.T, name string, a, b []T) {
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

// shifted is a slice of n elements between guard values that begins offset elements into its memory; with fill it has
// fill's first elements, else NaN.
func shifted(n, offset int, fill []float32) guarded[float32] {
	all := make([]float32, offset+n+2*guardWidth)[offset:]
	for i := range all {
		all[i] = guardValue
	}
	out := all[guardWidth : guardWidth+n]
	for i := range out {
		out[i] = float32(math.NaN())
	}
	if fill != nil {
		copy(out, fill[:n])
	}
	return guarded[float32]{all, out}
}

// extremes are float32 numbers at the ends of the range and around 0, in no order.
func extremes(r *rand.Rand, n int) []float32 {
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

func TestLevelsStartWithPlainGo(t *testing.T) {
	levels := Levels()
	if levels[0] != PlainGo || levels[len(levels)-1] != highest || !slices.IsSorted(levels) {
		t.Errorf("levels %v, want go up to %v", levels, highest)
	}
	t.Logf("levels of this machine: %v, proven up to %v, active %v", levels, proven, ActiveLevel())
}

func TestStartLevel(t *testing.T) {
	for _, c := range []struct {
		text string
		want Level
		bad  bool
	}{
		{"", min(highest, proven), false},
		{"go", PlainGo, false},
		{"avx2", min(highest, AVX2), highest < AVX2},
		{"avx512", highest, highest < AVX512},
		{"AVX2", min(highest, proven), true},
		{"sse", min(highest, proven), true},
	} {
		got, err := startLevel(c.text)
		if c.bad && err != nil {
			c.want = min(highest, proven)
		}
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%s=%q: level %v, error %v, want level %v, error: %t", LevelVariable, c.text, got, err, c.want, c.bad)
		}
	}
}

func TestSetLevelRefusesWhatTheMachineLacks(t *testing.T) {
	before := ActiveLevel()
	for _, l := range []Level{PlainGo - 1, highest + 1, 100} {
		if err := SetLevel(l); err == nil || ActiveLevel() != before {
			t.Errorf("SetLevel(%v): error %v, level %v, want an error and %v", l, err, ActiveLevel(), before)
		}
	}
}
