package solver

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
)

// pair is a gorgonia.ValueGrad of any two values.
type pair struct {
	w, g gorgonia.Value
	err  error
}

func (p *pair) Value() gorgonia.Value         { return p.w }
func (p *pair) Grad() (gorgonia.Value, error) { return p.g, p.err }

type namedPair struct{ pair }

func (*namedPair) Name() string { return "dense.kernel" }

// all makes one solver of each kind, in the same way at each call.
func all() map[string]Solver {
	momentum, nesterov := NewSGD(.1), NewSGD(.1)
	momentum.Momentum, nesterov.Momentum, nesterov.Nesterov = .9, .9, true
	return map[string]Solver{"SGD": NewSGD(.1), "momentum": momentum, "nesterov": nesterov,
		"RMSprop": NewRMSprop(.01), "Adagrad": NewAdagrad(.1), "Adam": NewAdam(.01), "AdamW": NewAdamW(.01)}
}

// model is a list of parameters of several shapes and both dtypes, with the gradients of (w-1)²/2.
type model []*pair

func newModel() model {
	rng := rand.New(rand.NewPCG(1, 2))
	var m model
	for i, shape := range []tensor.Shape{{3, 4}, {4}, {2, 2, 3, 5}, tensor.ScalarShape()} {
		dtype := tensor.Float32
		if i%2 == 1 {
			dtype = tensor.Float64
		}
		w, g := tensor.New(tensor.Of(dtype), tensor.WithShape(shape...)), tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
		if dtype == tensor.Float32 {
			for j := range w.Float32s() {
				w.Float32s()[j] = rng.Float32()
			}
		} else {
			for j := range w.Float64s() {
				w.Float64s()[j] = rng.Float64()
			}
		}
		m = append(m, &pair{w: w, g: g})
	}
	m.gradients()
	return m
}

func (m model) gradients() {
	for _, p := range m {
		w, g := p.w.(*tensor.Dense), p.g.(*tensor.Dense)
		if w.Dtype() == tensor.Float32 {
			for j, v := range w.Float32s() {
				g.Float32s()[j] = v - 1
			}
			continue
		}
		for j, v := range w.Float64s() {
			g.Float64s()[j] = v - 1
		}
	}
}

func (m model) valueGrads() []gorgonia.ValueGrad {
	list := make([]gorgonia.ValueGrad, len(m))
	for i, p := range m {
		list[i] = p
	}
	return list
}

func (m model) weights() []float64 {
	var all []float64
	for _, p := range m {
		w := p.w.(*tensor.Dense)
		if w.Dtype() == tensor.Float32 {
			all = append(all, golden.Convert[float64](w.Float32s())...)
		} else {
			all = append(all, w.Float64s()...)
		}
	}
	return all
}

func steps(t *testing.T, s gorgonia.Solver, m model, n int) {
	t.Helper()
	list := m.valueGrads()
	for range n {
		m.gradients()
		if err := s.Step(list); err != nil {
			t.Fatal(err)
		}
	}
}

