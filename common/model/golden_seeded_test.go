package model_test

import (
	"slices"
	"sync"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/levels"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// seededGolden is a whole run of Keras after keras.utils.set_random_seed.
type seededGolden struct {
	Keras      string               `json:"keras"`
	TensorFlow string               `json:"tensorflow"`
	Floatx     string               `json:"floatx"`
	Seed       uint32               `json:"seed"`
	Program    string               `json:"program"`
	Epochs     int                  `json:"epochs"`
	Batch      int                  `json:"batch"`
	Initial    [][]float64          `json:"initial"`
	Shapes     [][]int              `json:"shapes"`
	History    map[string][]float64 `json:"history"`
	Final      [][]float64          `json:"final"`
}

// Initial weights are Keras' to the bit, and with its order of rows and its dropout so are histories and final weights,
// but for the order in which sums are added.
func TestGoldenSeeded(t *testing.T) {
	golden.Each(t, "seeded/*.json", func(t *testing.T, path string) {
		var g seededGolden
		golden.Read(t, path, &g)
		if g.Floatx == "float64" {
			checkSeeded(t, g, tensor.Float64, 1e-9)
			return
		}
		levels.Each(t, func(t *testing.T) { checkSeeded(t, g, tensor.Float32, 1e-4) })
	})
}

func checkSeeded(t *testing.T, want seededGolden, dtype tensor.Dtype, tolerance float64) {
	t.Helper()
	net, train, test, s, l := seededProgram(t, want.Program)
	config := model.Config{Loss: l, Solver: s, Seed: want.Seed, Dtype: dtype}
	fit := model.Fit{Epochs: want.Epochs, Batch: want.Batch}
	if test.Len() > 0 {
		config.Metrics, fit.Validation = []model.Metric{model.Accuracy}, test
	}
	nets.Compile(t, net, config)
	for i, p := range net.Params() {
		if !slices.Equal(p.Shape(), want.Shapes[i]) || !slices.Equal(model.Float64s(p.Value), want.Initial[i]) {
			t.Fatalf("%s %v starts with other values than Keras'", p.Name, p.Shape())
		}
	}
	history := nets.Fit(t, net, train, fit)
	if got := history.Names(); len(got) != len(want.History) {
		t.Errorf("history of %v, want %d columns", got, len(want.History))
	}
	for name, values := range want.History {
		golden.Near(t, "history "+name, history.Series(name), values, tolerance)
	}
	for i, p := range net.Params() {
		golden.Near(t, p.Name, model.Float64s(p.Value), want.Final[i], tolerance)
	}
}

// trainingDigits are read once for all runs of the program that wants them.
var trainingDigits = sync.OnceValues(func() (dataset.Set, error) {
	digits, _, err := dataset.MNIST("")
	return digits, err
})

// seededProgram is one of make_seeded.py. A test set of no rows is none.
func seededProgram(t *testing.T, name string) (net *model.Net, train, test dataset.Set, s gorgonia.Solver, l loss.Loss) {
	t.Helper()
	relu := layer.Dense{Units: 32, Activation: layer.ReLU}
	species := layer.Dense{Units: 3, Activation: layer.Softmax}
	switch name {
	case "iris":
		train, test = nets.Iris(t)
		return model.Sequential(model.Input(4), relu, relu, relu, species), train, test,
			solver.NewAdam(0.001), loss.CategoricalCrossentropy
	case "xor":
		return model.Sequential(model.Input(2), layer.Dense{Units: 2, Activation: layer.Sigmoid},
				layer.Dense{Units: 1, Activation: layer.Sigmoid}), dataset.XOR(), dataset.Set{},
			solver.NewSGD(0.1), loss.MeanSquaredError
	case "cnn":
		digits, err := trainingDigits()
		if err == nil {
			digits, err = digits.Reshape(28, 28, 1)
		}
		if err == nil {
			validation := make([]int, 40)
			for i := range validation {
				validation[i] = 100 + i
			}
			test, err = digits.Rows(validation)
		}
		if err != nil {
			t.Fatal(err)
		}
		return model.Sequential(model.Input(28, 28, 1),
			layer.Conv2D{Filters: 3, Kernel: layer.Square(5), Padding: layer.Same, Activation: layer.ReLU},
			layer.MaxPool2D{},
			layer.Conv2D{Filters: 4, Kernel: layer.Square(2), Padding: layer.Same, Activation: layer.ReLU},
			layer.MaxPool2D{}, layer.Dropout{Rate: 0.25}, layer.Flatten{},
			layer.Dense{Units: 12, Activation: layer.ReLU}, layer.Dense{Units: 10, Activation: layer.Softmax},
		), digits.First(70), test, solver.NewAdam(0.001), loss.SparseCategoricalCrossentropy
	case "dropouts":
		train, test = nets.Iris(t)
		return model.Sequential(model.Input(4), layer.Dropout{Rate: 0.1},
			layer.Dense{Units: 16, Activation: layer.Tanh, NoBias: true, KernelInitializer: layer.HeUniform{}},
			layer.Dropout{Rate: 0.5}, species), train, test, solver.NewRMSprop(0.01), loss.CategoricalCrossentropy
	}
	t.Fatalf("no program %q", name)
	return nil, train, test, nil, nil
}
