package op_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

// normOp normalizes in[0]; gamma and beta come next if they are there, then the moving mean and variance.
func normOp(training, gamma, beta bool) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		x, in := in[0], in[1:]
		var g, b *gorgonia.Node
		if gamma {
			g, in = in[0], in[1:]
		}
		if beta {
			b, in = in[0], in[1:]
		}
		if !training {
			return op.Normalization(x, g, b, in[0], in[1], 0.01)
		}
		y, _, _, err := op.BatchNormalization(x, g, b, in[0], in[1], 0.9, 0.01, op.Batch{})
		return y, err
	}
}

// The gradients go through the mean and the variance of the batch.
func TestNormalizationGradients(t *testing.T) {
	for seed := range uint64(8) {
		gamma, beta, training := seed&1 != 0, seed&2 != 0, seed&4 != 0
		rng := rand.New(rand.NewPCG(seed, 14))
		cols := size(rng, 1, 4)
		for _, shape := range [][]int{{size(rng, 2, 6), cols}, {2, 3, size(rng, 1, 3), cols}} {
			t.Run(fmt.Sprintf("x%v,gamma=%v,beta=%v,training=%v", shape, gamma, beta, training), func(t *testing.T) {
				inputs := []array{random(rng, shape...)}
				for _, there := range []bool{gamma, beta} {
					if there {
						inputs = append(inputs, random(rng, cols))
					}
				}
				inputs = append(inputs, random(rng, cols), between(rng, 0.2, 2, cols))
				checkGradients(t, normOp(training, gamma, beta), 2, inputs...)
			})
		}
	}
}

// standardOp normalizes in[0] by the mean in[1] and the variance in[2].
func standardOp(inverse bool) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		return op.Standardization(in[0], in[1], in[2], inverse)
	}
}

func standardByOp(mean, variance []float64) builder {
	return one(func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.StandardizationBy(x, mean, variance, false) })
}

func TestStandardizationGradients(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 17))
		inverse, cols := seed&1 != 0, size(rng, 1, 4)
		for _, columns := range []int{1, cols} {
			for _, shape := range [][]int{{size(rng, 1, 6), cols}, {2, 3, size(rng, 1, 3), cols}} {
				t.Run(fmt.Sprintf("x%v,%d columns,inverse=%v", shape, columns, inverse), func(t *testing.T) {
					x, mean, variance := random(rng, shape...), random(rng, columns), between(rng, 0.2, 2, columns)
					checkGradients(t, standardOp(inverse), 2, x, mean, variance)
					checkGradients(t, standardByOp(mean.data, variance.data), 0, x)
				})
			}
		}
	}
}

// Each value is that of the formula, with weights and with numbers; a variance of 0 counts as 1e-14.
func TestStandardization(t *testing.T) {
	x := array{tensor.Shape{2, 3}, []float64{1, 2, 3, -1, 0, 5}}
	mean, variance := array{tensor.Shape{3}, []float64{1, -2, 3}}, array{tensor.Shape{3}, []float64{4, 0.25, 0}}
	for _, dtype := range dtypes {
		for inverse, want := range map[bool][]float64{
			false: {0, 8, 0, -1, 4, 2e7}, true: {3, -1, 3 + 3e-7, -1, -2, 3 + 5e-7},
		} {
			weights := newTrial(t, standardOp(inverse), dtype, 2, x, mean, variance)
			weights.run(t)
			golden.Near(t, "y", values(t, weights.y), want, 1e-7)
			numbers := newTrial(t, one(func(x *gorgonia.Node) (*gorgonia.Node, error) {
				return op.StandardizationBy(x, mean.data, variance.data, inverse)
			}), dtype, 0, x)
			numbers.run(t)
			golden.Near(t, "y by numbers", values(t, numbers.y), want, 1e-7)
		}
	}
}

func TestAveragePoolingGradients(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 15))
		w := op.Window{
			Size:   [2]int{size(rng, 1, 4), size(rng, 1, 4)},
			Stride: [2]int{size(rng, 1, 3), size(rng, 1, 3)},
			Same:   seed&1 != 0,
		}
		x := apart(rng, size(rng, 1, 3), size(rng, 4, 6), size(rng, 4, 6), size(rng, 1, 3))
		t.Run(fmt.Sprintf("x%v,%v", x.shape, w), func(t *testing.T) {
			checkGradients(t, averageOp(w), 0, x)
			for _, keep := range []bool{false, true} {
				checkGradients(t, globalOp(op.GlobalAveragePool2D, keep), 0, x)
				checkGradients(t, globalOp(op.GlobalMaxPool2D, keep), 0, x)
			}
		})
	}
}

func averageOp(w op.Window) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return op.AveragePool2D(in[0], w) }
}

func globalOp(f func(*gorgonia.Node, bool) (*gorgonia.Node, error), keep bool) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return f(in[0], keep) }
}

func penaltyOp(l1, l2 float64) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return op.Penalty(in[0], in[1], l1, l2) }
}

func TestPenalty(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 16))
	for _, factors := range [][2]float64{{0.5, 0}, {0, 0.25}, {0.125, 2}} {
		penalized := func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
			return op.Penalty(must(op.MeanSquaredError(in[0], in[2])), in[1], factors[0], factors[1])
		}
		checkGradients(t, penalized, 1, random(rng, 2, 3), apart(rng, 3, 4), random(rng, 2, 3))
	}
	loss := array{tensor.Shape{}, []float64{0.75}}
	w := array{tensor.Shape{3}, []float64{-2, 0, 0.5}}
	for _, dtype := range dtypes {
		tr := newTrial(t, penaltyOp(0.5, 0.25), dtype, 0, loss, w)
		tr.run(t)
		golden.Near(t, "loss", values(t, tr.y), []float64{0.75 + 0.5*2.5 + 0.25*4.25}, 0)
		golden.Near(t, "dw", values(t, tr.grads[1]), []float64{1.7 * -1.5, 0, 1.7 * 0.75}, 1e-7) // upstream is 1.7
	}
}

// The moving statistics become momentum·old + (1-momentum)·new, of the biased variance; the old ones stay.
func TestMovingStatistics(t *testing.T) {
	for _, dtype := range dtypes {
		g := gorgonia.NewGraph()
		x := leaf(g, "x", dtype, array{tensor.Shape{2, 2}, []float64{1, 0, 5, 3}})
		mean := leaf(g, "mean", dtype, array{tensor.Shape{2}, []float64{10, 20}})
		variance := leaf(g, "variance", dtype, array{tensor.Shape{2}, []float64{1, 2}})
		_, newMean, newVariance, err := op.BatchNormalization(x, nil, nil, mean, variance, 0.75, 0.001, op.Batch{})
		if err != nil {
			t.Fatal(err)
		}
		machine, err := vm.New(g, gorgonia.Nodes{newMean, newVariance})
		if err == nil {
			err = machine.RunAll()
		}
		if err != nil {
			t.Fatal(err)
		}
		golden.Near(t, "mean", values(t, newMean), []float64{0.75*10 + 0.25*3, 0.75*20 + 0.25*1.5}, 1e-7)
		golden.Near(t, "variance", values(t, newVariance), []float64{0.75*1 + 0.25*4, 0.75*2 + 0.25*2.25}, 1e-7)
		golden.Near(t, "old mean", values(t, mean), []float64{10, 20}, 0)
	}
}
