package solver

import (
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
)

// Gorgonia's own solvers that have Keras' arithmetic give the same weights.
func TestStockSolversAgree(t *testing.T) {
	for _, c := range []struct {
		name string
		make func() (stock, ours gorgonia.Solver)
	}{
		{"Vanilla", func() (gorgonia.Solver, gorgonia.Solver) {
			return gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(.1)), NewSGD(.1)
		}},
		{"Momentum", func() (gorgonia.Solver, gorgonia.Solver) {
			ours := NewSGD(.1)
			ours.Momentum = toFloat32(.9)
			return gorgonia.NewMomentum(gorgonia.WithLearnRate(.1), gorgonia.WithMomentum(toFloat32(.9))), ours
		}},
		{"RMSProp", func() (gorgonia.Solver, gorgonia.Solver) {
			return gorgonia.NewRMSPropSolver(gorgonia.WithLearnRate(.001), gorgonia.WithRho(.9), gorgonia.WithEps(1e-7)),
				NewRMSprop(.001)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-13, tensor.Float32: 2e-6} {
				stock, ours := c.make()
				compare(t, stock, ours, dtype, tolerance)
			}
		})
	}
}

func compare(t *testing.T, stock, ours gorgonia.Solver, dtype tensor.Dtype, tolerance float64) {
	rng := rand.New(rand.NewPCG(5, 6))
	random := func(shape ...int) *tensor.Dense {
		d := tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
		for i := range shape[0] * shape[1] {
			if dtype == tensor.Float32 {
				d.Float32s()[i] = float32(rng.NormFloat64())
			} else {
				d.Float64s()[i] = rng.NormFloat64()
			}
		}
		return d
	}
	theirs, mine := make([]gorgonia.ValueGrad, 2), make([]gorgonia.ValueGrad, 2)
	for i, shape := range [][]int{{3, 4}, {1, 4}} {
		w := random(shape...)
		theirs[i], mine[i] = &pair{w: w.Clone().(*tensor.Dense)}, &pair{w: w}
	}
	for step := range 100 {
		for i, shape := range [][]int{{3, 4}, {1, 4}} {
			g := random(shape...)
			theirs[i].(*pair).g, mine[i].(*pair).g = g.Clone().(*tensor.Dense), g // the stock solvers spoil theirs
		}
		if err := stock.Step(theirs); err != nil {
			t.Fatal(err)
		}
		if err := ours.Step(mine); err != nil {
			t.Fatal(err)
		}
		for i := range mine {
			golden.Near(t, dtype.String(), values(mine[i]), values(theirs[i]), tolerance)
		}
		if t.Failed() {
			t.Fatalf("apart at step %d", step+1)
		}
	}
}

func values(vg gorgonia.ValueGrad) []float64 {
	d := vg.Value().(*tensor.Dense)
	if d.Dtype() == tensor.Float32 {
		return golden.Convert[float64](d.Float32s())
	}
	return append([]float64{}, d.Float64s()...)
}

// A plain Gorgonia program computes the same with a stock solver and with ours, whether its machine adds up gradients
// (BindDualValues) or not.
func TestPlainGorgoniaProgram(t *testing.T) {
	want := trainPlain(t, gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(.1)), true)
	golden.Near(t, "with BindDualValues", trainPlain(t, NewSGD(.1), true), want, 1e-14)
	golden.Near(t, "without", trainPlain(t, NewSGD(.1), false), want, 1e-14)
}

// trainPlain takes 20 steps of linear regression in stock Gorgonia and returns the weights.
func trainPlain(t *testing.T, s gorgonia.Solver, bind bool) []float64 {
	g := gorgonia.NewGraph()
	x := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName("x"), gorgonia.WithValue(
		tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 2, -1, .5, .3, -2}))))
	y := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName("y"), gorgonia.WithValue(
		tensor.New(tensor.WithShape(3, 1), tensor.WithBacking([]float64{1, 0, 2}))))
	w := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName("w"), gorgonia.WithValue(
		tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float64{.5, -.5}))))
	e := gorgonia.Must(gorgonia.Sub(gorgonia.Must(gorgonia.Mul(x, w)), y))
	loss := gorgonia.Must(gorgonia.Mean(gorgonia.Must(gorgonia.Square(e))))
	if _, err := gorgonia.Grad(loss, w); err != nil {
		t.Fatal(err)
	}
	var options []gorgonia.VMOpt
	if bind {
		options = append(options, gorgonia.BindDualValues(w))
	}
	vm := gorgonia.NewTapeMachine(g, options...)
	model := gorgonia.NodesToValueGrads(gorgonia.Nodes{w})
	for range 20 {
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
		vm.Reset()
	}
	if err := vm.Close(); err != nil {
		t.Fatal(err)
	}
	return append([]float64{}, w.Value().(*tensor.Dense).Float64s()...)
}
