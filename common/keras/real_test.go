//go:build keras

package keras_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// The interpreters of two Python environments, from make test-keras: KERAS3 has Keras 3, KERAS2 Keras 2.15.
var interpreters = []string{"KERAS3", "KERAS2"}

// real is the record of a net that testdata/real.py writes and reads.
type real struct {
	Batch        int       `json:"batch"`
	Evaluation   []float64 `json:"evaluation"`
	X            []int     `json:"x"`
	Y            []int     `json:"y"`
	Prediction   []int     `json:"prediction"`
	Weights      [][]int   `json:"weights"`
	After        [][]int   `json:"after"`
	Seed         uint32    `json:"seed"` // of two more epochs, in Keras' order, of a net that was loaded; 0: one, in order
	folder, name string
}

// Keras opens our files, with the same weights, predictions, loss and accuracy, and resumes training with the same
// results.
func TestKerasOpensOurs(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{".h5", ".keras"} {
		t.Run(ending, func(t *testing.T) {
			opensOurs(t, lectureNets(t), ending, interpreters, func(n lectureNet, path string) {
				train(t, n.net, n.data, 2, n.batch)
				save(t, path, n.net)
			})
		})
	}
}

// Keras trains on from a .keras file of ours to the same weights, with each optimizer.
func TestKerasOpensOptimizers(t *testing.T) {
	t.Parallel()
	opensOurs(t, optimizerNets(t), ".keras", interpreters[:1], func(n lectureNet, path string) {
		train(t, n.net, n.data, 2, n.batch)
		save(t, path, n.net)
	})
}

// Keras opens what we save of its own nets with a Normalization, or with layers that do nothing in prediction.
func TestKerasOpensItsOwn(t *testing.T) {
	t.Parallel()
	for python, version := range map[string]string{"KERAS3": "keras3_", "KERAS2": "keras2_"} {
		for _, ending := range []string{".h5", ".keras"} {
			t.Run(version+ending, func(t *testing.T) {
				var list []lectureNet
				for _, stem := range []string{"augmentation", "augmentation_nested", "dropouts", "sequences", "sizes",
					"norm_adapted", "norm_whole", "norm_given", "norm_given_whole", "norm_invert", "operators"} {
					path := filepath.Join("testdata", "nets", version+stem+ending)
					var set struct{ X, Y array }
					record(t, path, &set)
					net, err := keras.Load(path)
					check(t, err)
					list = append(list, lectureNet{"kept_" + stem, net, rows(t, set.X, set.Y), 4})
				}
				opensOurs(t, list, ending, []string{python}, func(n lectureNet, path string) { save(t, path, n.net) })
			})
		}
	}
}

// Keras opens a checkpoint from the middle of a run as a model: what a checkpoint adds to a saved net does not depend on
// the layers or the settings of the optimizer.
func TestKerasOpensCheckpoints(t *testing.T) {
	t.Parallel()
	kinds := []string{"linreg", "xor", "iris", "mnistcnn", "normalized", "frozen", "amsgrad"}
	list := slices.DeleteFunc(lectureNets(t), func(n lectureNet) bool { return !slices.Contains(kinds, n.name) })
	if len(list) != len(kinds) {
		t.Fatalf("%d nets, want %v", len(list), kinds)
	}
	opensOurs(t, list, ".h5", interpreters, func(n lectureNet, path string) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		k := &checkpoint.Keeper{Net: n.net, Path: path, Best: true, Info: checkpoint.Info{Program: n.name}}
		batches := (n.data.Len()-1)/n.batch + 1
		_, err := n.net.Fit(ctx, n.data, model.Fit{Epochs: 4, Batch: n.batch, NoShuffle: true, Callbacks: []model.Callback{
			k.Callback(), {BatchEnd: func(b model.Batch) error {
				if b.Epoch == 3 && b.Batch == (batches+1)/2 {
					stop()
				}
				return nil
			}}}})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("error %v, want a cancellation", err)
		}
		check(t, k.Err())
		file, err := checkpoint.Open(path)
		check(t, err)
		if p := file.Position; len(p.Epochs)*batches+p.Steps != 2*batches+(batches+1)/2 || file.Best == nil {
			t.Fatalf("the checkpoint is at step %d after epoch %d, want the middle of epoch 3", p.Steps, len(p.Epochs))
		}
	})
}

