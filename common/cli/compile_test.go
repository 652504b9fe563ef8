package cli_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/random"
	"gorgonia-lectures/common/solver"
)

// counter counts how often the parameters of a program's own net are drawn, and the graphs that are built.
type counter struct{ draws, graphs int }

func (c *counter) Draws() bool { return false }

func (c *counter) Init(shape tensor.Shape, _ tensor.Dtype, _ random.Draw) []float64 {
	c.draws++
	return make([]float64, shape.TotalSize())
}

func (c *counter) machine(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
	c.graphs++
	return model.OwnMachine(g, outputs)
}

// A net is compiled once, with one graph; where it is that of -load or -resume nothing is drawn for the program's own.
func TestCompiledOnce(t *testing.T) {
	_, file := below(t)
	new(toy).program().Finish(t, file("out"), "-epochs", "1", "-save", file("net.h5"), "-checkpoint", file("run.h5"))
	for _, c := range []struct {
		name string
		args []string
		want counter
	}{
		{"new", nil, counter{draws: 1, graphs: 1}},
		{"load", []string{"-load", file("net.h5")}, counter{graphs: 1}},
		{"load with a rate", []string{"-load", file("net.h5"), "-lr", "0.5"}, counter{graphs: 1}},
		{"load with a seed", []string{"-load", file("net.h5"), "-seed", "5"}, counter{graphs: 1}},
		{"resume", []string{"-resume", file("run.h5"), "-epochs", "2"}, counter{}}, // its net is compiled as it is read
	} {
		t.Run(c.name, func(t *testing.T) {
			var got counter
			p := clitest.Program{Name: "toy", Defaults: toys, Run: func(_ context.Context, r *cli.Run) error {
				own := model.Sequential(model.Input(2), layer.Dense{Units: 1, KernelInitializer: &got, NoBias: true})
				config := model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1), Machine: got.machine}
				_, err := r.Compile(own, config, dataset.XOR())
				return err
			}}
			p.Finish(t, t.TempDir(), c.args...)
			if got != c.want {
				t.Errorf("counted %+v, want %+v", got, c.want)
			}
		})
	}
}

// A net that Compile does not know would train without its checkpoints, its page and its learning rate.
func TestFitWithoutCompile(t *testing.T) {
	p := clitest.Program{Name: "toy", Defaults: toys, Run: func(ctx context.Context, r *cli.Run) error {
		net := model.Sequential(model.Input(2), layer.Dense{Units: 1})
		err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1)})
		if err != nil {
			return err
		}
		_, err = net.Fit(ctx, dataset.XOR(), r.Fit(nil))
		return err
	}}
	p.Failure(t, nil, "Fit", "Compile")
}

// A net of -load must have as many inputs and outputs as the program's.
func TestLoadWhatDoesNotFit(t *testing.T) {
	p := new(toy).program()
	for _, c := range []struct {
		name            string
		inputs, outputs int
		facts           []string
	}{
		{"inputs", 3, 1, []string{"inputs", "[3]", "[2]"}},
		{"outputs", 2, 4, []string{"outputs", "[4]", "[1]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := model.Sequential(model.Input(c.inputs), layer.Dense{Units: c.outputs})
			err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1)})
			path := filepath.Join(t.TempDir(), "net.h5")
			if err = errors.Join(err, keras.Save(path, net)); err != nil {
				t.Fatal(err)
			}
			p.Failure(t, []string{"-load", path}, append(c.facts, "load "+path)...)
			p.Failure(t, []string{"-load", path, "-predict", "0,1"}, append(c.facts, "load "+path)...)
		})
	}
}

// Files of Keras: a metric that the suite does not have is said once, weights only load into the program's own net, and a
// loss or a net that does not fit says why.
func TestLoadOfKeras(t *testing.T) {
	file := func(name string) string { // in a folder of the test, whose path is not shown in messages
		content, err := os.ReadFile(filepath.Join("..", "keras", "testdata", filepath.FromSlash(name)))
		path := filepath.Join(t.TempDir(), filepath.Base(name))
		if err = errors.Join(err, os.WriteFile(path, content, 0o600)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	data, err := dataset.FromFloats([]int{6, 6, 2}, make([]float64, 14*72), []int{}, make([]float64, 14))
	if err != nil {
		t.Fatal(err)
	}
	p := clitest.Program{Name: "toy", Defaults: toys, Run: func(ctx context.Context, r *cli.Run) error {
		own := model.Sequential(model.Input(6, 6, 2), layer.Conv2D{Filters: 3, Kernel: layer.Size{Height: 3, Width: 2},
			Activation: layer.ReLU}, layer.MaxPool2D{Padding: layer.Same}, layer.Dropout{}, layer.Flatten{},
			layer.Dense{Units: 3, Activation: layer.Softmax})
		net, err := r.Compile(own, model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(0.1)}, data)
		if err != nil {
			return err
		}
		_, err = net.Fit(ctx, data, r.Fit(nil))
		return err
	}}
	for _, name := range []string{"forms/keras3_functional.h5", "forms/weights/keras3_only.weights.h5", "forms/weights/keras2_only.h5"} {
		p.Finish(t, t.TempDir(), "-load", file(name), "-epochs", "1")
	}
	iris, weights := file("cases/k2_dense.h5"), file("forms/weights/keras2_only.h5")
	p.Failure(t, []string{"-load", iris}, "load "+iris, "[4]", "[6 6 2]", "iris takes it")
	p.Failure(t, []string{"-load", iris, "-predict", "0,1"}, "load "+iris, "[4]", "[2]", "iris takes it")
	p.Failure(t, []string{"-load", weights, "-predict", "0,1"}, "load "+weights, "weights only", "-epochs 0 -save", "toy")
	named := clitest.Program{Name: "toy", Defaults: toys, Run: func(_ context.Context, r *cli.Run) error {
		own := model.Sequential(model.Input(4), layer.Dense{Units: 3})
		targets, err := dataset.FromFloats([]int{4}, make([]float64, 12), []int{}, make([]float64, 3))
		if err == nil {
			_, err = r.Compile(own, model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(0.1)}, targets)
		}
		return err
	}}
	metrics, unknown := file("forms/keras3_metrics.h5"), file("forms/keras3_unknown_loss.h5")
	clitest.Contains(t, named.Finish(t, t.TempDir(), "-load", metrics),
		metrics+": not measured: sparse_top_k_categorical_accuracy\n")
	named.Failure(t, []string{"-load", unknown, "-epochs", "0"}, "load "+unknown, "loss", "huber")
}

// A rate that is too large ends a run with where it went wrong and what to do about it.
func TestLossThatIsNotFinite(t *testing.T) {
	new(toy).program().Failure(t, []string{"-lr", "3e38"}, "epoch 1", "layer 3", "smaller learning rate")
}

// A net with dropout, Adam and several steps an epoch is saved and loaded with all that its training needs.
func TestSaveAndLoad(t *testing.T) { new(toy).program().SaveAndLoad(t) }

// With -check a run ends in the step that breaks a weight, not in the next one.
func TestCheck(t *testing.T) {
	p := new(toy)
	p.hook = at(2, 1, func() {
		w := p.net.Weights()
		w[1].Float32s()[0] = float32(math.Inf(1)) // tanh and the loss stay finite
		if err := p.net.SetWeights(w); err != nil {
			t.Error(err)
		}
	})
	p.program().Failure(t, []string{"-check"}, "epoch 2, batch 2", "after the step", "dense.bias")
}
