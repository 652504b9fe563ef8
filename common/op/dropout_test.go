package op_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

func dropoutOp(rate float64, m op.Mask) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return op.Dropout(in[0], rate, m) }
}

// dropped runs dropout over ones: what the mask keeps is 1/(1-rate), the rest 0.
func dropped(t *testing.T, rate float64, m op.Mask, rows, cols int) []float64 {
	t.Helper()
	ones := array{[]int{rows, cols}, slices.Repeat([]float64{1}, rows*cols)}
	tr := newTrial(t, dropoutOp(rate, m), tensor.Float64, 0, ones)
	tr.run(t)
	return values(t, tr.y)
}

// The gradient is upstream·mask/(1-rate) with the mask of the forward run, on both machines and in
// both dtypes, exactly. (Gorgonia's own scales by 1/rate: right at one half only.)
func TestDropoutGradientIsTheMask(t *testing.T) {
	step := uint64(7)
	mask := op.Mask{Seed: 5, Step: &step}
	for _, rate := range []float64{.1, .25, .5, .9} {
		for _, dtype := range dtypes {
			t.Run(fmt.Sprintf("rate=%v,%v", rate, dtype), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(1, 12))
				g := gorgonia.NewGraph()
				x := leaf(g, "x", dtype, between(rng, 1, 2, 20, 6, 5))
				target := leaf(g, "target", dtype, random(rng, 20, 6, 5))
				y := must(op.Dropout(x, rate, mask))
				grads, err := gorgonia.Grad(must(op.MeanSquaredError(y, target)), x)
				if err != nil {
					t.Fatal(err)
				}
				upstream := y.Deriv()
				wanted := gorgonia.Nodes{y, grads[0], upstream}
				own, err := vm.New(g, wanted)
				if err != nil {
					t.Fatal(err)
				}
				tape := gorgonia.NewTapeMachine(g.ExactSubgraphRoots(wanted...))
				defer tape.Close()
				for name, machine := range map[string]gorgonia.VM{"own": own, "tape": tape} {
					if err := machine.RunAll(); err != nil {
						t.Fatal(err)
					}
					machine.Reset()
					checkMask(t, name, dtype, rate, values(t, x), values(t, y), values(t, grads[0]), values(t, upstream))
				}
			})
		}
	}
}

func checkMask(t *testing.T, machine string, dtype tensor.Dtype, rate float64, x, y, dx, dy []float64) {
	t.Helper()
	scaled := func(v float64) float64 {
		if dtype == tensor.Float32 {
			return float64(float32(v) * float32(1/(1-rate)))
		}
		return v * (1 / (1 - rate))
	}
	zeros := 0
	for i := range x {
		want, wantGrad := scaled(x[i]), scaled(dy[i])
		if y[i] == 0 { // x is at least 1
			zeros++
			want, wantGrad = 0, 0
		}
		if y[i] != want || dx[i] != wantGrad {
			t.Fatalf("%s machine, element %d: y %v and dx %v, want %v and %v", machine, i, y[i], dx[i], want, wantGrad)
		}
	}
	// five standard deviations of the binomial distribution
	n := float64(len(x))
	if off := math.Abs(float64(zeros) - rate*n); off > 5*math.Sqrt(n*rate*(1-rate)) {
		t.Errorf("%d of %v values dropped at rate %v", zeros, n, rate)
	}
}

func TestDropoutAgainstDifferences(t *testing.T) {
	step := uint64(1)
	for _, rate := range []float64{0, .1, .25, .5, .9} {
		checkGradients(t, dropoutOp(rate, op.Mask{Seed: 2, Step: &step}), 0, random(rand.New(rand.NewPCG(2, 12)), 5, 9))
	}
}

