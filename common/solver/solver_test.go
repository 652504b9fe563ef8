package solver

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/wording"
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

// all makes one solver of each kind, the same at each call.
func all() map[string]Solver {
	momentum, nesterov := NewSGD(.1), NewSGD(.1)
	momentum.Momentum, nesterov.Momentum, nesterov.Nesterov = .9, .9, true
	amsgrad, scheduled := NewAdam(.01), NewAdam(1)
	amsgrad.AMSGrad = true
	scheduled.Schedule = &ExponentialDecay{Initial: .02, DecaySteps: 500, DecayRate: .5}
	adadelta, norm, value, global := NewAdadelta(1), NewRMSprop(.01), NewAdadelta(1), NewNadam(.01)
	adadelta.Epsilon, value.Epsilon = 1e-3, 1e-3
	norm.ClipNorm, value.ClipValue, global.GlobalClipNorm = .5, .1, .7
	return map[string]Solver{"SGD": NewSGD(.1), "momentum": momentum, "nesterov": nesterov,
		"RMSprop": NewRMSprop(.01), "Adagrad": NewAdagrad(.1), "Adadelta": adadelta, "Adam": NewAdam(.01),
		"AMSGrad": amsgrad, "AdamW": NewAdamW(.01), "Nadam": NewNadam(.01), "Adamax": NewAdamax(.01),
		"schedule": scheduled, "ClipNorm": norm, "ClipValue": value, "GlobalClipNorm": global}
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
		w := tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
		g := tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
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
		for _, s := range []Solver{NewSGD(lr), NewRMSprop(lr), NewAdagrad(lr), NewAdadelta(lr), NewAdam(lr), NewAdamW(lr),
			NewAdamax(lr), NewNadam(lr)} {
			m := newModel()
			before := m.weights()
			err := s.Step(m.valueGrads())
			if err == nil || !strings.Contains(err.Error(), "LearningRate") || s.Validate() == nil {
				t.Errorf("%T with learning rate %v: %v", s, lr, err)
			}
			if !sameBits(before, m.weights()) {
				t.Errorf("%T with learning rate %v changes weights", s, lr)
			}
		}
	}
	for _, lr := range []float64{1e-60, 1e60} {
		wording.Check(t, NewSGD(lr).Validate(), "LearningRate", fmt.Sprint(lr), "float32")
	}
	for _, c := range []struct {
		solver, field string
		bad           []float64
		set           func(rate float64) Solver
	}{
		{"SGD", "Momentum", []float64{-.1, 1.1, nan, inf},
			func(r float64) Solver { s := NewSGD(1); s.Momentum = r; return s }},
		{"RMSprop", "Rho", []float64{-.1, 1, nan, 1 - 1e-9},
			func(r float64) Solver { s := NewRMSprop(1); s.Rho = r; return s }},
		{"RMSprop", "Epsilon", []float64{0, -1, nan, inf},
			func(r float64) Solver { s := NewRMSprop(1); s.Epsilon = r; return s }},
		{"Adagrad", "InitialAccumulatorValue", []float64{-.1, nan, inf},
			func(r float64) Solver { s := NewAdagrad(1); s.InitialAccumulatorValue = r; return s }},
		{"Adagrad", "Epsilon", []float64{0, -1, nan, inf},
			func(r float64) Solver { s := NewAdagrad(1); s.Epsilon = r; return s }},
		{"Adam", "Beta1", []float64{-.1, 1, nan, 1 - 1e-9},
			func(r float64) Solver { s := NewAdam(1); s.Beta1 = r; return s }},
		{"Adam", "Beta2", []float64{-.1, 1, nan, 1 - 1e-9},
			func(r float64) Solver { s := NewAdam(1); s.Beta2 = r; return s }},
		{"Adam", "Epsilon", []float64{0, -1, nan, inf}, func(r float64) Solver { s := NewAdam(1); s.Epsilon = r; return s }},
		{"AdamW", "Beta1", []float64{1}, func(r float64) Solver { s := NewAdamW(1); s.Beta1 = r; return s }},
		{"AdamW", "Beta2", []float64{1}, func(r float64) Solver { s := NewAdamW(1); s.Beta2 = r; return s }},
		{"AdamW", "Epsilon", []float64{0}, func(r float64) Solver { s := NewAdamW(1); s.Epsilon = r; return s }},
		{"AdamW", "WeightDecay", []float64{-.1, nan, inf},
			func(r float64) Solver { s := NewAdamW(1); s.WeightDecay = r; return s }},
		{"Adadelta", "Rho", []float64{-.1, 1, nan}, func(r float64) Solver { s := NewAdadelta(1); s.Rho = r; return s }},
		{"Adadelta", "Epsilon", []float64{0}, func(r float64) Solver { s := NewAdadelta(1); s.Epsilon = r; return s }},
		{"Adamax", "Beta1", []float64{1}, func(r float64) Solver { s := NewAdamax(1); s.Beta1 = r; return s }},
		{"Adamax", "Beta2", []float64{1}, func(r float64) Solver { s := NewAdamax(1); s.Beta2 = r; return s }},
		{"Adamax", "Epsilon", []float64{0}, func(r float64) Solver { s := NewAdamax(1); s.Epsilon = r; return s }},
		{"Nadam", "Beta1", []float64{1}, func(r float64) Solver { s := NewNadam(1); s.Beta1 = r; return s }},
		{"Nadam", "Beta2", []float64{1}, func(r float64) Solver { s := NewNadam(1); s.Beta2 = r; return s }},
		{"Nadam", "Epsilon", []float64{0}, func(r float64) Solver { s := NewNadam(1); s.Epsilon = r; return s }},
		{"SGD", "ClipNorm", []float64{-1, nan, inf}, func(r float64) Solver { s := NewSGD(1); s.ClipNorm = r; return s }},
		{"SGD", "ClipValue", []float64{-1, nan, inf}, func(r float64) Solver { s := NewSGD(1); s.ClipValue = r; return s }},
		{"SGD", "GlobalClipNorm", []float64{-1, nan, inf},
			func(r float64) Solver { s := NewSGD(1); s.GlobalClipNorm = r; return s }},
	} {
		t.Run(c.solver+" "+c.field, func(t *testing.T) {
			for _, rate := range c.bad {
				wording.Check(t, c.set(rate).Validate(), c.solver, c.field, fmt.Sprint(rate))
			}
		})
	}
}

