package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"

	"gorgonia-lectures/common/internal/golden"
)

// randomLossInput draws an output and a target fit for the loss; targets' rows sum to one.
func randomLossInput[T Float](rng *rand.Rand, l loss[T], rows, cols int) (pred, target []T) {
	pred = make([]T, rows*cols)
	for i := range pred {
		pred[i] = T(rng.Float64()*.8 + .1)
		if l.logits {
			pred[i] = T(rng.NormFloat64() * 3)
		}
	}
	if l.sparse {
		target = make([]T, rows)
		for r := range target {
			target[r] = T(rng.IntN(cols))
		}
		return pred, target
	}
	target = make([]T, rows*cols)
	for r := range rows {
		row := target[r*cols : (r+1)*cols]
		sum := T(0)
		for j := range row {
			row[j] = T(rng.Float64())
			sum += row[j]
		}
		for j := range row {
			row[j] /= sum
		}
	}
	return pred, target
}

func TestLossGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for name, l := range losses[float64]() {
		for range 20 {
			rows, cols := 1+rng.IntN(5), 2+rng.IntN(4)
			pred, target := randomLossInput(rng, l, rows, cols)
			value := func(x []float64) float64 { return l.value(x, target, rows, cols) }
			want := fd.Gradient(nil, value, pred, &fd.Settings{Formula: fd.Central, Step: 1e-5})
			for i := range want {
				want[i] *= 2.5
			}
			d := make([]float64, len(pred))
			l.grad(d, pred, target, rows, cols, 2.5)
			golden.Near(t, name, d, want, 1e-7)
		}
	}
}

// The logit forms are the probability forms behind softmax or sigmoid.
func TestLogitLossesAgreeWithProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	all := losses[float64]()
	for _, name := range []string{"binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"} {
		l, logits := all[name], all[name+"_logits"]
		for range 20 {
			rows, cols := 1+rng.IntN(5), 2+rng.IntN(4)
			x, target := randomLossInput(rng, logits, rows, cols)
			p := make([]float64, len(x))
			dx := make([]float64, len(x)) // by the chain rule
			d := make([]float64, len(x))
			for i, v := range x {
				p[i] = 1 / (1 + math.Exp(-v))
			}
			if name != "binary_crossentropy" {
				for i, v := range x {
					p[i] = math.Exp(v)
				}
				for r := range rows {
					row := p[r*cols : (r+1)*cols]
					sum := 0.0
					for _, v := range row {
						sum += v
					}
					for j := range row {
						row[j] /= sum
					}
				}
			}
			l.grad(d, p, target, rows, cols, 1)
			for i := range x {
				if name == "binary_crossentropy" {
					dx[i] = d[i] * p[i] * (1 - p[i])
					continue
				}
				for j := i / cols * cols; j < (i/cols+1)*cols; j++ {
					dx[i] -= d[j] * p[j] * p[i]
				}
				dx[i] += d[i] * p[i]
			}
			got := []float64{logits.value(x, target, rows, cols)}
			golden.Near(t, name, got, []float64{l.value(p, target, rows, cols)}, 1e-12)
			logits.grad(d, x, target, rows, cols, 1)
			golden.Near(t, name+" gradient", d, dx, 1e-11)
		}
	}
}

func TestFloat32LossesAgreeWithFloat64(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for name, l := range losses[float64]() {
		l32 := losses[float32]()[name]
		rows, cols := 7, 5
		pred, target := randomLossInput(rng, l32, rows, cols)
		pred64, target64 := golden.Convert[float64](pred), golden.Convert[float64](target)
		got := float64(l32.value(pred, target, rows, cols))
		golden.Near(t, name, []float64{got}, []float64{l.value(pred64, target64, rows, cols)}, 6e-8)
		d, d64 := make([]float32, len(pred)), make([]float64, len(pred))
		l32.grad(d, pred, target, rows, cols, 1)
		l.grad(d64, pred64, target64, rows, cols, 1)
		golden.Near(t, name+" gradient", golden.Convert[float64](d), d64, 6e-8)
	}
}

