package solver

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/kernel"
)

// settingsFile is what testdata/make_settings.py wrote: the weights of two parameters after some of the steps, for each
// optimizer with each setting.
type settingsFile struct {
	Shapes    [][]int     `json:"shapes"`
	Kept      []int       `json:"kept"`
	Start     []float64   `json:"start"`
	Gradients [][]float64 `json:"gradients"`
	Cases     []struct {
		Name    string        `json:"name"`
		Config  golden.Config `json:"config"`
		Weights [][]float64   `json:"weights"`
	} `json:"cases"`
}

// Each optimizer with each of its settings takes the steps that Keras takes.
func TestSettingsGiveWhatKerasGives(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		dtype string
		run   func(*testing.T, settingsFile, int)
	}{{"float64", walk[float64]}, {"float32", walk[float32]}} {
		var file settingsFile // a test takes the keys out of its configuration
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Cases) != 12*13 || len(file.Gradients) < 20 {
			t.Fatalf("%d cases of %d steps, want 156 of at least 20", len(file.Cases), len(file.Gradients))
		}
		for i, c := range file.Cases {
			t.Run(test.dtype+" "+c.Name, func(t *testing.T) { test.run(t, file, i) })
		}
	}
}

// walk takes the steps of a case.
func walk[T kernel.Float](t *testing.T, file settingsFile, index int) {
	tolerance := 1e-12
	if _, single := any(T(0)).(float32); single {
		tolerance = 1e-5
	}
	c := file.Cases[index]
	s := fromConfig(t, c.Config)
	params := func(flat []float64) []*tensor.Dense {
		var list []*tensor.Dense
		for _, shape := range file.Shapes {
			n := tensor.Shape(shape).TotalSize()
			list = append(list, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(golden.Convert[T](flat[:n]))))
			flat = flat[n:]
		}
		return list
	}
	weights := params(file.Start)
	for step, flat := range file.Gradients {
		var model []gorgonia.ValueGrad
		for i, g := range params(flat) {
			model = append(model, &pair{w: weights[i], g: g})
		}
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
		if k := slices.Index(file.Kept, step+1); k >= 0 {
			var got []float64
			for _, w := range weights {
				got = append(got, golden.Convert[float64](w.Data().([]T))...)
			}
			golden.Near(t, fmt.Sprintf("weights after step %d", step+1), got, c.Weights[k], tolerance)
		}
	}
}

// What a solver is given, it leaves as it is: clipping makes its own copy, and none of gradients that need none.
func TestClippingLeavesTheGradients(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*Options)
		want []float64 // the weights 0 after a step of rate 1
	}{
		{"norm", func(o *Options) { o.ClipNorm = 2.5 }, []float64{-1.5, 2, -1, 0}},
		{"large norm", func(o *Options) { o.ClipNorm = 5 }, []float64{-3, 4, -1, 0}},
		{"value", func(o *Options) { o.ClipValue = 2 }, []float64{-2, 2, -1, 0}},
		{"global norm", func(o *Options) { o.GlobalClipNorm = math.Sqrt(26) / 2 }, []float64{-1.5, 2, -.5, 0}},
		{"large global norm", func(o *Options) { o.GlobalClipNorm = 6 }, []float64{-3, 4, -1, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewSGD(1)
			c.set(&s.Options)
			w := []*tensor.Dense{vector(0, 0), vector(0, 0)}
			g := []*tensor.Dense{vector(3, -4), vector(1, 0)}
			if err := s.Step([]gorgonia.ValueGrad{&pair{w: w[0], g: g[0]}, &pair{w: w[1], g: g[1]}}); err != nil {
				t.Fatal(err)
			}
			golden.Near(t, "weights", append(w[0].Float64s(), w[1].Float64s()...), c.want, 1e-15)
			golden.Near(t, "gradients", append(g[0].Float64s(), g[1].Float64s()...), []float64{3, -4, 1, 0}, 0)
			s.Options = Options{} // from here on nothing is clipped
			if err := s.Step([]gorgonia.ValueGrad{&pair{w: w[0], g: g[0]}, &pair{w: w[1], g: g[1]}}); err != nil {
				t.Fatal(err)
			}
			golden.Near(t, "unclipped", w[0].Float64s(), []float64{c.want[0] - 3, c.want[1] + 4}, 1e-15)
		})
	}
}

func vector(x ...float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(x)), tensor.WithBacking(x))
}

// A gradient that is not finite makes weights that are not, which a run notices, whatever is clipped.
func TestClippingHidesNoNaN(t *testing.T) {
	for _, set := range []func(*Options){
		func(o *Options) { o.ClipNorm = 1 }, func(o *Options) { o.ClipValue = 1 }, func(o *Options) { o.GlobalClipNorm = 1 },
	} {
		s := NewSGD(1)
		set(&s.Options)
		w := vector(1, 1)
		if err := s.Step([]gorgonia.ValueGrad{&pair{w: w, g: vector(math.NaN(), 0)}}); err != nil {
			t.Fatal(err)
		}
		if x := w.Float64s()[0]; !math.IsNaN(x) {
			t.Errorf("%+v: a weight of gradient NaN becomes %v", s.Options, x)
		}
	}
}

