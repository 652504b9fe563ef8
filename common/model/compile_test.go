package model_test

import (
	"context"
	"runtime"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/random"
	"gorgonia-lectures/common/solver"
)

// constant is an initializer that gives a number of values, whatever the parameter.
type constant int

func (constant) Draws() bool { return false }

func (c constant) Init(tensor.Shape, tensor.Dtype, random.Draw) []float64 { return make([]float64, c) }

// odd is a layer with any parameter and any output.
type odd struct {
	layer.Flatten
	output tensor.Shape
	param  layer.Param
}

func (odd) Kind() string                                     { return "Odd" }
func (o odd) OutputShape(tensor.Shape) (tensor.Shape, error) { return o.output, nil }
func (o odd) Params(tensor.Shape) []layer.Param              { return []layer.Param{o.param} }

// aimless is a loss with any shape of targets.
type aimless struct{ target tensor.Shape }

func (a aimless) Target(tensor.Shape) tensor.Shape                     { return a.target }
func (a aimless) Build(pred, _ *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Mean(pred) }
func (aimless) String() string                                         { return "aimless" }

// Mistakes of layers, losses and machines that are not ours are errors too.
func TestCompileErrorsOfForeignParts(t *testing.T) {
	two := tensor.Shape{2}
	dense := func(init layer.Initializer) layer.Dense { return layer.Dense{Units: 1, KernelInitializer: init} }
	for _, test := range []struct {
		name   string
		input  model.InputShape
		layer  layer.Layer
		config model.Config
		facts  []string
	}{
		{"too few first values", model.Input(2), dense(constant(1)), model.Config{}, []string{"dense.kernel", "1 values", "(2, 1)"}},
		{"too many first values", model.Input(2), dense(constant(3)), model.Config{}, []string{"dense.kernel", "3 values", "(2, 1)"}},
		{"no initializer", model.Input(2), odd{output: two, param: layer.Param{Name: "a", Shape: two}}, model.Config{},
			[]string{"layer 1 (Odd)", "odd.a", "no initializer"}},
		{"scalar parameter", model.Input(2), odd{output: two, param: layer.Param{Name: "a", Initializer: layer.Zeros{}}}, model.Config{},
			[]string{"layer 1 (Odd)", "odd.a", "scalar"}},
		{"negative size", model.Input(2),
			odd{output: two, param: layer.Param{Name: "a", Shape: tensor.Shape{-2}, Initializer: layer.Zeros{}}}, model.Config{},
			[]string{"layer 1 (Odd)", "odd.a (-2)"}},
		{"negative output", model.Input(2), odd{output: tensor.Shape{-1}}, model.Config{}, []string{"layer 1 (Odd)", "output (-1)"}},
		{"too large", model.Input(1<<20, 1<<20), layer.Flatten{}, model.Config{}, []string{"input (1048576, 1048576)", "2147483647"}},
		{"loss with more rows", model.Input(2), dense(nil), model.Config{Loss: aimless{tensor.Shape{7}}}, []string{"aimless", "(7)", "(1, 1)"}},
		{"loss without rows", model.Input(2), dense(nil), model.Config{Loss: aimless{}}, []string{"aimless", "()", "(1, 1)"}},
		{"nil machine", model.Input(2), dense(nil),
			model.Config{Machine: func(*gorgonia.ExprGraph, gorgonia.Nodes) (gorgonia.VM, error) { return nil, nil }}, []string{"machine", "nil"}},
		{"accuracy of pictures", model.Input(2, 2, 1), layer.Conv2D{Filters: 3, Kernel: layer.Square(1)},
			model.Config{Metrics: []model.Metric{model.Accuracy}}, []string{"accuracy", "(2, 2, 3)"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.config.Loss == nil {
				test.config.Loss = loss.MeanSquaredError
			}
			test.config.Solver = solver.NewSGD(0.1)
			wording.Check(t, model.Sequential(test.input, test.layer).Compile(test.config), test.facts...)
		})
	}
}

// A net whose second Compile fails is not compiled, until a Compile succeeds.
func TestFailedCompileLeavesTheNetUncompiled(t *testing.T) {
	good := model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}
	bad := good
	bad.Loss = aimless{}
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}), good)
	if err := net.Compile(bad); err == nil {
		t.Fatal("compiled a loss without targets")
	}
	_, err := net.Predict(dataset.XOR())
	wording.Check(t, err, "not compiled", "Compile")
	nets.Fit(t, nets.Compile(t, net, good), dataset.XOR(), model.Fit{Epochs: 1, Batch: 1})
}

// Fit and Compile fail in a callback of the same net: they would wait for it.
func TestFitInsideFit(t *testing.T) {
	config := model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}), config)
	var again, compile error
	nets.Fit(t, net, dataset.XOR(), model.Fit{Epochs: 1, Batch: 4, Callbacks: []model.Callback{{
		EpochEnd: func(model.Epoch) error {
			_, again = net.Fit(context.Background(), dataset.XOR(), model.Fit{Epochs: 1, Batch: 4})
			compile = net.Compile(config)
			return nil
		},
	}}})
	wording.Check(t, again, "Fit", "running")
	wording.Check(t, compile, "Fit", "running")
}

type solverFunc func([]gorgonia.ValueGrad) error

func (f solverFunc) Step(params []gorgonia.ValueGrad) error { return f(params) }

// Sets of all lengths, one after another, do not leave a graph for each length.
func TestMemoryOfManyLengths(t *testing.T) {
	const width = 2000
	inputs := make([]float64, 100*width)
	data, err := dataset.FromFloats([]int{width}, inputs, []int{}, make([]float64, 100))
	if err != nil {
		t.Fatal(err)
	}
	net := nets.Compile(t, model.Sequential(model.Input(width), layer.Dense{Units: width}, layer.Dense{Units: 1}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)})
	evaluate := func(from, to int) uint64 {
		for rows := from; rows <= to; rows++ {
			if _, err := net.Evaluate(context.Background(), data.First(rows)); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	evaluate(1, 2)
	few := evaluate(50, 65)
	many := evaluate(50, 100)
	runtime.KeepAlive(net)
	// 51 graphs would hold 35 x 75 rows x 2 layers of 8 kB more than 16 do: some 40 MB
	if many > few+20<<20 {
		t.Errorf("%d MB after 51 lengths, %d MB after 16", many>>20, few>>20)
	}
}