// opensOurs compares nets that makeFile trained and wrote with the nets that Keras makes of the files.
func opensOurs(t *testing.T, nets []lectureNet, ending string, pythons []string,
	makeFile func(n lectureNet, path string)) {
	t.Helper()
	folder := t.TempDir()
	for _, n := range nets {
		r := real{Batch: n.batch, folder: folder, name: n.name}
		makeFile(n, filepath.Join(folder, n.name+ending))
		r.describe(t, n)
		for i, p := range n.net.Params() {
			r.Weights = append(r.Weights, r.write(t, fmt.Sprint("weight", i), p.Shape(), model.Float64s(p.Value)))
		}
		net, learns := n.net, !strings.HasPrefix(n.name, "kept_")
		switch {
		case n.name == "mnistcnn" || n.name == "noise": // they draw random numbers
			net, r.Seed = reloaded(t, filepath.Join(folder, n.name+ending), 5), 5
			_, err := net.Fit(t.Context(), n.data, model.Fit{Epochs: 2, Batch: n.batch})
			check(t, err)
		case learns:
			train(t, net, n.data, 1, n.batch)
		}
		if learns {
			for i, p := range net.Params() {
				r.After = append(r.After, r.write(t, fmt.Sprint("after", i), p.Shape(), model.Float64s(p.Value)))
			}
		}
		text, err := json.Marshal(r)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, n.name+".json"), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, python := range pythons {
		t.Run(python, func(t *testing.T) {
			t.Parallel()
			run(t, python, "ours", folder)
		})
	}
}

// reloaded is a net of ours as Keras makes it of the file after set_random_seed: its layers have drawn nothing yet.
func reloaded(t *testing.T, path string, seed uint32) *model.Net {
	t.Helper()
	net, err := keras.LoadWith(path, model.Config{}, func(_ *model.Net, state *model.State) error {
		state.Seed, state.Step, state.Run = seed, 0, nil
		return nil
	})
	check(t, err)
	return net
}

// Files of Keras load here, with the same comparisons.
func TestWeOpenKeras(t *testing.T) {
	t.Parallel()
	for _, python := range interpreters {
		t.Run(python, func(t *testing.T) {
			folder := t.TempDir()
			run(t, python, "theirs", folder)
			list, err := filepath.Glob(filepath.Join(folder, "*.json"))
			if err != nil || len(list) != 10 {
				t.Fatalf("%d nets of Keras (%v), want 10", len(list), err)
			}
			for _, path := range list {
				for _, ending := range []string{".h5", ".keras"} {
					path := strings.TrimSuffix(path, ".json") + ending
					t.Run(filepath.Base(path), func(t *testing.T) { compareWithKeras(t, path) })
				}
			}
		})
	}
}

func compareWithKeras(t *testing.T, path string) {
	r := real{folder: filepath.Dir(path), name: name(path)}
	record(t, path, &r)
	net, err := keras.LoadWith(path, model.Config{Seed: r.Seed})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range net.Params() {
		near(t, p.Name, model.Float64s(p.Value), r.read(t, fmt.Sprint("weight", i), r.Weights[i]), 0)
	}
	data := rows(t, array{r.X, r.read(t, "x", r.X)}, array{r.Y, r.read(t, "y", r.Y)})
	y, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "prediction", model.Float64s(y), r.read(t, "prediction", r.Prediction), 1e-6)
	score, err := net.Evaluate(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss and accuracy", []float64{score.Loss, score.Accuracy}[:len(r.Evaluation)], r.Evaluation, 1e-6)
	if len(r.After) == 0 {
		return
	}
	if r.Seed > 0 {
		_, err := net.Fit(t.Context(), data, model.Fit{Epochs: 2, Batch: r.Batch})
		check(t, err)
	} else {
		train(t, net, data, 1, r.Batch)
	}
	for i, p := range net.Params() {
		near(t, p.Name+" after more epochs", model.Float64s(p.Value), r.read(t, fmt.Sprint("after", i), r.After[i]), 1e-4)
	}
}

// lectureNet is a net of the lecture with some of its data.
type lectureNet struct {
	name  string
	net   *model.Net
	data  dataset.Set
	batch int
}

