package solver

import (
	"reflect"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A step checks only tensors that have changed since the step before: it refuses a bad one as at a first step, and
// accepts it again when it is good.
func TestTensorChangedBetweenSteps(t *testing.T) {
	for _, c := range []struct {
		name         string
		rows         int
		facts        []string
		change, back func(x *tensor.Dense) error
	}{
		{ // its shape and memory stay as they were
			"transposed", 6, []string{"(6, 6)", "transposed"},
			func(x *tensor.Dense) error { return x.T() },
			func(x *tensor.Dense) error { x.UT(); return nil },
		},
		{
			"masked", 2, []string{"(2, 6)", "masked"},
			func(x *tensor.Dense) error { return x.MaskedEqual(float32(0)) },
			func(x *tensor.Dense) error { x.SetMask(nil); return nil },
		},
		{
			"reshaped", 2, []string{"(12)"},
			func(x *tensor.Dense) error { return x.Reshape(12) },
			func(x *tensor.Dense) error { return x.Reshape(2, 6) },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, which := range []string{"value", "gradient"} {
				var errs []error
				for name, s := range all() {
					p := &pair{w: filledDense(1, c.rows), g: filledDense(2, c.rows)}
					x := p.w.(*tensor.Dense)
					if which == "gradient" {
						x = p.g.(*tensor.Dense)
					}
					step := func() error { return s.Step([]gorgonia.ValueGrad{p}) }
					if err := step(); err != nil {
						t.Fatal(err)
					}
					if err := c.change(x); err != nil {
						t.Fatal(err)
					}
					errs = append(errs, step())
					if err := c.back(x); err != nil {
						t.Fatal(err)
					}
					if err := step(); err != nil {
						t.Errorf("%s, %s: mended, but %v", name, which, err)
					}
				}
				refused(t, errs, c.facts...)
			}
		})
	}
}

// A step works on its own tensors, not on those of the step before, if they are others or have other memory under the
// same header.
func TestOtherTensorAtTheNextStep(t *testing.T) {
	p := &pair{w: filledDense(1, 1), g: filledDense(2, 1)}
	s, old := NewSGD(1), p.w.(*tensor.Dense).Float32s()
	check := func(what string, want float32) {
		t.Helper()
		if err := s.Step([]gorgonia.ValueGrad{p}); err != nil {
			t.Fatal(err)
		}
		if got := p.w.(*tensor.Dense).Float32s(); got[0] != want || got[5] != want {
			t.Errorf("%s: weights %v, want %v", what, got, want)
		}
	}
	check("first step", -1)
	p.g = filledDense(5, 1)
	check("another gradient", -6)
	p.g.(*tensor.Dense).Raw = filledDense(7, 1).Raw
	check("other memory of the gradient", -13)
	p.w = filledDense(10, 1)
	check("another value", 3)
	p.w.(*tensor.Dense).Raw = filledDense(20, 1).Raw
	check("other memory of the value", 13)
	if !slices.Equal(old, []float32{-13, -13, -13, -13, -13, -13}) {
		t.Errorf("the first value became %v", old)
	}
}

// filledDense is a matrix of six columns, x everywhere.
func filledDense(x float32, rows int) *tensor.Dense {
	return tensor.New(tensor.WithShape(rows, 6), tensor.WithBacking(filled(rows*6, x)))
}

// The origin of a gradient decides whether it is set to zero, even if the tensors stay the same.
func TestSameTensorsFromAnotherSource(t *testing.T) {
	g := gorgonia.NewGraph()
	w := gorgonia.NewMatrix(g, tensor.Float32, gorgonia.WithName("w"), gorgonia.WithValue(filledDense(1, 1)))
	cost := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(w, w))))
	if _, err := gorgonia.Grad(cost, w); err != nil {
		t.Fatal(err)
	}
	machine := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(w))
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	if err := machine.Close(); err != nil {
		t.Fatal(err)
	}
	added, err := w.Grad()
	if err != nil {
		t.Fatal(err)
	}
	grad := added.(*tensor.Dense).Float32s()
	s := NewSGD(.1)
	for i, c := range []struct {
		from gorgonia.ValueGrad
		left float32
	}{{w, 0}, {&pair{w: w.Value(), g: added}, 3}, {w, 0}, {w, 0}} {
		grad[0] = 3
		if err := s.Step([]gorgonia.ValueGrad{c.from}); err != nil {
			t.Fatal(err)
		}
		if grad[0] != c.left {
			t.Errorf("step %d, from a %T: the gradient is %v afterwards, want %v", i, c.from, grad[0], c.left)
		}
	}
}

// Repeated steps end with the bits of steps that check their parameters.
func TestRepeat(t *testing.T) {
	for name, repeating := range all() {
		checking, a, b := all()[name], newModel(), newModel()
		steps(t, checking, b, 12)
		steps(t, repeating, a, 1)
		for range 5 {
			a.gradients()
			if err := Repeat(repeating, a.valueGrads()); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		steps(t, repeating, a, 1)
		for range 5 {
			a.gradients()
			if err := Repeat(repeating, a.valueGrads()); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if !sameBits(a.weights(), b.weights()) || !reflect.DeepEqual(repeating.State(), checking.State()) {
			t.Errorf("%s: other weights or another state than without Repeat", name)
		}
	}
}

// Where there is nothing to repeat, before the first step, after SetState and after a step that was refused, Repeat is
// a step that checks its parameters.
func TestNothingToRepeat(t *testing.T) {
	for name, s := range all() {
		checking, a, b := all()[name], newModel(), newModel()
		steps(t, checking, b, 3)
		for i, before := range []func() error{
			func() error { return nil },
			func() error { return s.SetState(s.State()) },
			func() error {
				if err := s.Step(a.valueGrads()[:1]); err == nil {
					t.Errorf("%s: took one parameter of %d", name, len(a))
				}
				return nil
			},
		} {
			if err := before(); err != nil {
				t.Fatal(err)
			}
			a.gradients()
			if err := Repeat(s, a.valueGrads()); err != nil {
				t.Fatalf("%s, step %d: %v", name, i+1, err)
			}
		}
		if !sameBits(a.weights(), b.weights()) {
			t.Errorf("%s: other weights than without Repeat", name)
		}
	}
}
