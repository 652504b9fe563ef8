package vm_test

import (
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/op"
)

// newSmallNet is of operations that are all bound: two dense layers and a loss, with their gradients.
func newSmallNet(t testing.TB, dtype tensor.Dtype, rows int) *net {
	t.Helper()
	n := &net{graph: gorgonia.NewGraph(), dtype: dtype, seed: newRand()}
	n.x = input(n.graph, "x", fill(n.seed, dtype, rows, 3))
	n.target = input(n.graph, "target", fill(n.seed, dtype, rows, 2))
	y := must(op.Sigmoid(must(op.Dense(n.x, n.param("w1", 3, 4), n.param("b1", 4), false))))
	y = must(op.Tanh(must(op.Dense(y, n.param("w2", 4, 2), nil, true))))
	n.finish(t, must(op.MeanSquaredError(y, n.target)))
	return n
}

// A repeated run gives the bits of one that looks at its inputs, on other numbers too.
func TestRepeat(t *testing.T) {
	for _, dtype := range dtypes {
		repeating, looking := newSmallNet(t, dtype, 3), newSmallNet(t, dtype, 3)
		a, b := repeating.own(t), looking.own(t)
		if a.Settled() {
			t.Error("a machine is settled before its first run")
		}
		if err := a.RunAll(); err != nil {
			t.Fatal(err)
		}
		for step := range uint64(5) {
			repeating.draw(step)
			looking.draw(step)
			if !a.Settled() {
				t.Fatal("all operations are bound, but the machine is not settled")
			}
			if err := a.Repeat(); err != nil {
				t.Fatal(err)
			}
			if err := b.RunAll(); err != nil {
				t.Fatal(err)
			}
			for i, n := range repeating.wanted() {
				if !slices.Equal(numbers(t, n.Value()), numbers(t, looking.wanted()[i].Value())) {
					t.Errorf("%v, step %d: output %d differs", dtype, step, i)
				}
			}
		}
	}
}

// A machine that has something to bind is not settled: after another value of an input, after Close, and always with a
// view or one of Gorgonia's own operations.
func TestSettled(t *testing.T) {
	n := newSmallNet(t, tensor.Float64, 2)
	m := n.own(t)
	run := func() {
		t.Helper()
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
	}
	run()
	moved := fill(n.seed, tensor.Float64, 2, 3)
	if err := gorgonia.Let(n.x, moved); err != nil {
		t.Fatal(err)
	}
	run()
	if !m.Settled() {
		t.Error("the run with another input has bound its users, but the machine is not settled")
	}
	before := numbers(t, n.cost.Value())
	moved.Float64s()[0] += 3
	if err := m.Repeat(); err != nil {
		t.Fatal(err)
	}
	if slices.Equal(before, numbers(t, n.cost.Value())) {
		t.Error("a repeated run does not see a number that has changed")
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if m.Settled() {
		t.Error("a closed machine is settled")
	}
	for name, n := range map[string]*net{
		"a view": newConvNet(t, tensor.Float32, 2), "Gorgonia's operations": newStockNet(t, tensor.Float32, 2),
	} {
		n.draw(1)
		m := n.own(t)
		for range 2 {
			if err := m.RunAll(); err != nil {
				t.Fatal(err)
			}
			if m.Settled() {
				t.Errorf("a machine with %s is settled", name)
			}
		}
	}
}

// An error and a panic of a repeated run are those of a run.
func TestRepeatFails(t *testing.T) {
	g := gorgonia.NewGraph()
	labels := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{0, 2}))
	logits := input(g, "logits", fill(newRand(), tensor.Float64, 2, 3))
	m := own(t, g, must(op.SparseCategoricalCrossentropyLogits(logits, input(g, "labels", labels))))
	if err := m.RunAll(); err != nil || !m.Settled() {
		t.Fatalf("settled: %t, error %v", m.Settled(), err)
	}
	for _, class := range []float64{5, 1} {
		labels.Float64s()[1] = class
		if err := m.Repeat(); class < 3 && err != nil {
			t.Error(err)
		} else if class >= 3 {
			wording.Check(t, err, "SparseCategoricalCrossentropyLogits", "row 1", "class 5")
		}
	}
}