// Another seed or step gives another mask; the same two give the same mask in another graph.
func TestDropoutMaskDependsOnItsTwoNumbers(t *testing.T) {
	mask := func(seed uint32, step uint64) []float64 {
		return dropped(t, .5, op.Mask{Seed: seed, Step: &step}, 16, 16)
	}
	base := mask(1, 3)
	if !slices.Equal(base, mask(1, 3)) {
		t.Error("the same numbers give another mask")
	}
	for name, other := range map[string][]float64{
		"seed": mask(2, 3), "step": mask(1, 4), "seed and step exchanged": mask(3, 1),
	} {
		same := 0
		for i, v := range other {
			if v == base[i] {
				same++
			}
		}
		// half of 256 agree by chance, with a standard deviation of 8
		if same < 88 || same > 168 {
			t.Errorf("another %s: %d of 256 values agree, want about half", name, same)
		}
	}
}

// The step is read at each run, by the gradient too.
func TestDropoutReadsTheStepAtEachRun(t *testing.T) {
	step := uint64(0)
	m := op.Mask{Seed: 1, Step: &step}
	tr := newTrial(t, dropoutOp(.5, m), tensor.Float64, 0, array{[]int{8, 32}, slices.Repeat([]float64{1}, 256)})
	var seen [][]float64
	for range 3 {
		tr.run(t)
		y, dx := values(t, tr.y), values(t, tr.grads[0])
		for i := range y {
			if (y[i] == 0) != (dx[i] == 0) {
				t.Fatalf("step %d: element %d is %v, its gradient %v", step, i, y[i], dx[i])
			}
		}
		for _, old := range seen {
			if slices.Equal(old, y) {
				t.Errorf("step %d repeats a mask", step)
			}
		}
		seen = append(seen, y)
		step++
	}
	step = 1
	tr.run(t)
	if !slices.Equal(seen[1], values(t, tr.y)) {
		t.Error("going back to step 1 gives another mask")
	}
}

// A row draws the same numbers in a batch of any size, also in the last, smaller one.
func TestDropoutRowsDoNotDependOnTheBatch(t *testing.T) {
	step := uint64(2)
	m := op.Mask{Seed: 9, Step: &step}
	const cols = 130
	large := dropped(t, .25, m, 700, cols) // in several pieces
	for _, rows := range []int{1, 2, 33, 256} {
		if !slices.Equal(dropped(t, .25, m, rows, cols), large[:rows*cols]) {
			t.Errorf("%d rows draw another mask than the first %d of 700", rows, rows)
		}
	}
	if slices.Equal(large[:cols], large[cols:2*cols]) {
		t.Error("two rows have the same mask")
	}
}

// Gorgonia merges two operations with one hash and one input into one node. Ours never merge, even if they compute the
// same: each owns its output.
func TestOperationsAreNeverMerged(t *testing.T) {
	step := uint64(2)
	g := gorgonia.NewGraph()
	x := leaf(g, "x", tensor.Float64, array{[]int{20, 20}, slices.Repeat([]float64{1}, 400)})
	few, many := must(op.Dropout(x, .1, op.Mask{Step: &step})), must(op.Dropout(x, .9, op.Mask{Step: &step}))
	one, other := must(op.ReLU(x)), must(op.ReLU(x))
	if few == many || one == other {
		t.Fatal("two operations became one node")
	}
	outputs := gorgonia.Nodes{few, many, one, other}
	own, err := vm.New(g, outputs)
	if err != nil {
		t.Fatal(err)
	}
	tape := gorgonia.NewTapeMachine(g.ExactSubgraphRoots(outputs...))
	defer tape.Close()
	for name, machine := range map[string]gorgonia.VM{"own": own, "tape": tape} {
		if err := machine.RunAll(); err != nil {
			t.Fatal(err)
		}
		machine.Reset()
		scale := func(rate float64) float64 { return 1 / (1 - rate) } // in float64, not as a constant
		if slices.Max(values(t, few)) != scale(.1) || slices.Max(values(t, many)) != scale(.9) {
			t.Errorf("%s machine: two rates, but the same scale", name)
		}
		if &floats(t, one.Value())[0] == &floats(t, other.Value())[0] {
			t.Errorf("%s machine: two operations share their output", name)
		}
	}
}
