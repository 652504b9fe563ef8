package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// steps are all step functions with one call's rates; the state has two slices. bytes are read and written for a
// float32.
func steps[T Float]() []step[T] {
	return []step[T]{
		{"sgd", 12, func(w, _, _, g []T) { SGDStep(w, g, .1) }},
		{"momentum", 20, func(w, a, _, g []T) { MomentumStep(w, a, g, .1, .9, false) }},
		{"nesterov", 20, func(w, a, _, g []T) { MomentumStep(w, a, g, .1, .9, true) }},
		{"rmsprop", 20, func(w, a, _, g []T) { RMSpropStep(w, a, g, .1, .9, 1e-7) }},
		{"adagrad", 20, func(w, a, _, g []T) { AdagradStep(w, a, g, .1, 1e-7) }},
		{"adam", 28, func(w, a, b, g []T) { AdamStep(w, a, b, g, .1, .9, .999, 1e-7, 0) }},
		{"adamw", 28, func(w, a, b, g []T) { AdamStep(w, a, b, g, .1, .9, .999, 1e-7, .01) }},
	}
}

type step[T Float] struct {
	name  string
	bytes int
	run   func(w, a, b, g []T)
}

// Each element of a long slice, which is cut into pieces, becomes what it becomes alone.
func TestStepsAreElementwise(t *testing.T) {
	oracle.Both(t, testElementwise[float32], testElementwise[float64])
}

func testElementwise[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, step := range steps[T]() {
		for _, n := range []int{0, 1, stepPiece, 2*stepPiece + 1} {
			var s, alone [4][]T // w, state, state, g
			for k := range s {
				s[k] = make([]T, n+2) // one guard value at each end
				for i := range s[k] {
					s[k][i] = T(rng.Float64() + .1) // second moments are positive
				}
				alone[k] = slices.Clone(s[k])
			}
			step.run(s[0][1:n+1], s[1][1:n+1], s[2][1:n+1], s[3][1:n+1])
			for i := 1; i <= n; i++ {
				step.run(alone[0][i:i+1], alone[1][i:i+1], alone[2][i:i+1], alone[3][i:i+1])
			}
			for k := range s {
				if !slices.Equal(s[k], alone[k]) {
					t.Errorf("%s, %d weights: slice %d differs from the same step element by element", step.name, n, k)
				}
			}
		}
	}
}

// Each level gives the bits of the plain loop, for every length and alignment, with guard values around.
func TestStepsHaveTheSameBitsAtEveryLevel(t *testing.T) {
	r := oracle.Rand()
	const most = 3*stepPiece - 5
	var from [4][]float32
	for k := range from {
		from[k] = oracle.Noise[float32](r, most)
		for i := range from[k] {
			if k == 1 || k == 2 { // states: second moments are positive
				from[k][i] = from[k][i]*from[k][i] + 1e-6
			}
			if r.IntN(20) == 0 {
				from[k][i] = []float32{0, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
					float32(math.Copysign(0, -1)), math.MaxFloat32, 1e-10, -1}[r.IntN(8)]
			}
		}
	}
	check := func(t *testing.T, n, offset int) {
		for _, step := range steps[float32]() {
			var want, got [4]oracle.Guarded[float32]
			for k := range from {
				want[k] = oracle.Shifted(n, 0, from[k])
				got[k] = oracle.Shifted(n, (offset+5*k)%17, from[k]) // each with another alignment
			}
			oracle.AtLevel(t, PlainGo, func() { step.run(want[0].Out, want[1].Out, want[2].Out, want[3].Out) })
			step.run(got[0].Out, got[1].Out, got[2].Out, got[3].Out)
			for k := range from {
				what := fmt.Sprintf("%s of %d at %d, slice %d", step.name, n, offset, k)
				got[k].Check(t, what)
				oracle.SameNumbers(t, what, got[k].Out, want[k].Out)
			}
		}
	}
	oracle.AtLevels(t, func(t *testing.T) {
		for i, n := range oracle.Lengths() {
			for offset := i % 2; offset < 17; offset += oracle.ShortOr(4, 2) {
				check(t, n, offset)
			}
		}
		check(t, stepPiece+1, 3)
		check(t, most, 1)
	})
}

// In assembly, but not in plain Go, a number below the smallest normal one counts as 0 and becomes 0. A moment shrinks
// until a step would subtract less than that.
func TestAdamFlushesDenormals(t *testing.T) {
	for _, c := range []struct {
		name               string
		m, v, g            float32
		plainM, plainV     float32 // afterwards in plain Go
		flushedM, flushedV float32 // and in assembly
	}{
		{"moments shrink", 2 * smallest, 4 * smallest, 0, smallest, 2 * smallest, smallest, 2 * smallest},
		{"moments stop", smallest, smallest, 0, smallest / 2, smallest / 2, smallest, smallest},
		{"moments are too small", smallest / 2, smallest / 2, 0, smallest / 4, smallest / 4, 0, 0},
		{"gradient is too small", 0, 0, smallest / 2, smallest / 4, 0, 0, 0},
		{"its square is", 0, 0, 0x1p-64, 0x1p-65, 0x1p-129, 0x1p-65, 0},
		// 1.5 - 2.5/2 is a quarter of the smallest
		{"m crosses it", 1.5 * smallest, 0, -smallest, smallest / 4, 0, 0, 0},
	} {
		oracle.AtLevels(t, func(t *testing.T) {
			// several vectors and a rest
			const n = 37
			var s [4][]float32
			for k, x := range []float32{1, c.m, c.v, c.g} {
				s[k] = slices.Repeat([]float32{x}, n)
			}
			AdamStep(s[0], s[1], s[2], s[3], 0, 0.5, 0.5, 1e-7, 0)
			wantM, wantV := c.plainM, c.plainV
			if ActiveLevel() > PlainGo {
				wantM, wantV = c.flushedM, c.flushedV
			}
			for i := range n {
				if s[0][i] != 1 || s[1][i] != wantM || s[2][i] != wantV {
					t.Fatalf("%s: weight, moments %g, %g, %g, want 1, %g, %g", c.name, s[0][i], s[1][i], s[2][i], wantM, wantV)
				}
			}
			// the mode ends with the call
			if tiny := opaque(smallest) / 2; tiny == 0 {
				t.Errorf("%s: Go's arithmetic flushes denormals after the step", c.name)
			}
		})
	}
}