func sameBits(a, b []float64) bool {
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

func TestSolversMinimise(t *testing.T) {
	for name, s := range all() {
		if w, ok := s.(*AdamW); ok {
			w.WeightDecay = 0 // with it the minimum is not at 1
		}
		m := newModel()
		steps(t, s, m, 1000)
		for _, w := range m.weights() {
			if math.Abs(w-1) > .01 {
				t.Errorf("%s ends at %v, want 1", name, w)
			}
		}
		m.gradients()
		g := m[0].g.(*tensor.Dense).Float32s()
		g[0] = 7
		if err := s.Step(m.valueGrads()); err != nil || g[0] != 7 {
			t.Errorf("%s: gradient 7 became %v (%v)", name, g[0], err)
		}
	}
}

func TestStepDoesNotAllocate(t *testing.T) {
	for name, s := range all() {
		m := newModel()
		list := m.valueGrads()
		steps(t, s, m, 1)
		if n := testing.AllocsPerRun(50, func() {
			if err := s.Step(list); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s allocates %v times a step", name, n)
		}
	}
}

func TestLearningRateMayChange(t *testing.T) {
	s, m := NewSGD(.5), newModel()
	w := m[0].w.(*tensor.Dense).Float32s()
	steps(t, s, m, 1)
	before := w[0]
	s.LearningRate = .25
	steps(t, s, m, 1)
	if want := before - .25*(before-1); w[0] != want {
		t.Errorf("weight %v, want %v", w[0], want)
	}
}

func TestValidate(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, s := range all() {
		if err := s.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, lr := range []float64{0, -1, nan, inf, -inf, 1e-60, 1e60} {
		for _, s := range []Solver{NewSGD(lr), NewRMSprop(lr), NewAdagrad(lr), NewAdam(lr), NewAdamW(lr)} {
			m := newModel()
			before := m.weights()
			err := s.Step(m.valueGrads())
			if err == nil || !strings.Contains(err.Error(), "LearningRate is ") || s.Validate() == nil {
				t.Errorf("%T with learning rate %v: %v", s, lr, err)
			}
			if !sameBits(before, m.weights()) {
				t.Errorf("%T with learning rate %v changes weights", s, lr)
			}
		}
	}
	for _, lr := range []float64{1e-60, 1e60} {
		if err := NewSGD(lr).Validate(); err == nil || !strings.HasSuffix(err.Error(), "beyond what float32 holds") {
			t.Errorf("learning rate %v: %v, want that float32 cannot hold it", lr, err)
		}
	}
	for want, rates := range map[string][]float64{
		"SGD: Momentum is":                    {-.1, 1.1, nan, inf},
		"RMSprop: Rho is":                     {-.1, 1, nan, 1 - 1e-9},
		"RMSprop: Epsilon is":                 {0, -1, nan, inf},
		"Adagrad: InitialAccumulatorValue is": {-.1, nan, inf},
		"Adagrad: Epsilon is":                 {0, -1, nan, inf},
		"Adam: Beta1 is":                      {-.1, 1, nan, 1 - 1e-9},
		"Adam: Beta2 is":                      {-.1, 1, nan, 1 - 1e-9},
		"Adam: Epsilon is":                    {0, -1, nan, inf},
		"AdamW: Beta1 is":                     {1},
		"AdamW: Beta2 is":                     {1},
		"AdamW: Epsilon is":                   {0},
		"AdamW: WeightDecay is":               {-.1, nan, inf},
	} {
		for _, rate := range rates {
			sgd, rmsprop, adagrad, adam, adamw := NewSGD(1), NewRMSprop(1), NewAdagrad(1), NewAdam(1), NewAdamW(1)
			set := map[string]struct {
				field  *float64
				solver Solver
			}{
				"SGD: Momentum is":                    {&sgd.Momentum, sgd},
				"RMSprop: Rho is":                     {&rmsprop.Rho, rmsprop},
				"RMSprop: Epsilon is":                 {&rmsprop.Epsilon, rmsprop},
				"Adagrad: InitialAccumulatorValue is": {&adagrad.InitialAccumulatorValue, adagrad},
				"Adagrad: Epsilon is":                 {&adagrad.Epsilon, adagrad},
				"Adam: Beta1 is":                      {&adam.Beta1, adam},
				"Adam: Beta2 is":                      {&adam.Beta2, adam},
				"Adam: Epsilon is":                    {&adam.Epsilon, adam},
				"AdamW: Beta1 is":                     {&adamw.Beta1, adamw},
				"AdamW: Beta2 is":                     {&adamw.Beta2, adamw},
				"AdamW: Epsilon is":                   {&adamw.Epsilon, adamw},
				"AdamW: WeightDecay is":               {&adamw.WeightDecay, adamw},
			}[want]
			*set.field = rate
			if err := set.solver.Validate(); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s %v: %v", want, rate, err)
			}
		}
	}
}

func TestStepErrors(t *testing.T) {
	f32 := func(shape ...int) *tensor.Dense {
		return tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
	}
	f64 := func(shape ...int) *tensor.Dense {
		return tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(shape...))
	}
	transposed := f32(2, 3)
	if err := transposed.T(); err != nil {
		t.Fatal(err)
	}
	column, err := f32(3, 2).Slice(nil, tensor.S(0))
	if err != nil {
		t.Fatal(err)
	}
	columns := tensor.New(tensor.AsFortran(make([]float32, 6)), tensor.WithShape(3, 2))
	good := func() gorgonia.ValueGrad { return &pair{w: f32(2), g: f32(2)} }
	for want, vg := range map[string]gorgonia.ValueGrad{
		"parameter 1: nil, want": nil,
		"parameter 1: value is a *gorgonia.F32, want a *tensor.Dense":     &pair{w: gorgonia.NewF32(1), g: f32(2)},
		"parameter 1: value is a <nil>, want a *tensor.Dense":             &pair{},
		"parameter 1: value is a nil *tensor.Dense":                       &pair{w: (*tensor.Dense)(nil)},
		"parameter 1: gradient is a *gorgonia.F64":                        &pair{w: f32(2), g: gorgonia.NewF64(1)},
		"parameter 1: value has dtype int, want":                          &pair{w: tensor.New(tensor.Of(tensor.Int), tensor.WithShape(2)), g: f32(2)},
		"parameter 1: gradient has dtype float64, want the value's":       &pair{w: f32(2), g: f64(2)},
		"parameter 1: gradient has shape (3), want the value's (2)":       &pair{w: f32(2), g: f32(3)},
		"parameter 1: gradient has shape (2, 1), want the value's (2)":    &pair{w: f32(2), g: f32(2, 1)},
		"parameter 1: gradient: no such thing":                            &pair{w: f32(2), g: f32(2), err: errors.New("no such thing")},
		"parameter 1 (dense.kernel): gradient has shape (1)":              &namedPair{pair{w: f32(2), g: f32(1)}},
		"parameter 1: value of shape (3, 2) is masked, transposed":        &pair{w: transposed, g: f32(3, 2)},
		"parameter 1: gradient of shape (3, 2) is masked, transposed":     &pair{w: f32(3, 2), g: columns},
		"parameter 1: gradient of shape (3) is masked, transposed or a v": &pair{w: f32(3), g: column},
	} {
		for name, s := range all() {
			first := good()
			first.(*pair).g.(*tensor.Dense).Float32s()[0] = 1
			err := s.Step([]gorgonia.ValueGrad{first, vg})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %q", name, err, want)
			}
			if w := first.Value().(*tensor.Dense).Float32s()[0]; w != 0 {
				t.Errorf("%s: %s: the parameter before has changed to %v", name, want, w)
			}
			if err := s.Step([]gorgonia.ValueGrad{good()}); err != nil {
				t.Errorf("%s: unusable after %q: %v", name, want, err)
			}
		}
	}
	for name, s := range all() {
		if err := s.Step(nil); err == nil || !strings.Contains(err.Error(), "no parameters") {
			t.Errorf("%s: no parameters: %v", name, err)
		}
		if err := s.Step([]gorgonia.ValueGrad{good(), good()}); err != nil {
			t.Fatal(err)
		}
		for want, list := range map[string][]gorgonia.ValueGrad{
			"1 parameters, want 2 as before":                     {good()},
			"3 parameters, want 2 as before":                     {good(), good(), good()},
			"parameter 1: shape (3), want (2) as before":         {good(), &pair{w: f32(3), g: f32(3)}},
			"parameter 0: dtype float64, want float32 as before": {&pair{w: f64(2), g: f64(2)}, good()},
			"parameter 0: shape (1, 2), want (2) as before":      {&pair{w: f32(1, 2), g: f32(1, 2)}, good()},
		} {
			if err := s.Step(list); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %q", name, err, want)
			}
		}
	}
	s := NewSGD(.1)
	if err := s.Step([]gorgonia.ValueGrad{good()}); err != nil {
		t.Fatal(err)
	}
	s.Momentum = .9
	if err := s.Step([]gorgonia.ValueGrad{good()}); err == nil || !strings.Contains(err.Error(), "make a new solver") {
		t.Errorf("momentum turned on: %v", err)
	}
}
