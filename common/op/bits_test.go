package op_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// same3x3 is a convolution with all that it can have.
var same3x3 = convOp([2]int{1, 1}, true, true)

// The kernels cut work of more than 2^18 multiply-adds or 2^15 elements into pieces. Each operation
// here is large enough for at least three, forward and in every gradient.
func TestBitsDoNotDependOnTheNumberOfCores(t *testing.T) {
	step := uint64(1)
	rng := rand.New(rand.NewPCG(1, 13))
	for _, c := range []struct {
		name   string
		build  builder
		fixed  int
		inputs []array
	}{
		{"Dense", denseOp(true), 0, []array{random(rng, 70, 190), random(rng, 190, 90), random(rng, 90)}},
		{"ColumnSums", denseOp(false), 0, []array{random(rng, 5000, 3), random(rng, 3, 40), random(rng, 40)}},
		{"Conv2D same", same3x3, 0, []array{random(rng, 5, 17, 15, 8), random(rng, 3, 3, 8, 12), random(rng, 12)}},
		{"Conv2D valid", convOp([2]int{2, 1}, false, false), 0, []array{random(rng, 6, 24, 18, 8), random(rng, 4, 2, 8, 12), random(rng, 12)}},
		{"MaxPool2D", poolOp(op.Window{Size: [2]int{3, 3}, Stride: [2]int{1, 2}, Same: true}), 0, []array{random(rng, 8, 30, 30, 8)}},
		{"Sigmoid", one(op.Sigmoid), 0, []array{random(rng, 130, 800)}},
		{"Tanh", one(op.Tanh), 0, []array{random(rng, 130, 800)}},
		{"ReLU", one(op.ReLU), 0, []array{random(rng, 130, 800)}},
		{"Softmax", one(op.Softmax), 0, []array{random(rng, 4000, 26)}},
		{"Dropout", dropoutOp(.25, op.Mask{Seed: 1, Step: &step}), 0, []array{random(rng, 130, 400)}},
		{"MeanSquaredError", two(op.MeanSquaredError), 1, []array{random(rng, 130, 800), random(rng, 130, 800)}},
		{"BinaryCrossentropyLogits", two(op.BinaryCrossentropyLogits), 1, []array{random(rng, 130, 800), between(rng, 0, 1, 130, 800)}},
		{"CategoricalCrossentropyLogits", two(op.CategoricalCrossentropyLogits), 1, []array{random(rng, 4000, 26), hot(classes(rng, 4000, 26), 26)}},
		{"SparseCategoricalCrossentropy", two(op.SparseCategoricalCrossentropy), 1, []array{between(rng, 0, 1, 4000, 26), classes(rng, 4000, 26)}},
	} {
		for _, dtype := range dtypes {
			t.Run(fmt.Sprintf("%s,%v", c.name, dtype), func(t *testing.T) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
				tr := newTrial(t, c.build, dtype, c.fixed, c.inputs...)
				var want [][]float64
				for _, cores := range []int{1, 2, 3} {
					runtime.GOMAXPROCS(cores)
					tr.run(t)
					got := append(tr.gradients(t), values(t, tr.y))
					if want == nil {
						want = got
					}
					for i := range got {
						if !slices.Equal(got[i], want[i]) { // none is NaN
							t.Errorf("%d cores: result %d has other bits than with one core", cores, i)
						}
					}
				}
			})
		}
	}
}

// A row gives the same output and the same input gradient alone and at any place in a batch.
func TestBitsOfARowDoNotDependOnTheBatch(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 13))
	for _, c := range []struct {
		name   string
		build  builder
		row    []int
		params []array
	}{
		{"Dense", denseOp(false), []int{37}, []array{random(rng, 37, 21), random(rng, 21)}},
		{"Dense+ReLU", denseOp(true), []int{300}, []array{random(rng, 300, 70), random(rng, 70)}},
		{"Dense of one", denseOp(false), []int{9}, []array{random(rng, 9, 1)}},
		{"Conv2D", same3x3, []int{7, 9, 3}, []array{random(rng, 3, 3, 3, 5), random(rng, 5)}},
		{"Conv2D strided", convOp([2]int{2, 3}, false, false), []int{14, 14, 8}, []array{random(rng, 2, 4, 8, 16)}},
		{"MaxPool2D", poolOp(op.Window{Size: [2]int{3, 2}, Stride: [2]int{2, 1}, Same: true}), []int{9, 8, 5}, nil},
		{"Sigmoid", one(op.Sigmoid), []int{29}, nil},
		{"Tanh", one(op.Tanh), []int{29}, nil},
		{"ReLU", one(op.ReLU), []int{29}, nil},
		{"Softmax", one(op.Softmax), []int{29}, nil},
		{"Flatten", one(op.Flatten), []int{3, 2, 4}, nil},
	} {
		for _, dtype := range dtypes {
			t.Run(fmt.Sprintf("%s,%v", c.name, dtype), func(t *testing.T) {
				const rows = 13
				x := random(rng, append([]int{rows}, c.row...)...)
				batch := newTrial(t, c.build, dtype, 0, append([]array{x}, c.params...)...)
				batch.run(t)
				y, dx, upstream := values(t, batch.y), values(t, batch.grads[0]), values(t, batch.upstream)
				for row := range rows {
					alone := newTrial(t, c.build, dtype, 0, append([]array{{append([]int{1}, c.row...), part(x.data, row, rows)}}, c.params...)...)
					for i, v := range part(upstream, row, rows) {
						set(alone.upstream, i, v)
					}
					alone.run(t)
					if !slices.Equal(values(t, alone.y), part(y, row, rows)) {
						t.Errorf("row %d has another output alone", row)
					}
					if !slices.Equal(values(t, alone.grads[0]), part(dx, row, rows)) {
						t.Errorf("row %d has another gradient alone", row)
					}
				}
			})
		}
	}
}

// part is one of the rows.
func part(all []float64, row, rows int) []float64 {
	n := len(all) / rows
	return all[row*n : (row+1)*n]
}

// A class number and its one-hot row are the same target, to the bit.
func TestClassNumberAgainstOneHot(t *testing.T) {
	x := array{[]int{1, 3}, []float64{.2, .3, .5}}
	for _, dtype := range dtypes {
		sparse := newTrial(t, two(op.SparseCategoricalCrossentropyLogits), dtype, 1, x, array{tensor.Shape{1}, []float64{2}})
		oneHot := newTrial(t, two(op.CategoricalCrossentropyLogits), dtype, 1, x, array{tensor.Shape{1, 3}, []float64{0, 0, 1}})
		sparse.run(t)
		oneHot.run(t)
		if !slices.Equal(values(t, sparse.y), values(t, oneHot.y)) || !slices.Equal(values(t, sparse.grads[0]), values(t, oneHot.grads[0])) {
			t.Errorf("%v: a class number and its one-hot row differ", dtype)
		}
	}
}
