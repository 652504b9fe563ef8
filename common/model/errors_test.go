package model_test

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

func TestCompileErrors(t *testing.T) {
	good := model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}
	dense := layer.Dense{Units: 1}
	one := func(l layer.Layer) *model.Net { return model.Sequential(model.Input(2), l) }
	with := func(change func(c *model.Config)) model.Config {
		c := good
		change(&c)
		return c
	}
	for _, test := range []struct {
		name   string
		net    *model.Net
		config model.Config
		facts  []string
	}{
		{"kernel larger than its input",
			model.Sequential(model.Input(8, 8, 1), layer.MaxPool2D{}, layer.Dropout{Rate: 0.5}, layer.Conv2D{Filters: 1, Kernel: layer.Square(5)}),
			good, []string{"layer 3 (Conv2D)", "5x5", "4x4"}},
		{"no units", one(layer.Dense{}), good, []string{"layer 1 (Dense)", "units 0"}},
		{"two axes", model.Sequential(model.Input(2, 3), dense),
			with(func(c *model.Config) { c.Metrics = []model.Metric{model.Accuracy} }), []string{"(2, 1)", "(classes)", "Flatten"}},
		{"rate of 1", one(layer.Dropout{Rate: 1}), good, []string{"layer 1 (Dropout)", "rate 1"}},
		{"rate of NaN", one(layer.Dropout{Rate: math.NaN()}), good, []string{"layer 1 (Dropout)", "rate NaN"}},
		{"one axis", model.Sequential(model.Input(2), layer.Dense{Units: 4}, layer.MaxPool2D{}), good,
			[]string{"layer 2 (MaxPooling2D)", "(4)", "(height, width, channels)"}},
		{"unknown activation", one(layer.Dense{Units: 1, Activation: 99}), good, []string{"layer 1 (Dense)", "Activation(99)"}},
		{"nil layer", model.Sequential(model.Input(2), dense, nil), good, []string{"layer 2", "nil"}},
		{"empty input", model.Sequential(model.Input(0), dense), good, []string{"input (0)", "axis 0"}},
		{"no layers", model.Sequential(model.Input(2)), good, []string{"at least one layer"}},
		{"no loss", one(dense), with(func(c *model.Config) { c.Loss = nil }), []string{"no loss"}},
		{"no solver", one(dense), with(func(c *model.Config) { c.Solver = nil }), []string{"no solver"}},
		{"SGD's rate", one(dense), with(func(c *model.Config) { c.Solver = solver.NewSGD(0) }), []string{"SGD", "LearningRate", "0"}},
		{"Adam's rate", one(dense), with(func(c *model.Config) { c.Solver = solver.NewAdam(math.NaN()) }), []string{"Adam", "LearningRate", "NaN"}},
		{"unknown metric", one(dense), with(func(c *model.Config) { c.Metrics = []model.Metric{5} }), []string{"Metric(5)"}},
		{"dtype", one(dense), with(func(c *model.Config) { c.Dtype = tensor.Int }), []string{"dtype int", "float32 or float64"}},
		{"panic while building", one(broken{}), good, []string{"layer 1 (Broken)", "no graph for me"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			wording.Check(t, test.net.Compile(test.config), test.facts...)
			if _, err := test.net.Predict(dataset.XOR()); err == nil {
				t.Error("a net that did not compile predicts")
			}
		})
	}
}

// broken is a layer that panics when it is built.
type broken struct{ layer.Flatten }

func (broken) Kind() string { return "Broken" }
func (broken) Build(layer.Context, *gorgonia.Node, gorgonia.Nodes) (*gorgonia.Node, error) {
	panic("no graph for me")
}

