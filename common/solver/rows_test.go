package solver

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
)

// rowsPair is a pair whose gradient only GradRows gives.
type rowsPair struct{ pair }

func (p *rowsPair) GradRows(g []float32, lo, hi int) {
	columns := p.w.Shape()[1]
	copy(g, p.g.(*tensor.Dense).Float32s()[lo*columns:hi*columns])
}

// Every solver that does not clip takes gradients in rows, and the weights have the bits of a step with the whole: of
// one run of rows, of several and a shorter last one, and of rows that are longer than a run.
func TestGradientsInRows(t *testing.T) {
	for _, shape := range []tensor.Shape{{3, 5}, {700, 1000}, {2, 1<<18 + 3}} {
		if testing.Short() && shape[1] > 1000 {
			continue
		}
		rng := rand.New(rand.NewPCG(3, 4))
		fill := func() *tensor.Dense {
			d := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
			for i := range d.Float32s() {
				d.Float32s()[i] = rng.Float32() - .5
			}
			return d
		}
		w, g, other := fill(), fill(), fill()
		for name, s := range all() {
			whole := &pair{w: w.Clone().(*tensor.Dense), g: g}
			rows := &rowsPair{pair{w: w.Clone().(*tensor.Dense), g: g}}
			if !TakesRows(s) {
				continue
			}
			same := all()[name]
			for step, g := range []*tensor.Dense{g, other, g} {
				whole.g, rows.g = g, g
				if err := same.Step([]gorgonia.ValueGrad{whole}); err != nil {
					t.Fatal(err)
				}
				take := s.Step
				if step == 1 {
					take = func(model []gorgonia.ValueGrad) error { return Repeat(s, model) }
				}
				if err := take([]gorgonia.ValueGrad{rows}); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(rows.w.(*tensor.Dense).Float32s(), whole.w.(*tensor.Dense).Float32s()) {
				t.Errorf("%s, %v: other weights than with the whole gradient", name, shape)
			}
			if s.State().Checksum() != same.State().Checksum() {
				t.Errorf("%s, %v: another state than with the whole gradient", name, shape)
			}
			if err := s.Step([]gorgonia.ValueGrad{whole}); err != nil { // the same weights, all of the gradient at once
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A solver that clips, and weights that are no matrix of float32, take no gradient in rows.
func TestNoGradientInRows(t *testing.T) {
	rows := func(w *tensor.Dense) []gorgonia.ValueGrad { return []gorgonia.ValueGrad{&rowsPair{pair{w: w, g: w}}} }
	for _, name := range []string{"ClipNorm", "ClipValue", "GlobalClipNorm"} {
		s := all()[name]
		if TakesRows(s) {
			t.Errorf("%s takes rows", name)
		}
		wording.Check(t, s.Step(rows(tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(2, 2)))), "parameter 0", "in rows", "clipped")
	}
	wording.Check(t, NewSGD(1).Step(rows(tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(2, 2)))),
		"parameter 0", "float64", "matrix of float32")
	if TakesRows(gorgonia.NewVanillaSolver()) {
		t.Error("a solver of Gorgonia takes rows")
	}
}
