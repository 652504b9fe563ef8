package op_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
)

// same3x3 is a convolution with padding, a bias and a ReLU.
var same3x3 = convOp([2]int{1, 1}, true, true)

// A row gives the same output and the same input gradient alone and anywhere in a batch.
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
		{"AveragePool2D", averageOp(op.Window{Size: [2]int{3, 2}, Stride: [2]int{2, 1}, Same: true}), []int{9, 8, 5}, nil},
		{"GlobalAveragePool2D", globalOp(op.GlobalAveragePool2D, false), []int{9, 8, 5}, nil},
		{"GlobalMaxPool2D", globalOp(op.GlobalMaxPool2D, true), []int{9, 8, 5}, nil},
		{"Dense of several axes", denseOp(true), []int{3, 37}, []array{random(rng, 37, 21), random(rng, 21)}},
		{"Standardization", standardByOp([]float64{1, 2, 3, 4}, []float64{1, 0.5, 2, 3}), []int{9, 4}, nil},
		{"Sigmoid", one(op.Sigmoid), []int{29}, nil},
		{"Tanh", one(op.Tanh), []int{29}, nil},
		{"ReLU", one(op.ReLU), []int{29}, nil},
		{"Softmax", one(op.Softmax), []int{29}, nil},
		{"SELU", one(activate(kernel.SELU)), []int{29}, nil},
		{"ReLU with all", one(activate(kernel.ClippedReLU(.2, .25, .5))), []int{29}, nil},
		{"Rescaling", one(activate(kernel.Rescaling(1./255, -1))), []int{29}, nil},
		{"ZeroPadding2D", paddingOp([4]int{0, 2, 3, 1}), []int{3, 2, 4}, nil},
		{"Reshape", reshapeOp(4, 6), []int{3, 2, 4}, nil},
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
					one := array{append([]int{1}, c.row...), rowOf(x.data, row, rows)}
					alone := newTrial(t, c.build, dtype, 0, append([]array{one}, c.params...)...)
					for i, v := range rowOf(upstream, row, rows) {
						set(alone.upstream, i, v)
					}
					alone.run(t)
					if !slices.Equal(values(t, alone.y), rowOf(y, row, rows)) {
						t.Errorf("row %d has another output alone", row)
					}
					if !slices.Equal(values(t, alone.grads[0]), rowOf(dx, row, rows)) {
						t.Errorf("row %d has another gradient alone", row)
					}
				}
			})
		}
	}
}

// rowOf is one of the rows.
func rowOf(all []float64, row, rows int) []float64 {
	n := len(all) / rows
	return all[row*n : (row+1)*n]
}

// A class number and its one-hot row are the same target, to the bit.
func TestClassNumberAgainstOneHot(t *testing.T) {
	x := array{[]int{1, 3}, []float64{.2, .3, .5}}
	for _, dtype := range dtypes {
		sparse := newTrial(t, two(op.SparseCategoricalCrossentropyLogits), dtype, 1, x, array{tensor.Shape{1}, []float64{2}})
		hot := array{tensor.Shape{1, 3}, []float64{0, 0, 1}}
		oneHot := newTrial(t, two(op.CategoricalCrossentropyLogits), dtype, 1, x, hot)
		sparse.run(t)
		oneHot.run(t)
		if !slices.Equal(values(t, sparse.y), values(t, oneHot.y)) ||
			!slices.Equal(values(t, sparse.grads[0]), values(t, oneHot.grads[0])) {
			t.Errorf("%v: a class number and its one-hot row differ", dtype)
		}
	}
}
