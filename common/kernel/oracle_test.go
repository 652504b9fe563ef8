package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// guarded is an output slice between guard values, full of NaN, so that a kernel must overwrite every element.
type guarded[E int32 | Float] struct{ all, out []E }

const guardValue, guardWidth = 12345, 16

func guard[E int32 | Float](n int) guarded[E] { return guardAt[E](n, 0) }

// guardAt is guard for a slice that begins offset elements into its memory.
func guardAt[E int32 | Float](n, offset int) guarded[E] {
	all := slices.Repeat([]E{guardValue}, offset+n+2*guardWidth)[offset:]
	out := all[guardWidth:][:n]
	for i := range out {
		out[i] = E(math.NaN())
	}
	return guarded[E]{all, out}
}

// shifted has n elements of x offset elements into its memory.
func shifted[T Float](n, offset int, x []T) guarded[T] {
	g := guardAt[T](n, offset)
	copy(g.out, x[:n])
	return g
}

func (g guarded[E]) check(t *testing.T, name string) {
	t.Helper()
	for i := range guardWidth {
		if g.all[i] != guardValue || g.all[len(g.all)-1-i] != guardValue {
			t.Fatalf("%s: wrote outside its output, %d elements from the edge", name, guardWidth-i)
		}
	}
}

// near fails if got is further from want than tolerance; NaN and infinities must be at the same indices.
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

// sameNumbers fails if a and b differ in a bit; all NaN count as the same.
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

// atLevels runs f as a subtest at each level that the machine has, and logs these levels.
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

// eachLevel runs f at each level of the machine if T is float32, once if it is float64.
func eachLevel[T Float](t *testing.T, f func(level string)) {
	t.Helper()
	if epsilon[T]() < 1e-10 {
		f("float64")
		return
	}
	for _, l := range Levels() {
		atLevel(t, l, func() { f(l.String()) })
	}
}

// both runs a test for float32, at each level of the machine, and for float64.
func both(t *testing.T, single, double func(t *testing.T)) {
	t.Run("float32", func(t *testing.T) { atLevels(t, single) })
	t.Run("float64", double)
}

// lengths are all lengths up to some vectors, and the neighbours of larger multiples of 16.
func lengths() []int {
	var list []int
	for n := range 71 {
		list = append(list, n)
	}
	return append(list, 127, 128, 129, 255, 256, 257, 1000)
}

// shortOr is short with -short, else full.
func shortOr(short, full int) int {
	if testing.Short() {
		return short
	}
	return full
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

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
