package main

import (
	"context"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// layers is a net of the suite's own layers, without bias vectors: the bias is the third input.
type layers struct {
	net    *model.Net
	solver *solver.SGD

	// scale is the model's loss over the rule's: Keras' mean squared error of one row with one output is
	// (d-y)², twice the ½(d-y)² of the lecture. Its gradients are divided by scale, and so is the rate.
	scale float64
}

func newLayers(r rule) (autodiff, error) {
	l := &layers{solver: solver.NewSGD(1), scale: 2}
	config := model.Config{Loss: loss.MeanSquaredError, Solver: l.solver, Dtype: tensor.Float64}
	if r.name == "cross-entropy" {
		l.scale, config.Loss = 1, loss.BinaryCrossentropy
	}
	one := layer.Dense{Units: 1, Activation: layer.Sigmoid, NoBias: true}
	switch r.weights {
	case 3:
		l.net = model.Sequential(model.Input(3), one)
	case 16:
		l.net = model.Sequential(model.Input(3), layer.Dense{Units: 4, Activation: layer.Sigmoid, NoBias: true}, one)
	}
	return l, l.net.Compile(config)
}

// kernels cuts w into the kernels of the layers, which are (in, out): W1 (4×3) is transposed to (3, 4).
func kernels(w []float64) []*tensor.Dense {
	if len(w) == 3 {
		return []*tensor.Dense{tensor.New(tensor.WithBacking(w))}
	}
	return []*tensor.Dense{tensor.New(tensor.WithBacking(transpose(w[:12], 4, 3))), tensor.New(tensor.WithBacking(w[12:]))}
}

// flat undoes it.
func flat(kernels [][]float64) []float64 {
	if len(kernels) == 2 {
		kernels = [][]float64{transpose(kernels[0], 3, 4), kernels[1]}
	}
	return slices.Concat(kernels...)
}

// transpose turns m (rows×cols) into (cols×rows).
func transpose(m []float64, rows, cols int) []float64 {
	t := make([]float64, len(m))
	for i := range rows {
		for j := range cols {
			t[j*rows+i] = m[i*cols+j]
		}
	}
	return t
}

func (l *layers) gradient(w, x []float64, d float64) ([]float64, error) {
	if err := l.net.SetWeights(kernels(w)); err != nil {
		return nil, err
	}
	sample, err := dataset.FromFloats([]int{3}, x, []int{1}, []float64{d})
	if err != nil {
		return nil, err
	}
	grads, err := l.net.Gradients(sample)
	if err != nil {
		return nil, err
	}
	values := make([][]float64, len(grads))
	for i, g := range grads {
		values[i] = model.Float64s(g)
		for j := range values[i] {
			values[i][j] /= l.scale
		}
	}
	return flat(values), nil
}

func (l *layers) train(w []float64, X [][]float64, D []float64, alpha float64, epochs int) ([]float64, error) {
	if err := l.net.SetWeights(kernels(w)); err != nil {
		return nil, err
	}
	samples, err := dataset.FromFloats([]int{3}, slices.Concat(X...), []int{1}, D)
	if err != nil {
		return nil, err
	}
	l.solver.LearningRate = alpha / l.scale
	inOrder := model.Fit{Epochs: epochs, Batch: 1, NoShuffle: true}
	if _, err := l.net.Fit(context.Background(), samples, inOrder); err != nil {
		return nil, err
	}
	var values [][]float64
	for _, p := range l.net.Params() {
		values = append(values, model.Float64s(p.Value))
	}
	return flat(values), nil
}
