// Package nets has the small nets and data that tests of more than one package train.
package nets

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Digits are made-up pictures of 10x10 pixels in three classes: a bright row, column or diagonal.
func Digits(t testing.TB, n int) dataset.Set {
	t.Helper()
	const size = 10
	inputs := make([]float64, n*size*size)
	targets := make([]float64, n)
	for i := range n {
		class := i % 3
		targets[i] = float64(class)
		for j := range size {
			at := (i/3%size)*size + j
			if class == 1 {
				at = j*size + i/3%size
			} else if class == 2 {
				at = j*size + j
			}
			inputs[i*size*size+at] = 1 - float64(i%7)/20
		}
	}
	s, err := dataset.FromFloats([]int{size, size, 1}, inputs, []int{}, targets)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// CNN reads Digits and has each kind of layer of the lecture.
func CNN() *model.Net {
	return model.Sequential(model.Input(10, 10, 1),
		layer.Conv2D{Filters: 4, Kernel: layer.Square(3), Padding: layer.Same, Activation: layer.ReLU},
		layer.MaxPool2D{},
		layer.Dropout{Rate: 0.25},
		layer.Flatten{},
		layer.Dense{Units: 8, Activation: layer.Tanh},
		layer.Dense{Units: 3, Activation: layer.Softmax},
	)
}

// Various reads Digits and has the layers without weights and the activations that the lecture does not use.
func Various() *model.Net {
	return model.Sequential(model.Input(10, 10, 1),
		layer.Reshape{Target: []int{-1}},
		layer.Reshape{Target: []int{10, -1, 1}},
		layer.Rescaling{Scale: 2, Offset: -1},
		layer.GaussianNoise{Stddev: 0.1},
		layer.ZeroPadding2D{Top: 1, Left: 2},
		layer.Conv2D{Filters: 4, Kernel: layer.Square(3), Activation: layer.LeakyReLU,
			KernelInitializer: layer.HeNormal{}},
		layer.SpatialDropout2D{Rate: 0.25},
		layer.ReLULayer{MaxValue: 6, NegativeSlope: 0.1, Threshold: 0.1},
		layer.MaxPool2D{},
		layer.LeakyReLULayer{},
		layer.Flatten{},
		layer.Dense{Units: 8, Activation: layer.SELU, KernelInitializer: layer.LecunNormal{}},
		layer.Dense{Units: 8, Activation: layer.GELU},
		layer.ELULayer{},
		layer.Dense{Units: 8, Activation: layer.SiLU},
		layer.Dense{Units: 8, Activation: layer.Softplus},
		layer.Dense{Units: 8},
		layer.ActivationLayer{Activation: layer.Softsign},
		layer.Dense{Units: 3},
		layer.SoftmaxLayer{},
	)
}

// Normalized reads Digits and has normalization, averages, a frozen layer and regularizers.
func Normalized() *model.Net {
	return model.Sequential(model.Input(10, 10, 1),
		layer.Conv2D{Filters: 4, Kernel: layer.Square(3), NoBias: true, KernelRegularizer: layer.Regularizer{L2: 0.01}},
		layer.BatchNormalization{Momentum: 0.9},
		layer.AveragePool2D{},
		layer.Frozen{Layer: layer.Conv2D{Filters: 6, Kernel: layer.Square(2), Activation: layer.ReLU}},
		layer.Frozen{Layer: layer.BatchNormalization{}},
		layer.GlobalAveragePool2D{},
		layer.Dense{Units: 8, Activation: layer.Tanh, BiasRegularizer: layer.Regularizer{L1: 0.01}},
		layer.BatchNormalization{NoScale: true},
		layer.Dense{Units: 3, Activation: layer.Softmax},
	)
}

// Frozen is Normalized with all normalization frozen: several ranks can train it.
func Frozen() *model.Net {
	var layers []layer.Layer
	for _, l := range Normalized().Layers() {
		if _, ok := l.Layer.(layer.BatchNormalization); ok {
			l.Layer = layer.Frozen{Layer: l.Layer}
		}
		layers = append(layers, l.Layer)
	}
	return model.Sequential(model.Input(10, 10, 1), layers...)
}

// TwoDense reads Points and has four parameters.
func TwoDense() *model.Net {
	return model.Sequential(model.Input(2), layer.Dense{Units: 3, Activation: layer.ReLU}, layer.Dropout{Rate: 0.1},
		layer.Dense{Units: 1})
}

// Points has rows of two inputs and one target. Unlike a dataset.Set it may hold numbers that are not finite.
type Points struct{ Inputs, Targets []float64 }

func (p Points) Len() int         { return len(p.Targets) }
func (Points) InputShape() []int  { return []int{2} }
func (Points) TargetShape() []int { return []int{1} }
func (p Points) Batch32(rows []int, inputs, targets []float32) {
	for i, r := range rows {
		inputs[2*i], inputs[2*i+1] = float32(p.Inputs[2*r]), float32(p.Inputs[2*r+1])
		if targets != nil {
			targets[i] = float32(p.Targets[r])
		}
	}
}
func (p Points) Batch64(rows []int, inputs, targets []float64) {
	for i, r := range rows {
		copy(inputs[2*i:2*i+2], p.Inputs[2*r:])
		if targets != nil {
			targets[i] = p.Targets[r]
		}
	}
}

// Iris is the training and test set of the lecture, one-hot.
func Iris(t testing.TB) (train, test dataset.Set) {
	t.Helper()
	flowers, err := dataset.Iris().OneHot(3, true)
	if err != nil {
		t.Fatal(err)
	}
	if train, test, err = flowers.Split(0.2, 13); err != nil {
		t.Fatal(err)
	}
	return train, test
}

// Compile compiles with the loss of class numbers and Adam, unless c names others.
func Compile(t testing.TB, net *model.Net, c model.Config) *model.Net {
	t.Helper()
	if c.Loss == nil {
		c.Loss = loss.SparseCategoricalCrossentropy
	}
	if c.Solver == nil {
		c.Solver = solver.NewAdam(0.01)
	}
	if err := net.Compile(c); err != nil {
		t.Fatal(err)
	}
	return net
}

// Fit wants that the net trains.
func Fit(t testing.TB, net *model.Net, data dataset.Data, f model.Fit) *model.History {
	t.Helper()
	h, err := net.Fit(context.Background(), data, f)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// State wants that the net has one.
func State(t testing.TB, net *model.Net) model.State {
	t.Helper()
	s, err := net.State()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Timeless is a history without what a clock measured.
func Timeless(epochs []model.Epoch) []model.Epoch {
	epochs = append([]model.Epoch(nil), epochs...)
	for i := range epochs {
		epochs[i].Seconds = 0
	}
	return epochs
}

// Furthest is the largest difference of two lists of weights.
func Furthest(a, b []*tensor.Dense) float64 {
	most := 0.0
	for i := range a {
		other := model.Float64s(b[i])
		for j, v := range model.Float64s(a[i]) {
			most = max(most, math.Abs(v-other[j]))
		}
	}
	return most
}

// Tensors are the numbers as weights of the net, in its dtype.
func Tensors(net *model.Net, values ...[]float64) []*tensor.Dense {
	var weights []*tensor.Dense
	for _, numbers := range values {
		w := tensor.New(tensor.Of(net.Config().Dtype), tensor.WithShape(len(numbers)))
		model.SetFloat64s(w, numbers)
		weights = append(weights, w)
	}
	return weights
}

// askers is the number of goroutines of Beside: more than one asks each question at the same time.
const askers = 16

// Beside asks the questions again and again while train runs; each asker asks all of them at least once.
func Beside(t testing.TB, questions []func() error, train func()) {
	t.Helper()
	var wait sync.WaitGroup
	var done atomic.Bool
	for i := range askers {
		wait.Go(func() {
			for asked := 0; asked < len(questions) || !done.Load(); asked++ {
				if err := questions[(i+asked)%len(questions)](); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	train()
	done.Store(true)
	wait.Wait()
}