func TestFitErrors(t *testing.T) {
	net := func() *model.Net {
		return nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 2, Activation: layer.Softmax}), model.Config{Solver: solver.NewSGD(0.1)})
	}
	regression := func() *model.Net {
		return nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 2}), model.Config{Loss: loss.MeanSquaredError})
	}
	set := func(inputs []float64, shape []int, targets []float64) dataset.Set {
		s, err := dataset.FromFloats([]int{2}, inputs, shape, targets)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	good := set([]float64{0, 1, 1, 0}, []int{}, []float64{0, 1})
	points, err := dataset.Points([][]float64{{0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	one := model.Fit{Epochs: 1, Batch: 1}
	for _, test := range []struct {
		name  string
		net   *model.Net
		data  dataset.Data
		fit   model.Fit
		facts []string
	}{
		{"not compiled", model.Sequential(model.Input(2), layer.Dense{Units: 2}), good, one, []string{"not compiled"}},
		{"epochs", net(), good, model.Fit{Epochs: -1, Batch: 1}, []string{"epochs -1"}},
		{"batch", net(), good, model.Fit{Epochs: 1}, []string{"batch 0"}},
		{"no data", net(), nil, one, []string{"no rows"}},
		{"no rows", net(), good.First(0), one, []string{"no rows"}},
		{"no targets", net(), points, one, []string{"no targets"}},
		{"inputs", net(), dataset.Iris(), one, []string{"inputs", "(4)", "(2)"}},
		{"targets", net(), set([]float64{0, 1}, []int{3}, []float64{0, 1, 0}), one, []string{"targets", "(3)", "()"}},
		{"not one-hot", net(), set([]float64{0, 1, 1, 0}, []int{2}, []float64{0, 1, 0, 0}), model.Fit{Epochs: 1, Batch: 2},
			[]string{"epoch 1, batch 1", "row 1", "[0 0]", "a single 1"}},
		{"no class", regression(), set([]float64{0, 1, 1, 0}, []int{}, []float64{1, 2}), one, []string{"row 1", "class 2", "0 to 1"}},
		{"validation", net(), good, model.Fit{Epochs: 1, Batch: 1, Validation: points}, []string{"validation", "no targets"}},
		{"class too large", net(), set([]float64{0, 1}, []int{}, []float64{2}), one,
			[]string{"epoch 1, batch 1", "row 0", "class 2", "0 to 1"}},
		{"half a class", net(), set([]float64{0, 1}, []int{}, []float64{0.5}), one, []string{"row 0", "class 0.5"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.net.Fit(context.Background(), test.data, test.fit)
			wording.Check(t, err, test.facts...)
		})
	}
}

// The batch is refused before its memory is allocated.
func TestBatchLargerThanMemory(t *testing.T) {
	net := nets.Compile(t, model.Sequential(model.Input(1), layer.Dense{Units: 1000}, layer.Dense{Units: 1, NoBias: true}), model.Config{Loss: loss.MeanSquaredError})
	const rows = 2_000_000
	data, err := dataset.FromFloats([]int{1}, make([]float64, rows), []int{1}, make([]float64, rows))
	if err != nil {
		t.Fatal(err)
	}
	_, err = net.Fit(context.Background(), data, model.Fit{Epochs: 1, Batch: math.MaxInt})
	wording.Check(t, err, "2000000 rows", "16 GB", "8", "smaller batch")
}

// A loss that is not finite ends training before the solver spreads it, and names where.
func TestLossBecomesNaN(t *testing.T) {
	data := dataset.BloodFat()
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(10), Seed: 1})
	h, err := net.Fit(context.Background(), data, model.Fit{Epochs: 1000, Batch: 25})
	if err == nil || !strings.Contains(err.Error(), "the loss is ") || !strings.HasPrefix(err.Error(), "epoch ") {
		t.Fatalf("error %v", err) // which epoch it is, and NaN or Inf, depends on the CPU
	}
	if len(h.Epochs) == 0 || len(h.Epochs) >= 1000 {
		t.Errorf("%d epochs before it", len(h.Epochs))
	}
}

// One step that leaves the numbers' range is found by the validation after it.
func TestValidationLossBecomesNaN(t *testing.T) {
	data := dataset.BloodFat()
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1e30), Seed: 1})
	_, err := net.Fit(context.Background(), data, model.Fit{Epochs: 1, Batch: math.MaxInt, Validation: data})
	wording.Check(t, err, "epoch 1, validation", "the loss is +Inf", "smaller learning rate")
}