func lectureNets(t *testing.T) []lectureNet {
	t.Helper()
	people, err := dataset.OpenBloodFat("")
	check(t, err)
	flowers, err := dataset.OpenIris("")
	check(t, err)
	flowers, err = flowers.OneHot(3, true)
	check(t, err)
	digits, _, err := dataset.MNIST("")
	check(t, err)
	digits = digits.First(200)
	images, err := digits.Reshape(28, 28, 1)
	check(t, err)
	relu, sigmoid, softmax := layer.ReLU, layer.Sigmoid, layer.Softmax
	conv := func(dropout ...layer.Layer) *model.Net {
		layers := []layer.Layer{
			layer.Conv2D{Filters: 32, Kernel: layer.Square(5), Padding: layer.Same, Activation: relu}, layer.MaxPool2D{},
			layer.Conv2D{Filters: 64, Kernel: layer.Square(2), Padding: layer.Same, Activation: relu}, layer.MaxPool2D{}}
		return model.Sequential(model.Input(28, 28, 1), append(append(layers, dropout...),
			layer.Flatten{}, layer.Dense{Units: 1000, Activation: relu}, layer.Dense{Units: 10, Activation: softmax})...)
	}
	hidden := layer.Dense{Units: 32, Activation: relu}
	accuracy := []model.Metric{model.Accuracy}
	sparse := func() model.Config {
		return model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.001), Metrics: accuracy, Seed: 1}
	}
	var list []lectureNet
	add := func(name string, net *model.Net, c model.Config, data dataset.Set, batch int) {
		check(t, net.Compile(c))
		list = append(list, lectureNet{name, net, data, batch})
	}
	add("linreg", model.Sequential(model.Input(2), layer.Dense{Units: 1}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewRMSprop(0.001), Seed: 1}, people, 32)
	add("xor", model.Sequential(model.Input(2), layer.Dense{Units: 2, Activation: sigmoid}, layer.Dense{Units: 1, Activation: sigmoid}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1), Seed: 1}, dataset.XOR(), 1)
	add("iris", model.Sequential(model.Input(4), hidden, hidden, hidden, layer.Dense{Units: 3, Activation: softmax}),
		model.Config{Loss: loss.CategoricalCrossentropy, Solver: solver.NewAdam(0.001), Metrics: accuracy, Seed: 1}, flowers, 32)
	add("mnistmlp", model.Sequential(model.Input(28, 28), layer.Flatten{}, layer.Dense{Units: 1000, Activation: relu},
		layer.Dense{Units: 10, Activation: softmax}), sparse(), digits, 100)
	add("mnistcnn", conv(layer.Dropout{Rate: 0.25}), sparse(), images, 32)
	add("nodropout", conv(), sparse(), images, 32)
	// other optimizers, losses and settings
	add("momentum", model.Sequential(model.Input(2), layer.Dense{Units: 8, Activation: layer.Tanh}, layer.Dense{Units: 1, Activation: sigmoid}),
		model.Config{Loss: loss.BinaryCrossentropy, Solver: &solver.SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true}, Metrics: accuracy, Seed: 1},
		dataset.XOR(), 3)
	add("adagrad", model.Sequential(model.Input(28, 28, 1),
		layer.Conv2D{Filters: 4, Kernel: layer.Size{Height: 3, Width: 2}, Stride: layer.Size{Height: 2, Width: 1}, NoBias: true},
		layer.MaxPool2D{Pool: layer.Square(3), Stride: layer.Square(2), Padding: layer.Same}, layer.Flatten{}, layer.Dense{Units: 10, Activation: softmax}),
		model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdagrad(0.05), Metrics: accuracy, Seed: 1}, images, 32)
	// settings of optimizers
	adam := func(set func(*solver.Adam)) solver.Solver {
		s := solver.NewAdam(0.01)
		set(s)
		return s
	}
	with := func(s solver.Schedule) solver.Solver { return adam(func(a *solver.Adam) { a.Schedule = s }) }
	for name, s := range map[string]solver.Solver{
		"adadelta": solver.NewAdadelta(1), "nadam": solver.NewNadam(0.01), "adamax": solver.NewAdamax(0.01),
		"amsgrad":     adam(func(s *solver.Adam) { s.AMSGrad, s.Beta2 = true, 0.75 }),
		"clipnorm":    adam(func(s *solver.Adam) { s.ClipNorm = 0.25 }),
		"clipvalue":   adam(func(s *solver.Adam) { s.ClipValue = 0.125 }),
		"globalclip":  adam(func(s *solver.Adam) { s.GlobalClipNorm = 0.25 }),
		"exponential": with(&solver.ExponentialDecay{Initial: 0.01, DecaySteps: 5, DecayRate: 0.75}),
		"staircase":   with(&solver.ExponentialDecay{Initial: 0.01, DecaySteps: 5, DecayRate: 0.75, Staircase: true}),
		"inversetime": with(&solver.InverseTimeDecay{Initial: 0.01, DecaySteps: 1, DecayRate: 0.25}),
		"cosine":      with(&solver.CosineDecay{Initial: 0.01, DecaySteps: 14, Alpha: 0.125}),
		"cosinewarm":  with(&solver.CosineDecay{DecaySteps: 8, WarmupTarget: 0.01, WarmupSteps: 9}),
		"piecewise":   with(&solver.PiecewiseConstantDecay{Boundaries: []float64{3, 9}, Values: []float64{1, 0.01, 0.001}}),
	} {
		add(name, model.Sequential(model.Input(4), hidden, layer.Dense{Units: 3, Activation: softmax}),
			model.Config{Loss: loss.CategoricalCrossentropy, Solver: s, Metrics: accuracy, Seed: 1}, flowers, 32)
	}
	add("noise", nets.Various(), sparse(), nets.Digits(t, 90), 32)
	layers := []layer.Layer{layer.Reshape{Target: []int{28, -1, 1}}, layer.Rescaling{Scale: 2, Offset: -1},
		layer.ZeroPadding2D{Top: 1, Right: 2}, layer.Conv2D{Filters: 4, Kernel: layer.Square(3), Stride: layer.Square(3)},
		layer.LeakyReLULayer{}, layer.Conv2D{Filters: 3, Kernel: layer.Square(3)},
		layer.ReLULayer{MaxValue: 6, NegativeSlope: 0.25, Threshold: 0.125}, layer.MaxPool2D{}, layer.Flatten{}}
	// HardSigmoid is another function in Keras 2
	for _, a := range []layer.Activation{layer.ELU, layer.SELU, layer.GELU, layer.SiLU, layer.Softplus, layer.Softsign,
		layer.Exponential, layer.LeakyReLU, layer.ReLU6} {
		layers = append(layers, layer.Dense{Units: 8, Activation: a,
			KernelInitializer: layer.VarianceScaling{Scale: 0.5, Mode: layer.FanAvg}})
	}
	layers = append(layers, layer.ELULayer{Alpha: 0.5}, layer.Dense{Units: 10, KernelInitializer: layer.TruncatedNormal{}},
		layer.ActivationLayer{Activation: layer.Tanh}, layer.SoftmaxLayer{})
	add("layers", model.Sequential(model.Input(28, 28), layers...), sparse(), digits, 32)
	add("logits", model.Sequential(model.Input(4), hidden, layer.Dense{Units: 3}),
		model.Config{Loss: loss.Options{Loss: loss.CategoricalCrossentropy, FromLogits: true, Weight: 0.5},
			Solver: solver.NewSGD(0.1), Metrics: accuracy, Seed: 1}, flowers, 32)
	add("normalized", model.Sequential(model.Input(28, 28, 1),
		layer.Conv2D{Filters: 4, Kernel: layer.Square(5), Stride: layer.Square(2), NoBias: true, KernelRegularizer: layer.Regularizer{L2: 0.01}},
		layer.BatchNormalization{Momentum: 0.9}, layer.AveragePool2D{Padding: layer.Same},
		layer.Conv2D{Filters: 6, Kernel: layer.Square(2), Activation: relu}, layer.GlobalAveragePool2D{},
		layer.Dense{Units: 8, Activation: layer.Tanh, KernelRegularizer: layer.Regularizer{L1: 0.001, L2: 0.002}, BiasRegularizer: layer.Regularizer{L1: 0.01}},
		layer.BatchNormalization{NoScale: true, Epsilon: 0.01}, layer.Dense{Units: 10, Activation: softmax}), sparse(), images, 32)
	adapted := model.Sequential(model.Input(4), layer.Normalization{}, layer.Dense{Units: 8, Activation: layer.Tanh},
		layer.Normalization{Mean: []float64{0.25}, Variance: []float64{2}}, layer.Reshape{Target: []int{2, 4}},
		layer.Dense{Units: 5, Activation: relu}, layer.Flatten{}, layer.Dense{Units: 3}, layer.SoftmaxLayer{Axis: 1})
	add("adapted", adapted, model.Config{Loss: loss.CategoricalCrossentropy, Solver: solver.NewAdam(0.01), Metrics: accuracy, Seed: 1},
		flowers, 32)
	weights := adapted.Weights()
	model.SetFloat64s(weights[0], []float64{5.8, 3, 3.8, 1.2})
	model.SetFloat64s(weights[1], []float64{0.7, 0.2, 3.1, 0.6})
	check(t, adapted.SetWeights(weights))
	add("frozen", model.Sequential(model.Input(28, 28, 1),
		layer.Frozen{Layer: layer.Conv2D{Filters: 4, Kernel: layer.Square(5), Activation: relu}},
		layer.Frozen{Layer: layer.BatchNormalization{}}, layer.BatchNormalization{NoCenter: true}, layer.GlobalMaxPool2D{KeepDims: true},
		layer.Flatten{}, layer.Dense{Units: 10, Activation: softmax}), sparse(), images, 32)
	return list
}

