package vm_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// After calls once in each run, when the node has its value of this run and those after it do not: for operations that
// are bound, for views, which are bound in each run, for Gorgonia's own, which never are, and where all is bound anew.
func TestAfter(t *testing.T) {
	g := gorgonia.NewGraph()
	x := input(g, "x", tensor.New(tensor.WithShape(1, 2, 2), tensor.WithBacking([]float64{1, -2, 3, -4})))
	view := must(op.Flatten(x))
	bound := must(op.ReLU(view))
	stock := must(gorgonia.Square(bound))
	last := must(op.ReLU(stock))
	machine := own(t, g, last)
	var calls []string
	listen := func(name string, n *gorgonia.Node) {
		if !machine.After(n, func() {
			calls = append(calls, fmt.Sprint(name, numbers(t, n.Value())[0], " with ", numbers(t, last.Value())[0]))
		}) {
			t.Fatalf("%s: is not computed", name)
		}
	}
	run := func(want ...string) {
		t.Helper()
		calls = nil
		if err := machine.RunAll(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(calls, want) {
			t.Errorf("calls %q, want %q", calls, want)
		}
	}
	x64 := x.Value().(*tensor.Dense).Float64s()
	run()
	for name, n := range map[string]*gorgonia.Node{"view ": view, "bound ": bound, "stock ": stock, "last ": last} {
		listen(name, n)
	}
	x64[0] = 2 // the output is still 1
	run("view 2 with 1", "bound 2 with 1", "stock 4 with 1", "last 4 with 4")
	x64[0] = 3
	run("view 3 with 4", "bound 3 with 4", "stock 9 with 4", "last 9 with 9")
	moved := tensor.New(tensor.WithShape(1, 2, 2), tensor.WithBacking([]float64{5, 0, 0, 0}))
	if err := gorgonia.Let(x, moved); err != nil {
		t.Fatal(err)
	}
	listen("again ", bound) // after the first
	run("view 5 with 9", "bound 5 with 9", "again 5 with 9", "stock 25 with 9", "last 25 with 25")
	moved.Float64s()[0] = 6
	run("view 6 with 25", "bound 6 with 25", "again 6 with 25", "stock 36 with 25", "last 36 with 36")
}

// A node of which nothing is computed cannot be reported.
func TestAfterOfAnotherNode(t *testing.T) {
	g := gorgonia.NewGraph()
	x := vector(g, "x", 1, 2, 3)
	y, dead := must(op.ReLU(x)), must(op.ReLU(x))
	other := must(op.ReLU(vector(gorgonia.NewGraph(), "x", 1, 2, 3)))
	machine := own(t, g, y)
	for name, n := range map[string]*gorgonia.Node{"an input": x, "one that no output needs": dead, "one of another graph": other, "nil": nil} {
		if machine.After(n, func() { t.Errorf("%s was reported", name) }) {
			t.Errorf("%s: is computed", name)
		}
	}
	if err := machine.RunAll(); err != nil {
		t.Error(err)
	}
}

// What has failed has no value to report.
func TestAfterOfAFailure(t *testing.T) {
	g, broken := gorgonia.NewGraph(), false
	y := must(gorgonia.ApplyOp(&probe{"probe", func(x gorgonia.Value) (gorgonia.Value, error) {
		if broken {
			return nil, errors.New("worn out")
		}
		return x, nil
	}}, vector(g, "x", 1, 2, 3)))
	machine, calls := own(t, g, y), 0
	if !machine.After(y, func() { calls++ }) {
		t.Fatal("is not computed")
	}
	for i, want := range []int{1, 1, 2} {
		broken = i == 1
		if err := machine.RunAll(); (err != nil) != broken {
			t.Error(err)
		}
		if calls != want {
			t.Errorf("run %d: calls %d times, want %d", i, calls, want)
		}
	}
}