// Predictions of a row are the same bits alone, in a batch, and in a chunk that is padded.
func TestPredictRowByRow(t *testing.T) {
	data := nets.Digits(t, 300) // two whole chunks of 128, and a padded one
	predictRowByRow(t, nets.Compile(t, nets.CNN(), model.Config{Seed: 2}), data)
	predictRowByRow(t, nets.Compile(t, nets.Various(), model.Config{Seed: 2}), data)
}

func predictRowByRow(t *testing.T, net *model.Net, data dataset.Set) {
	t.Helper()
	out, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	all := model.Float64s(out)
	for _, i := range []int{0, 1, 17, 127, 128, 255, 256, 299} {
		one, err := data.Rows([]int{i})
		if err != nil {
			t.Fatal(err)
		}
		row, err := net.Predict(one)
		if err != nil {
			t.Fatal(err)
		}
		for j, v := range model.Float64s(row) {
			if v != all[i*3+j] {
				t.Errorf("row %d, output %d: %v alone, %v in the set", i, j, v, all[i*3+j])
			}
		}
	}
}

func TestGraph(t *testing.T) {
	net := nets.CNN()
	if _, err := net.Graph(model.Train, 4); err == nil {
		t.Error("a graph of a net that is not compiled")
	}
	nets.Compile(t, net, model.Config{})
	for _, mode := range []model.Mode{model.Train, model.Test, model.Forward} {
		g, err := net.Graph(mode, 4)
		if err != nil {
			t.Fatal(err)
		}
		if !g.Output.Shape().Eq(tensor.Shape{4, 3}) || (g.Loss != nil) != (mode != model.Forward) || (len(g.Grads) == 6) != (mode == model.Train) {
			t.Errorf("mode %d: output %v, loss %v, %d gradients", mode, g.Output.Shape(), g.Loss, len(g.Grads))
		}
	}
	if _, err := net.Graph(model.Train, 0); err == nil {
		t.Error("a graph for no rows")
	}
	if _, err := net.Graph(9, 1); err == nil {
		t.Error("a graph for an unknown mode")
	}
}

func TestSetWeightsErrors(t *testing.T) {
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}), model.Config{Loss: loss.MeanSquaredError})
	wording.Check(t, net.SetWeights(nets.Tensors(net, []float64{1, 2})), "1 weights", "2")
	wording.Check(t, net.SetWeights(nets.Tensors(net, []float64{1, 2, 3}, []float64{1})), "dense.kernel", "3 values", "(2, 1)")
}

// missing is a loss that a file has and the suite does not.
type missing struct{ loss.Loss }

func (missing) Computable() error { return errors.New("no such loss") }

// A net whose loss cannot be computed predicts; what needs the loss returns the reason.
func TestLossThatCannotBeComputed(t *testing.T) {
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}),
		model.Config{Loss: missing{loss.MeanSquaredError}, Solver: solver.NewSGD(0.1)})
	data := dataset.XOR()
	if y, err := net.Predict(data); err != nil || y.Shape()[0] != 4 {
		t.Errorf("the prediction is %v (%v), want 4 rows", y, err)
	}
	_, err := net.Evaluate(t.Context(), data)
	wording.Check(t, err, "evaluate", "no such loss")
	_, err = net.Fit(t.Context(), data, model.Fit{Epochs: 1, Batch: 1})
	wording.Check(t, err, "fit", "no such loss")
	_, err = net.Gradients(data)
	wording.Check(t, err, "gradients", "no such loss")
	wording.Check(t, net.Accepts(data), "no such loss")
}