func TestOptionErrors(t *testing.T) {
	with := func(set func(*Options)) *SGD {
		s := NewSGD(1)
		set(&s.Options)
		return s
	}
	wording.Check(t, with(func(o *Options) { o.ClipNorm, o.ClipValue = 1, 2 }).Validate(), "ClipNorm", "ClipValue", "1", "2")
	for _, c := range []struct {
		schedule Schedule
		facts    []string
	}{
		{&ExponentialDecay{Initial: -1, DecaySteps: 1, DecayRate: 1}, []string{"ExponentialDecay", "Initial", "-1"}},
		{&ExponentialDecay{Initial: 1, DecayRate: 1}, []string{"ExponentialDecay", "DecaySteps", "0"}},
		{&ExponentialDecay{Initial: 1, DecaySteps: 1}, []string{"ExponentialDecay", "DecayRate", "0"}},
		{&InverseTimeDecay{Initial: 1, DecaySteps: 1, DecayRate: -1}, []string{"InverseTimeDecay", "DecayRate", "-1"}},
		{&InverseTimeDecay{Initial: 1, DecayRate: 1}, []string{"InverseTimeDecay", "DecaySteps", "0"}},
		{&CosineDecay{DecaySteps: 1}, []string{"CosineDecay", "Initial", "0"}},
		{&CosineDecay{Initial: 1, DecaySteps: 1, Alpha: 2}, []string{"CosineDecay", "Alpha", "2"}},
		{&CosineDecay{Initial: 1, DecaySteps: 1, WarmupTarget: -1}, []string{"CosineDecay", "WarmupTarget", "-1"}},
		{&CosineDecay{Initial: 1, DecaySteps: 1, WarmupSteps: -1}, []string{"CosineDecay", "WarmupSteps", "-1"}},
		{&PiecewiseConstantDecay{Values: []float64{1}}, []string{"PiecewiseConstantDecay", "0 Boundaries", "1 Values"}},
		{&PiecewiseConstantDecay{Boundaries: []float64{3, 3}, Values: []float64{1, 1, 1}}, []string{"Boundaries[1]", "3"}},
		{&PiecewiseConstantDecay{Boundaries: []float64{math.NaN()}, Values: []float64{1, 1}}, []string{"Boundaries[0]", "NaN"}},
		{&PiecewiseConstantDecay{Boundaries: []float64{3}, Values: []float64{1, -1}}, []string{"Values[1]", "-1"}},
	} {
		s := with(func(o *Options) { o.Schedule = c.schedule })
		wording.Check(t, s.Validate(), c.facts...)
	}
	growing := with(func(o *Options) { o.Schedule = &ExponentialDecay{Initial: 1, DecaySteps: 1e-3, DecayRate: 1e30} })
	w, g := vector(1), vector(0)
	model := []gorgonia.ValueGrad{&pair{w: w, g: g}}
	if err := growing.Step(model); err != nil {
		t.Fatal(err)
	}
	wording.Check(t, growing.Step(model), "ExponentialDecay", "+Inf", "after 1 steps")
	if w.Float64s()[0] != 1 {
		t.Errorf("the refused step changes the weight to %v", w.Float64s()[0])
	}
}

// The learning rate of a solver with a schedule can be made constant.
func TestSetLearningRate(t *testing.T) {
	s := NewAdagrad(1)
	s.Schedule = &CosineDecay{Initial: 1, DecaySteps: 1}
	if !SetLearningRate(s, 0.5) || s.Schedule != nil || s.LearningRate != 0.5 {
		t.Errorf("the solver is %+v", s)
	}
	if SetLearningRate(gorgonia.NewVanillaSolver(), 1) {
		t.Error("Gorgonia's solver takes a rate")
	}
}

// The product that Nadam computes from the step is that of its factors.
func TestNadamProduct(t *testing.T) {
	s, want := NewNadam(1), 1.0
	s.Beta1 = 1 - 1e-5
	for step := uint64(1); step <= 3000; step++ {
		want *= s.Beta1 * (1 - 0.5*math.Pow(0.96, float64(step)))
		if got := s.Product(step); math.Abs(got-want) > 1e-11*want {
			t.Fatalf("the product of %d steps is %v, want %v", step, got, want)
		}
	}
	if got := s.Product(math.MaxUint64); got != 0 {
		t.Errorf("the product of all steps is %v, want 0", got)
	}
}

func TestNew(t *testing.T) {
	for _, name := range Names() {
		s, err := New(name, DefaultRate(name))
		if err != nil || s.Validate() != nil {
			t.Errorf("%s: %v", name, errors.Join(err, s.Validate()))
		}
	}
	_, err := New("lion", 1)
	wording.Check(t, err, "lion", "sgd, momentum, nesterov, rmsprop, adagrad, adadelta, adam, adamw, adamax, nadam")
	if rate := DefaultRate("lion"); rate != 0 {
		t.Errorf("the rate of lion is %v", rate)
	}
}

// NameOf knows what New makes, and nothing else.
func TestNameOf(t *testing.T) {
	for _, name := range Names() {
		s, err := New(name, 0.3)
		if err != nil {
			t.Fatal(err)
		}
		if got := NameOf(s); got != name {
			t.Errorf("%s is called %q", name, got)
		}
	}
	for _, s := range []gorgonia.Solver{&SGD{LearningRate: 0.1, Momentum: 0.5}, gorgonia.NewVanillaSolver()} {
		if got := NameOf(s); got != "" {
			t.Errorf("%+v is called %q, want no name", s, got)
		}
	}
}