// smallest is the smallest normal float32.
const smallest = 0x1p-126

// flushed is x rounded to 24 bits, and 0 if that is below the smallest normal number.
func flushed(x float64) float64 {
	if !(math.Abs(x) < 1) {
		return float64(float32(x))
	}
	if x = float64(float32(x*0x1p100)) * 0x1p-100; math.Abs(x) >= smallest {
		return x
	}
	return math.Copysign(0, x)
}

// flushedSteps are the weight and the state after each rule's step, with each result flushed. u's rates are used.
func flushedSteps(u *update[float32], w, a, b, g float64) [6][3]float64 {
	f := flushed
	rate, keep, take1, take2 := float64(u.rate), float64(u.keep), float64(u.take1), float64(u.take2)
	epsilon, decay := float64(u.epsilon), float64(u.decay)
	step, square := f(rate*g), f(g*g)
	velocity := f(f(keep*a) - step)
	mean, sum := f(f(keep*a)+f(take2*square)), f(a+square)
	m, v := f(a+f(f(g-a)*take1)), f(b+f(f(square-b)*take2))
	return [...][3]float64{
		sgd:       {f(w - step), a, b},
		classical: {f(w + velocity), velocity, b},
		nesterovs: {f(w + f(f(keep*velocity)-step)), velocity, b},
		rmsprop:   {f(w - f(step/f(math.Sqrt(f(mean+epsilon))))), mean, b},
		adagrad:   {f(w - f(step/f(math.Sqrt(f(sum+epsilon))))), sum, b},
		adam:      {f(f(w-f(w*decay)) - f(f(m*rate)/f(f(math.Sqrt(v))+epsilon))), m, v},
	}
}

// In assembly each result is rounded, and then it becomes 0 if it is below the smallest normal number: shown for
// numbers whose product with a rate lies next to that.
func TestStepsFlushWhatIsRounded(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if ActiveLevel() == PlainGo {
			return
		}
		r, raised := oracle.Rand(), 0
		for range oracle.ShortOr(200, 1500) {
			u := update[float32]{epsilon: 0x1p-60}
			values := []float32{0, 0x1p-63, 0x1p-63 - 0x1p-87, smallest, -smallest}
			for _, rate := range []*float32{&u.rate, &u.keep, &u.take1, &u.take2, &u.decay} {
				*rate = float32(math.Exp(-5 * r.Float64()))
				x := smallest / float64(*rate)
				near := float32(x)
				values = append(values, near, -near, math.Nextafter32(near, 0), math.Nextafter32(near, 1), float32(math.Sqrt(x)))
				if exact := float64(near) * float64(*rate); exact < smallest && flushed(exact) == smallest {
					raised++
				}
			}
			var s [4][37]float32 // w, state, state, g
			for k := range s {
				for i := range s[k] {
					if s[k][i] = values[r.IntN(len(values))]; r.IntN(3) == 0 {
						s[k][i] = float32(math.Ldexp(2*r.Float64()-1, -r.IntN(150)))
					}
				}
			}
			for u.rule = sgd; u.rule <= adam; u.rule++ {
				got := s
				u.w, u.m, u.v, u.g = got[0][:], got[1][:], got[1][:], got[3][:]
				if u.rule == adam {
					u.v = got[2][:]
				}
				u.Piece(0)
				for i := range u.w {
					var in [4]float64
					for k := range in {
						in[k] = flushed(float64(s[k][i]))
					}
					for k, want := range flushedSteps(&u, in[0], in[1], in[2], in[3])[u.rule] {
						x := flushed(float64(got[k][i])) // what no step writes may be small
						if math.Float64bits(x) != math.Float64bits(want) && (x == x || want == want) {
							t.Fatalf("rule %d of %g: slice %d is %g, want %g", u.rule, in, k, x, want)
						}
					}
				}
			}
		}
		t.Logf("%d rates have a product that is raised to %g", raised, smallest)
	})
}

// opaque returns x, and the compiler cannot know it.
//
//go:noinline
func opaque(x float32) float32 { return x }

func TestStepSpreadsNaN(t *testing.T) {
	oracle.Both(t, testStepNaN[float32], testStepNaN[float64])
}

func testStepNaN[T Float](t *testing.T) {
	nan := T(math.NaN())
	for _, step := range steps[T]() {
		w := []T{1, 1}
		step.run(w, []T{.1, .1}, []T{.1, .1}, []T{nan, 1})
		if w[0] == w[0] || w[1] != w[1] {
			t.Errorf("%s: a NaN in the first gradient gives weights %v", step.name, w)
		}
	}
}