// Logits of any size give a finite loss and gradient; a wrong answer costs its distance.
func TestLogitLossesDoNotOverflow(t *testing.T) {
	const big = 1e4
	for name, c := range map[string]struct {
		logits, target []float64
		rows, cols     int
		value          float64
		grad           []float64
	}{
		"binary_crossentropy_logits":             {[]float64{big, -big, big, -big}, []float64{0, 1, 1, 0}, 4, 1, big / 2, []float64{.25, -.25, 0, 0}},
		"categorical_crossentropy_logits":        {[]float64{big, 0, -big, big}, []float64{0, 1, 0, 1}, 2, 2, big / 2, []float64{.5, -.5, 0, 0}},
		"sparse_categorical_crossentropy_logits": {[]float64{big, 0, -big, big}, []float64{1, 1}, 2, 2, big / 2, []float64{.5, -.5, 0, 0}},
	} {
		l := losses[float64]()[name]
		golden.Near(t, name, []float64{l.value(c.logits, c.target, c.rows, c.cols)}, []float64{c.value}, 1e-15)
		d := make([]float64, len(c.logits))
		l.grad(d, c.logits, c.target, c.rows, c.cols, 1)
		golden.Near(t, name+" gradient", d, c.grad, 1e-15)
	}
}

// Keras 3.15 in float64, from_logits=True: rows of targets that do not sum to one get softmax-t all
// the same.
func TestCategoricalLogitsOfOtherTargets(t *testing.T) {
	x := []float64{1, 2, 3, 0, 0, 1}
	target := []float64{0, 0, 0, 0, 1, 1}
	want := []float64{0.04501529, 0.12236424, 0.33262048, 0.10597078, -0.39402922, -0.21194156}
	d := make([]float64, 6)
	CategoricalCrossentropyLogitsGrad(d, x, target, 2, 3, 1)
	golden.Near(t, "gradient", d, want, 1e-7)
	got := CategoricalCrossentropyLogits(x, target, 2, 3)
	golden.Near(t, "value", []float64{got}, []float64{1.051444713932051}, 1e-15)
}

func TestLossesSpreadNaN(t *testing.T) {
	nan := math.NaN()
	for name, l := range losses[float64]() {
		for _, where := range []string{"pred", "target"} {
			pred, target := []float64{.3, .7, .4, .6}, []float64{0, 1, 1, 0}
			if l.sparse {
				target = target[:2]
			}
			poisoned := pred
			if where == "target" {
				poisoned = target
			}
			poisoned[0] = nan
			if v := l.value(pred, target, 2, 2); !math.IsNaN(v) {
				t.Errorf("%s: a NaN in the %s gives %v", name, where, v)
			}
			d := []float64{9, 9, 9, 9}
			l.grad(d, pred, target, 2, 2, 1)
			if !math.IsNaN(d[0]) || math.IsNaN(d[2]) || math.IsNaN(d[3]) {
				t.Errorf("%s: a NaN in the %s's first element gives the gradient %v", name, where, d)
			}
		}
	}
}

func TestSparseLabelsOutOfRange(t *testing.T) {
	for name, l := range losses[float64]() {
		if !l.sparse {
			continue
		}
		for _, label := range []float64{-1, 3, math.Inf(1), math.Inf(-1), 1e300} {
			pred, d := []float64{.2, .3, .5}, make([]float64, 3)
			v := l.value(pred, []float64{label}, 1, 3)
			l.grad(d, pred, []float64{label}, 1, 3, 1)
			if !math.IsNaN(v) || slices.ContainsFunc(d, func(x float64) bool { return x == x }) {
				t.Errorf("%s: label %v gives %v and %v, want NaN", name, label, v, d)
			}
		}
	}
}

func TestLossesDoNotAllocate(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for name, l := range losses[float32]() {
		pred, target := randomLossInput(rng, l, 32, 10)
		d := make([]float32, len(pred))
		if n := testing.AllocsPerRun(20, func() {
			l.value(pred, target, 32, 10)
			l.grad(d, pred, target, 32, 10, 1)
		}); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