// optimizerNets are small nets, each with another optimizer. Their inputs are small too: where a neuron is saturated,
// an optimizer that divides by the size of the gradient makes much of its last bits.
func optimizerNets(t *testing.T) []lectureNet {
	t.Helper()
	var x, y []float64
	for i := range 150 {
		for j := range 4 {
			x = append(x, float64((37*(4*i+j))%101)/100)
		}
		y = append(y, float64(i%3))
	}
	data, err := dataset.FromFloats([]int{4}, x, []int{1}, y)
	check(t, err)
	var list []lectureNet
	for name, s := range map[string]gorgonia.Solver{
		"smallsgd": solver.NewSGD(0.05), "smallmomentum": &solver.SGD{LearningRate: 0.01, Momentum: 0.9},
		"smallnesterov": &solver.SGD{LearningRate: 0.01, Momentum: 0.9, Nesterov: true},
		"smallrmsprop":  solver.NewRMSprop(0.003), "smalladagrad": solver.NewAdagrad(0.05),
		"smalladam": solver.NewAdam(0.003), "smalladamw": solver.NewAdamW(0.003),
		"smalladadelta": solver.NewAdadelta(1), "smallnadam": solver.NewNadam(0.003), "smalladamax": solver.NewAdamax(0.003),
		"smallamsgrad": &solver.Adam{LearningRate: 0.003, Beta1: 0.9, Beta2: 0.75, Epsilon: 1e-7, AMSGrad: true},
		"smallschedule": &solver.SGD{LearningRate: 1, Momentum: 0.9, Options: solver.Options{ClipNorm: 0.5,
			Schedule: &solver.ExponentialDecay{Initial: 0.05, DecaySteps: 5, DecayRate: 0.75}}},
	} {
		net := model.Sequential(model.Input(4),
			layer.Dense{Units: 8, Activation: layer.Tanh}, layer.Dense{Units: 3, Activation: layer.Softmax})
		check(t, net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: s,
			Metrics: []model.Metric{model.Accuracy}, Seed: 1}))
		list = append(list, lectureNet{name, net, data, 32})
	}
	return list
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func train(t *testing.T, net *model.Net, data dataset.Set, epochs, batch int) {
	t.Helper()
	_, err := net.Fit(context.Background(), data, model.Fit{Epochs: epochs, Batch: batch, NoShuffle: true})
	check(t, err)
}

