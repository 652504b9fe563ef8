package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/golden"
)

// optimizerCase is a golden file optimizer_*.json: the weights after each of a few steps.
type optimizerCase struct {
	Config       golden.Config  `json:"config"`
	W0           golden.Array   `json:"w0"`
	Gradients    []golden.Array `json:"gradients"`
	WeightsAfter []golden.Array `json:"weights_after"`
	MadeBy       golden.MadeBy  `json:"made_by"`
}

func TestStepsGiveWhatKerasGives(t *testing.T) {
	golden.Each(t, "optimizer_*.json", func(t *testing.T, path string) {
		t.Run("float64", func(t *testing.T) { checkSteps[float64](t, path, 1e-12, 1e-10) })
		t.Run("float32", func(t *testing.T) {
			atLevels(t, func(t *testing.T) { checkSteps[float32](t, path, 1e-5, 1e-5) })
		})
	})
}

// checkSteps takes the file's steps. Files of optimizers with a rate that Keras rounds to float32
// and the file does not (Adagrad's initial value, AdamW's weight decay) are met to loose.
func checkSteps[T Float](t *testing.T, path string, tolerance, loose float64) {
	var c optimizerCase
	golden.Read(t, path, &c)
	if c.MadeBy.Floatx != "float64" {
		t.Fatalf("made with floatx %q, want float64", c.MadeBy.Floatx)
	}
	n := len(c.W0.Data)
	w, state1, state2 := golden.Convert[T](c.W0.Data), make([]T, n), make([]T, n)
	config := c.Config
	name := strings.TrimRight(config.Text(t, "name"), "_0123456789")
	lr := config.Float(t, "learning_rate")
	decay := 0.0
	switch name {
	case "adagrad":
		tolerance = loose
	case "adam_w":
		tolerance = loose
		decay = lr * config.Float(t, "weight_decay")
	}
	if name != "adam_w" {
		config.Want(t, "weight_decay", nil)
	}
	for _, key := range []string{"clipnorm", "global_clipnorm", "clipvalue", "ema_overwrite_frequency",
		"loss_scale_factor", "gradient_accumulation_steps"} {
		config.Want(t, key, nil)
	}
	config.Want(t, "use_ema", false)
	config.Ignore("ema_momentum") // without use_ema it has no effect
	var step func(g []T, t int)
	switch name {
	case "sgd":
		momentum, nesterov := config.Float(t, "momentum"), config.Bool(t, "nesterov")
		step = func(g []T, _ int) { MomentumStep(w, state1, g, lr, momentum, nesterov) }
		if momentum == 0 {
			step = func(g []T, _ int) { SGDStep(w, g, lr) }
		}
	case "rm_sprop":
		config.Want(t, "momentum", 0)
		config.Want(t, "centered", false)
		rho, epsilon := config.Float(t, "rho"), config.Float(t, "epsilon")
		step = func(g []T, _ int) { RMSpropStep(w, state1, g, lr, rho, epsilon) }
	case "adagrad":
		initial, epsilon := config.Float(t, "initial_accumulator_value"), config.Float(t, "epsilon")
		for i := range state1 {
			state1[i] = T(initial)
		}
		step = func(g []T, _ int) { AdagradStep(w, state1, g, lr, epsilon) }
	case "adam", "adam_w":
		config.Want(t, "amsgrad", false)
		beta1, beta2, epsilon := config.Float(t, "beta_1"), config.Float(t, "beta_2"), config.Float(t, "epsilon")
		step = func(g []T, t int) {
			alpha := lr * math.Sqrt(1-math.Pow(beta2, float64(t))) / (1 - math.Pow(beta1, float64(t)))
			AdamStep(w, state1, state2, g, alpha, beta1, beta2, epsilon, decay)
		}
	default:
		t.Fatalf("optimizer %q is not supported", name)
	}
	config.Done(t)
	if len(c.Gradients) == 0 || len(c.Gradients) != len(c.WeightsAfter) {
		t.Fatalf("%d gradients and %d weights after, want as many, and some", len(c.Gradients), len(c.WeightsAfter))
	}
	for i, g := range c.Gradients {
		if len(g.Data) != n {
			t.Fatalf("gradient %d has %d values, want %d", i, len(g.Data), n)
		}
		step(golden.Convert[T](g.Data), i+1)
		golden.Near(t, fmt.Sprintf("weights after step %d", i+1), golden.Convert[float64](w), c.WeightsAfter[i].Data, tolerance)
	}
}

// steps are all step functions with one call's rates; the state has two slices.
func steps[T Float]() map[string]func(w, a, b, g []T) {
	return map[string]func(w, a, b, g []T){
		"sgd":      func(w, _, _, g []T) { SGDStep(w, g, .1) },
		"momentum": func(w, a, _, g []T) { MomentumStep(w, a, g, .1, .9, false) },
		"nesterov": func(w, a, _, g []T) { MomentumStep(w, a, g, .1, .9, true) },
		"rmsprop":  func(w, a, _, g []T) { RMSpropStep(w, a, g, .1, .9, 1e-7) },
		"adagrad":  func(w, a, _, g []T) { AdagradStep(w, a, g, .1, 1e-7) },
		"adam":     func(w, a, b, g []T) { AdamStep(w, a, b, g, .1, .9, .999, 1e-7, 0) },
		"adamw":    func(w, a, b, g []T) { AdamStep(w, a, b, g, .1, .9, .999, 1e-7, .01) },
	}
}

// A long slice is cut into pieces; each element must come out as it does alone.
func TestStepsAreElementwise(t *testing.T) {
	t.Run("float64", testElementwise[float64])
	t.Run("float32", testElementwise[float32])
}

func testElementwise[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for name, step := range steps[T]() {
		for _, n := range []int{0, 1, stepPiece, stepPiece + 1, 3*stepPiece - 5} {
			var s, alone [4][]T // w, state, state, g
			for k := range s {
				s[k] = make([]T, n+2) // one guard value at each end
				for i := range s[k] {
					s[k][i] = T(rng.Float64() + .1) // second moments are positive
				}
				alone[k] = slices.Clone(s[k])
			}
			step(s[0][1:n+1], s[1][1:n+1], s[2][1:n+1], s[3][1:n+1])
			for i := 1; i <= n; i++ {
				step(alone[0][i:i+1], alone[1][i:i+1], alone[2][i:i+1], alone[3][i:i+1])
			}
			for k := range s {
				if !slices.Equal(s[k], alone[k]) {
					t.Errorf("%s, %d weights: slice %d differs from the same step element by element", name, n, k)
				}
			}
		}
	}
}

func TestStepsDoNotAllocate(t *testing.T) {
	s := make([]float32, 4*100)
	for name, step := range steps[float32]() {
		if n := testing.AllocsPerRun(20, func() { step(s[:100], s[100:200], s[200:300], s[300:]) }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func TestStepSpreadsNaN(t *testing.T) {
	nan := math.NaN()
	for name, step := range steps[float64]() {
		w := []float64{1, 1}
		step(w, []float64{.1, .1}, []float64{.1, .1}, []float64{nan, 1})
		if !math.IsNaN(w[0]) || math.IsNaN(w[1]) {
			t.Errorf("%s: a NaN in the first gradient gives weights %v", name, w)
		}
	}
}

func BenchmarkAdamStep(b *testing.B) {
	const n = 3156098 // the lecture's CNN
	w, m, v, g := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range g {
		g[i] = float32(i%7) - 3
	}
	for b.Loop() {
		AdamStep(w, m, v, g, .001, .9, .999, 1e-7, 0)
	}
}