// refused fails unless all solvers returned the same error, with the facts.
func refused(t *testing.T, errs []error, facts ...string) {
	t.Helper()
	for _, err := range errs {
		if fmt.Sprint(err) != fmt.Sprint(errs[0]) {
			t.Errorf("error %v, and of another solver %v", errs[0], err)
		}
	}
	wording.Check(t, errs[0], facts...)
}

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

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
	for _, c := range []struct {
		name  string
		vg    gorgonia.ValueGrad
		facts []string
	}{
		{"nil", nil, []string{"nil"}},
		{"value", &pair{w: gorgonia.NewF32(1), g: f32(2)}, []string{"value", "*gorgonia.F32", "*tensor.Dense"}},
		{"no value", &pair{}, []string{"value", "<nil>", "*tensor.Dense"}},
		{"nil value", &pair{w: (*tensor.Dense)(nil)}, []string{"value", "nil *tensor.Dense"}},
		{"gradient", &pair{w: f32(2), g: gorgonia.NewF64(1)}, []string{"gradient", "*gorgonia.F64"}},
		{"value's dtype", &pair{w: tensor.New(tensor.Of(tensor.Int), tensor.WithShape(2)), g: f32(2)},
			[]string{"value", "int"}},
		{"gradient's dtype", &pair{w: f32(2), g: f64(2)}, []string{"gradient", "float64"}},
		{"gradient's shape", &pair{w: f32(2), g: f32(3)}, []string{"gradient", "(3)", "(2)"}},
		{"gradient's axes", &pair{w: f32(2), g: f32(2, 1)}, []string{"gradient", "(2, 1)", "(2)"}},
		{"error", &pair{w: f32(2), g: f32(2), err: errors.New("no such thing")}, []string{"gradient", "no such thing"}},
		{"named", &namedPair{pair{w: f32(2), g: f32(1)}}, []string{"dense.kernel", "gradient", "(1)"}},
		{"transposed value", &pair{w: transposed, g: f32(3, 2)}, []string{"value", "(3, 2)", "transposed"}},
		{"column-major gradient", &pair{w: f32(3, 2), g: columns}, []string{"gradient", "(3, 2)", "transposed"}},
		{"view", &pair{w: f32(3), g: column}, []string{"gradient", "(3)", "view"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var errs []error
			for name, s := range all() {
				first := good()
				first.(*pair).g.(*tensor.Dense).Float32s()[0] = 1
				errs = append(errs, s.Step([]gorgonia.ValueGrad{first, c.vg}))
				if w := first.Value().(*tensor.Dense).Float32s()[0]; w != 0 {
					t.Errorf("%s: the parameter before has changed to %v", name, w)
				}
				if err := s.Step([]gorgonia.ValueGrad{good()}); err != nil {
					t.Errorf("%s: unusable afterwards: %v", name, err)
				}
			}
			refused(t, errs, append(c.facts, "parameter 1")...)
		})
	}
	for _, c := range []struct {
		name  string
		list  []gorgonia.ValueGrad // after a step of two
		facts []string
	}{
		{"none", nil, []string{"no parameters"}},
		{"one less", []gorgonia.ValueGrad{good()}, []string{"1 parameters", "2"}},
		{"one more", []gorgonia.ValueGrad{good(), good(), good()}, []string{"3 parameters", "2"}},
		{"length", []gorgonia.ValueGrad{good(), &pair{w: f32(3), g: f32(3)}}, []string{"parameter 1", "(3)", "(2)"}},
		{"dtype", []gorgonia.ValueGrad{&pair{w: f64(2), g: f64(2)}, good()}, []string{"parameter 0", "float64", "float32"}},
		{"axes", []gorgonia.ValueGrad{&pair{w: f32(1, 2), g: f32(1, 2)}, good()}, []string{"parameter 0", "(1, 2)", "(2)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var errs []error
			for _, s := range all() {
				if err := s.Step([]gorgonia.ValueGrad{good(), good()}); err != nil {
					t.Fatal(err)
				}
				errs = append(errs, s.Step(c.list))
			}
			refused(t, errs, c.facts...)
		})
	}
	for name, s := range all() {
		if err := s.Step(nil); err == nil {
			t.Errorf("%s: a first step without parameters", name)
		}
	}
	s := NewSGD(.1)
	if err := s.Step([]gorgonia.ValueGrad{good()}); err != nil {
		t.Fatal(err)
	}
	s.Momentum = .9
	wording.Check(t, s.Step([]gorgonia.ValueGrad{good()}), "new solver")
}
