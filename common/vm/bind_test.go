package vm_test

import (
	"fmt"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/op"
)

// moving returns a node that gives what give says, and ReLU of it.
func moving(g *gorgonia.ExprGraph, give func(x gorgonia.Value) (gorgonia.Value, error)) *gorgonia.Node {
	return must(op.ReLU(must(gorgonia.ApplyOp(&probe{"probe", give}, vector(g, "x", 1, 2, 3)))))
}

// An operation of package op after one that is not bound sees whatever that one gives: another
// tensor, or the same one with its numbers elsewhere.
func TestAfterAnOperationThatIsNotBound(t *testing.T) {
	one, two := []float64{1, 2, 3}, []float64{4, 5, 6}
	same := tensor.New(tensor.WithShape(3), tensor.WithBacking(one))
	results := []gorgonia.Value{
		same, same,
		tensor.New(tensor.WithShape(3), tensor.WithBacking(two)),
		same,
	}
	g, run := gorgonia.NewGraph(), 0
	y := moving(g, func(gorgonia.Value) (gorgonia.Value, error) {
		if run == 4 {
			same.Raw = results[2].(*tensor.Dense).Raw
			return same, nil
		}
		return results[run], nil
	})
	machine := own(t, g, y)
	for i, want := range [][]float64{one, one, two, one, two} {
		run = i
		if err := machine.RunAll(); err != nil {
			t.Fatal(err)
		}
		if got := numbers(t, y.Value()); !slices.Equal(got, want) {
			t.Errorf("run %d: %v, want %v", i, got, want)
		}
	}
}

// What is done to an input between two runs is noticed, also under the same pointer.
func TestInputChangedInPlace(t *testing.T) {
	for _, c := range []struct {
		name         string
		change, back func(x *tensor.Dense) error
	}{
		{"transposed", func(x *tensor.Dense) error { return x.T() }, func(x *tensor.Dense) error { x.UT(); return nil }},
		{
			"masked",
			func(x *tensor.Dense) error { return x.MaskedEqual(0.0) },
			func(x *tensor.Dense) error { x.SetMask(nil); return nil },
		},
	} {
		g := gorgonia.NewGraph()
		value := fill(newRand(), tensor.Float64, 2, 3)
		y := must(op.Sigmoid(input(g, "x", value)))
		machine := own(t, g, y)
		for range 3 {
			if err := machine.RunAll(); err != nil {
				t.Fatal(err)
			}
			want := numbers(t, y.Value())
			if err := c.change(value); err != nil {
				t.Fatal(err)
			}
			err := machine.RunAll()
			wording.Check(t, err, "Sigmoid", "input 0", "row-major")
			if err := c.back(value); err != nil {
				t.Fatal(err)
			}
			if err := machine.RunAll(); err != nil || !slices.Equal(numbers(t, y.Value()), want) {
				t.Errorf("%s and back: %v (%v), want %v", c.name, y.Value(), err, want)
			}
		}
		// other memory under the same header
		value.Raw = fill(newRand(), tensor.Float64, 2, 3).Raw
		value.Float64s()[0] = 0
		if err := machine.RunAll(); err != nil || numbers(t, y.Value())[0] != 0.5 {
			t.Errorf("other memory: %v (%v), want a first value of 0.5", y.Value(), err)
		}
	}
}

// Machines on one graph that run one after the other on inputs of their own do not see each other's.
func TestMachinesOneAfterTheOther(t *testing.T) {
	g := gorgonia.NewGraph()
	x := gorgonia.NewTensor(g, tensor.Float64, 3, gorgonia.WithName("x"), gorgonia.WithShape(1, 1, 2))
	y := must(op.Flatten(x))
	z := must(op.ReLU(y))
	type run struct {
		machine gorgonia.VM
		input   *tensor.Dense
	}
	runs := []run{{own(t, g, y, z), nil}, {own(t, g, y, z), nil}, {gorgonia.NewTapeMachine(g), nil}}
	for i := range runs {
		runs[i].input = tensor.New(tensor.WithShape(1, 1, 2), tensor.WithBacking([]float64{float64(i), 7}))
	}
	for range 3 {
		for i, r := range runs {
			if err := gorgonia.Let(x, r.input); err != nil {
				t.Fatal(err)
			}
			if err := r.machine.RunAll(); err != nil {
				t.Fatal(err)
			}
			r.machine.Reset()
			for _, n := range []*gorgonia.Node{y, z} {
				if got := numbers(t, n.Value()); got[0] != float64(i) {
					t.Errorf("machine %d: %v is %v, want it of the input %v", i, n, got, r.input)
				}
			}
		}
	}
}

// A bound operation's error and panic name it like those of its first run, and the machine still works.
func TestBoundOperationFails(t *testing.T) {
	g := gorgonia.NewGraph()
	logits := input(g, "logits", fill(newRand(), tensor.Float64, 2, 3))
	labels := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{0, 2}))
	y := must(op.SparseCategoricalCrossentropyLogits(logits, input(g, "labels", labels)))
	machine := own(t, g, y)
	for _, class := range []float64{1, 3, 0, 7} {
		labels.Float64s()[1] = class
		err := machine.RunAll()
		if class < 3 {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		wording.Check(t, err, "SparseCategoricalCrossentropyLogits", "row 1", fmt.Sprint("class ", class))
	}
	if err := machine.Close(); err != nil {
		t.Fatal(err)
	}
	labels.Float64s()[1] = 1
	if err := machine.RunAll(); err != nil {
		t.Errorf("a closed machine binds its operations anew: %v", err)
	}
}

// binder is a bound operation of a test's own.
type binder struct {
	probe
	out     gorgonia.Value
	compute func() error
}

func (b *binder) Bind(...gorgonia.Value) (gorgonia.Value, func() error, error) {
	return b.out, b.compute, nil
}

func TestBinderThatPanicsOrGivesNothing(t *testing.T) {
	broken := false
	g := gorgonia.NewGraph()
	b := &binder{probe: probe{name: "binder"}, out: fill(newRand(), tensor.Float64, 3), compute: func() error {
		if broken {
			panic("out of ink")
		}
		return nil
	}}
	machine := own(t, g, must(gorgonia.ApplyOp(b, vector(g, "x", 1, 2, 3))))
	for _, broken = range []bool{false, true, false} {
		err := machine.RunAll()
		if !broken && err != nil {
			t.Error(err)
		} else if broken {
			wording.Check(t, err, "binder", "out of ink")
		}
	}
	g = gorgonia.NewGraph()
	nothing := &binder{probe: probe{name: "binder"}}
	wording.Check(t, own(t, g, must(gorgonia.ApplyOp(nothing, vector(g, "x", 1, 2, 3)))).RunAll(), "binder", "no value")
}