// describe writes rows, predictions and score.
func (r *real) describe(t *testing.T, n lectureNet) {
	t.Helper()
	var x, targets []float64
	for i := range n.data.Len() {
		x, targets = append(x, n.data.Input(i)...), append(targets, n.data.Target(i)...)
	}
	r.X = r.write(t, "x", append([]int{n.data.Len()}, n.data.InputShape()...), x)
	r.Y = r.write(t, "y", append([]int{n.data.Len()}, n.data.TargetShape()...), targets)
	y, err := n.net.Predict(n.data)
	check(t, err)
	r.Prediction = r.write(t, "prediction", y.Shape(), model.Float64s(y))
	score, err := n.net.Evaluate(context.Background(), n.data)
	check(t, err)
	r.Evaluation = []float64{score.Loss}
	if len(n.net.Config().Metrics) > 0 {
		r.Evaluation = append(r.Evaluation, score.Accuracy)
	}
}

func (r *real) path(what string) string { return filepath.Join(r.folder, r.name+"."+what) }

func (r *real) write(t *testing.T, what string, shape tensor.Shape, values []float64) []int {
	t.Helper()
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
	}
	check(t, os.WriteFile(r.path(what), b, 0o644))
	return shape
}

func (r *real) read(t *testing.T, what string, shape []int) []float64 {
	t.Helper()
	b, err := os.ReadFile(r.path(what))
	check(t, err)
	if len(b) != 4*tensor.Shape(shape).TotalSize() {
		t.Fatalf("%s has %d bytes, want those of %v", r.path(what), len(b), shape)
	}
	values := make([]float64, len(b)/4)
	for i := range values {
		values[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
	}
	return values
}

// run runs testdata/real.py.
func run(t *testing.T, python string, args ...string) {
	t.Helper()
	script(t, python, "real.py", args...)
}

// script runs a script of testdata.
func script(t *testing.T, python, name string, args ...string) {
	t.Helper()
	path := os.Getenv(python)
	if path == "" {
		t.Fatalf("%s names no Python interpreter: use make test-keras", python)
	}
	out, err := exec.Command(path, append([]string{filepath.Join("testdata", name)}, args...)...).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
