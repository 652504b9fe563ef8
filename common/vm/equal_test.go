package vm_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var dtypes = []tensor.Dtype{tensor.Float32, tensor.Float64}

// Two copies of a net, one on each machine, stay equal to the bit over a training run: the loss at
// each step, and all weights, gradients included, after it.
func TestTrainingIsThatOfTheTape(t *testing.T) {
	const steps, rows = 250, 5
	for name, build := range map[string]func(testing.TB, tensor.Dtype, int) *net{"ours": newConvNet, "stock": newStockNet} {
		for _, dtype := range dtypes {
			t.Run(fmt.Sprintf("%s,%v", name, dtype), func(t *testing.T) {
				a, b := build(t, dtype, rows), build(t, dtype, rows)
				before := numbers(t, a.params[0].Value())
				tape := gorgonia.NewTapeMachine(b.graph.ExactSubgraphRoots(b.wanted()...))
				defer tape.Close()
				first, last := train(t, a, a.own(t), steps), train(t, b, tape, steps)
				for step := range first {
					if first[step] != last[step] {
						t.Fatalf("step %d: loss %v, on the tape %v", step, first[step], last[step])
					}
				}
				for i, p := range a.params {
					if !slices.Equal(bits(t, p.Value()), bits(t, b.params[i].Value())) {
						t.Errorf("%s ends with other weights than on the tape", p.Name())
					}
				}
				if slices.Equal(before, numbers(t, a.params[0].Value())) {
					t.Error("the weights did not move")
				}
			})
		}
	}
}

// train takes steps of plain gradient descent and gives the losses.
func train(t *testing.T, n *net, machine gorgonia.VM, steps int) (losses []float64) {
	t.Helper()
	solver := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(.5))
	weights := gorgonia.NodesToValueGrads(n.params)
	for step := range steps {
		n.draw(uint64(step))
		if err := machine.RunAll(); err != nil {
			t.Fatal(err)
		}
		losses = append(losses, numbers(t, n.cost.Value())[0])
		if err := solver.Step(weights); err != nil {
			t.Fatal(err)
		}
		machine.Reset()
	}
	return losses
}

func bits(t *testing.T, v gorgonia.Value) (all []uint64) {
	t.Helper()
	for _, x := range numbers(t, v) {
		all = append(all, math.Float64bits(x))
	}
	return all
}

// Random graphs of stock operations against plain Go, for any choice of outputs.
func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 22))
		g := gorgonia.NewGraph()
		var nodes gorgonia.Nodes
		var want [][]float64
		for i := range 3 {
			d := fill(rng, tensor.Float64, 4)
			nodes = append(nodes, input(g, fmt.Sprint("in", i), d))
			want = append(want, numbers(t, d))
		}
		for range 30 {
			// the same node may be both arguments
			i, j := rng.IntN(len(nodes)), rng.IntN(len(nodes))
			kind := rng.IntN(4)
			nodes = append(nodes, must([]func() (*gorgonia.Node, error){
				func() (*gorgonia.Node, error) { return gorgonia.Add(nodes[i], nodes[j]) },
				func() (*gorgonia.Node, error) { return gorgonia.Sub(nodes[i], nodes[j]) },
				func() (*gorgonia.Node, error) { return gorgonia.HadamardProd(nodes[i], nodes[j]) },
				func() (*gorgonia.Node, error) { return gorgonia.Tanh(nodes[i]) },
			}[kind]()))
			y := make([]float64, 4)
			for k := range y {
				a, b := want[i][k], want[j][k]
				y[k] = [...]float64{a + b, a - b, a * b, math.Tanh(a)}[kind]
			}
			want = append(want, y)
		}
		var outputs gorgonia.Nodes
		var chosen []int
		for range size(rng, 1, 5) {
			chosen = append(chosen, rng.IntN(len(nodes)))
			outputs = append(outputs, nodes[chosen[len(chosen)-1]])
		}
		machine := own(t, g, outputs...)
		for run := range 2 {
			if err := machine.RunAll(); err != nil {
				t.Fatal(err)
			}
			machine.Reset()
			for i, n := range outputs {
				if got := numbers(t, n.Value()); !slices.Equal(got, want[chosen[i]]) {
					t.Fatalf("seed %d, run %d: %v is %v, want %v", seed, run, n, got, want[chosen[i]])
				}
			}
		}
	}
}

func size(rng *rand.Rand, lo, hi int) int { return lo + rng.IntN(hi-lo+1) }

// Gorgonia's BinaryXent takes a node out of the graph while building it, and the graph's index of
// nodes is off by one from then on.
func TestGraphThatLostANode(t *testing.T) {
	g := gorgonia.NewGraph()
	p := input(g, "p", tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{.1, .2, .3, .6})))
	target := input(g, "t", tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{0, 1, .5, 1})))
	cost := must(gorgonia.Mean(must(gorgonia.BinaryXent(p, target))))
	grads, err := gorgonia.Grad(cost, p)
	if err != nil {
		t.Fatal(err)
	}
	if err := own(t, g, cost, grads[0]).RunAll(); err != nil {
		t.Fatal(err)
	}
	want, wantGrad := 0.0, make([]float64, 4)
	for i, p := range numbers(t, p.Value()) {
		y := numbers(t, target.Value())[i]
		want -= (y*math.Log(p) + (1-y)*math.Log(1-p)) / 4
		wantGrad[i] = (p - y) / (p * (1 - p)) / 4
	}
	if got := numbers(t, cost.Value())[0]; math.Abs(got-want) > 1e-15 {
		t.Errorf("loss %v, want %v", got, want)
	}
	for i, got := range numbers(t, grads[0].Value()) {
		if math.Abs(got-wantGrad[i]) > 1e-15 {
			t.Errorf("gradient %d is %v, want %v", i, got, wantGrad[i])
		}
	}
}
