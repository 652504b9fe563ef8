package vm_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

// denseGradient is the gradient of a large dense layer's kernel, with its graph and the layer's input.
func denseGradient(t *testing.T, dtype tensor.Dtype) (g *gorgonia.ExprGraph, x *tensor.Dense, cost, grad *gorgonia.Node) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	g, x = gorgonia.NewGraph(), fill(rng, dtype, 7, 400)
	w := input(g, "w", fill(rng, dtype, 400, 350))
	cost = must(gorgonia.Mean(must(op.Dense(input(g, "x", x), w, nil, true))))
	grads, err := gorgonia.Grad(cost, w)
	if err != nil {
		t.Fatal(err)
	}
	return g, x, cost, grads[0]
}

// A gradient in rows has the bits of the whole, at each run, and a value only by Grad.
func TestGradientInRows(t *testing.T) {
	g, x, cost, grad := denseGradient(t, tensor.Float32)
	other, otherX, otherCost, otherGrad := denseGradient(t, tensor.Float32)
	m, whole := own(t, g, cost, grad), own(t, other, otherCost, otherGrad)
	m.After(grad, func() { t.Error("a run has the gradient") })
	rows := m.InRows(nil, grad)
	if rows == nil {
		t.Fatal("the gradient cannot be computed in rows")
	}
	if m.After(grad, nil) {
		t.Error("a run has a moment after the gradient")
	}
	rng := rand.New(rand.NewPCG(7, 8))
	for run := range 4 {
		draw(rng, x)
		copy(otherX.Float32s(), x.Float32s())
		for _, machine := range []*vm.Machine{m, whole} {
			if err := machine.RunAll(); err != nil {
				t.Fatal(err)
			}
		}
		if grad.Value() != nil && run == 0 {
			t.Error("a run has computed the gradient")
		}
		want := otherGrad.Value().(*tensor.Dense).Float32s()
		for _, r := range [][2]int{{0, 400}, {13, 14}, {300, 400}} {
			got := make([]float32, (r[1]-r[0])*350)
			rows.GradRows(got, r[0], r[1])
			if !slices.Equal(got, want[r[0]*350:r[1]*350]) {
				t.Errorf("run %d: rows %v are others than those of the whole", run, r)
			}
		}
		if run == 3 {
			all, err := rows.Grad()
			if err != nil {
				t.Fatal(err)
			}
			if all != grad.Value() || !slices.Equal(all.(*tensor.Dense).Float32s(), want) {
				t.Error("Grad gives another gradient")
			}
		}
	}
}

// Whose result another operation takes, whose numbers are float64, and what is small is computed by the machine.
func TestWhatIsNotInRows(t *testing.T) {
	check := func(name string, m *vm.Machine, n *gorgonia.Node) {
		t.Helper()
		if m.InRows(nil, n) != nil {
			t.Errorf("%s is left to the caller", name)
		}
		if err := m.RunAll(); err != nil || n.Value() == nil {
			t.Errorf("%s is not computed (%v)", name, err)
		}
	}
	g, _, cost, grad := denseGradient(t, tensor.Float64)
	check("a gradient of float64", own(t, g, cost, grad), grad)
	g, _, cost, grad = denseGradient(t, tensor.Float32)
	used := must(op.Tanh(grad))
	check("a gradient that is used", own(t, g, cost, grad, used), grad)
	check("no gradient", own(t, g, cost, grad, used), cost)
	n := newConvNet(t, tensor.Float32, 3)
	n.draw(0)
	for i, grad := range n.grads {
		check(fmt.Sprintf("small gradient %d", i), n.own(t), grad)
	}
}
