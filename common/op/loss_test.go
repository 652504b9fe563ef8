package op_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

type lossFunc func(pred, target *gorgonia.Node) (*gorgonia.Node, error)

func two(f lossFunc) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return f(in[0], in[1]) }
}

func TestLossGradients(t *testing.T) {
	logits := func(rng *rand.Rand, shape ...int) array { return between(rng, -3, 3, shape...) }
	// far from the clips, and of rows whose sum is not 1
	probabilities := func(rng *rand.Rand, shape ...int) array { return between(rng, .05, .95, shape...) }
	oneHot := func(rng *rand.Rand, shape ...int) array { return hot(classes(rng, shape[0], shape[1]), shape[1]) }
	labels := func(rng *rand.Rand, shape ...int) array { return classes(rng, shape[0], shape[1]) }
	for _, loss := range []struct {
		name         string
		f            lossFunc
		pred, target func(rng *rand.Rand, shape ...int) array
	}{
		{"MeanSquaredError", op.MeanSquaredError, logits, logits},
		{"BinaryCrossentropy", op.BinaryCrossentropy, probabilities, probabilities},
		{"BinaryCrossentropyLogits", op.BinaryCrossentropyLogits, logits, probabilities},
		{"CategoricalCrossentropy", op.CategoricalCrossentropy, probabilities, oneHot},
		{"CategoricalCrossentropyLogits", op.CategoricalCrossentropyLogits, logits, oneHot},
		{"SparseCategoricalCrossentropy", op.SparseCategoricalCrossentropy, probabilities, labels},
		{"SparseCategoricalCrossentropyLogits", op.SparseCategoricalCrossentropyLogits, logits, labels},
	} {
		t.Run(loss.name, func(t *testing.T) {
			for seed := range uint64(10) {
				rng := rand.New(rand.NewPCG(seed, 6))
				rows, cols := size(rng, 1, 6), size(rng, 2, 6)
				checkGradients(t, two(loss.f), 1, loss.pred(rng, rows, cols), loss.target(rng, rows, cols))
			}
		})
	}
}

// Regression and yes-or-no losses take outputs of any shape.
func TestElementwiseLossesTakeAnyShape(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	for _, f := range []lossFunc{op.MeanSquaredError, op.BinaryCrossentropy, op.BinaryCrossentropyLogits} {
		for _, shape := range [][]int{{5}, {3, 1}, {2, 3, 2}, {1, 2, 3, 2}} {
			checkGradients(t, two(f), 1, between(rng, .1, .9, shape...), between(rng, .1, .9, shape...))
		}
		// a list of targets for a column of outputs: paired in order, no broadcasting
		checkGradients(t, two(f), 1, between(rng, .1, .9, 4, 1), between(rng, .1, .9, 4))
	}
}

// A class number per pixel: (rows, height, width) for outputs (rows, height, width, classes).
func TestSparseLossPerPixel(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 6))
	labels := classes(rng, 12, 4)
	labels.shape = []int{2, 2, 3}
	checkGradients(t, two(op.SparseCategoricalCrossentropyLogits), 1, between(rng, -2, 2, 2, 2, 3, 4), labels)
}

// A number that is no class ends the run with an error on both machines, from the loss itself and
// from a program that computes only the gradient; the next run with good numbers works.
func TestNumbersThatAreNoClass(t *testing.T) {
	for _, c := range []struct {
		name string
		f    lossFunc
	}{{"probabilities", op.SparseCategoricalCrossentropy}, {"logits", op.SparseCategoricalCrossentropyLogits}} {
		for _, dtype := range dtypes {
			for _, bad := range []float64{11, 10, -1, -0.5, 2.5, math.NaN(), math.Inf(1), math.Inf(-1), 1e30} {
				t.Run(fmt.Sprintf("%s,%v,%v", c.name, dtype, bad), func(t *testing.T) {
					g := gorgonia.NewGraph()
					rng := rand.New(rand.NewPCG(3, 6))
					pred := leaf(g, "pred", dtype, between(rng, .1, .9, 4, 10))
					labels := leaf(g, "labels", dtype, array{[]int{4}, []float64{0, 9, bad, 3}})
					cost, err := c.f(pred, labels)
					if err != nil {
						t.Fatal(err)
					}
					grads, err := gorgonia.Grad(cost, pred)
					if err != nil {
						t.Fatal(err)
					}
					own, err := vm.New(g, grads)
					if err != nil {
						t.Fatal(err)
					}
					tape := gorgonia.NewTapeMachine(g.ExactSubgraphRoots(cost, grads[0]))
					defer tape.Close()
					for machine, m := range map[string]gorgonia.VM{"own": own, "tape": tape} {
						err := m.RunAll()
						m.Reset()
						for _, fact := range []string{"SparseCategoricalCrossentropy", "row 2", fmt.Sprint("class ", bad), "0 to 9"} {
							if bad == 1e30 && dtype == tensor.Float32 && strings.HasPrefix(fact, "class") {
								fact = "class 1e+30" // as float32 prints
							}
							if err == nil || !strings.Contains(err.Error(), fact) {
								t.Errorf("%s machine: error %v, want %q", machine, err, fact)
							}
						}
					}
					set(labels, 2, 8)
					for machine, m := range map[string]gorgonia.VM{"own": own, "tape": tape} {
						if err := m.RunAll(); err != nil {
							t.Errorf("%s machine after the number was put right: %v", machine, err)
						}
						m.Reset()
					}
				})
			}
		}
	}
}

var dtypes = []tensor.Dtype{tensor.Float32, tensor.Float64}

// set changes one value of an input node's tensor.
func set(n *gorgonia.Node, i int, v float64) {
	switch d := n.Value().(*tensor.Dense); d.Dtype() {
	case tensor.Float32:
		d.Float32s()[i] = float32(v)
	case tensor.Float64:
		d.Float64s()[i] = v
	}
}

// classes draws class numbers from 0 to cols-1.
func classes(rng *rand.Rand, rows, cols int) array {
	a := array{shape: []int{rows}, data: make([]float64, rows)}
	for i := range a.data {
		a.data[i] = float64(rng.IntN(cols))
	}
	return a
}

// hot is class numbers as one-hot rows.
func hot(labels array, cols int) array {
	a := array{shape: []int{len(labels.data), cols}, data: make([]float64, len(labels.data)*cols)}
	for row, class := range labels.data {
		a.data[row*cols+int(class)] = 1
	}
	return a
}
