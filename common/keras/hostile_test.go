package keras

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// golden gives the tree of a file that Keras saved.
func golden(t testing.TB, name string) *hdf5.Group {
	t.Helper()
	f, err := hdf5.Open(filepath.Join("testdata", "h5", name+".h5"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f.Root
}

// edited is a golden file with a text of an attribute replaced, which must be there.
func edited(t testing.TB, name, attribute, old, new string) *hdf5.Group {
	t.Helper()
	root := golden(t, name)
	text, err := attributeText(root, attribute)
	if err != nil || !strings.Contains(text, old) {
		t.Fatalf("%s of %s (%v) has no %s: %s", attribute, name, err, old, text)
	}
	root.SetAttribute(attribute, strings.Replace(text, old, new, 1))
	return root
}

// Layers and settings that the suite does not have, and what does not fit, are named.
func TestLoadErrors(t *testing.T) {
	const architecture, compiled = "model_config", "training_config"
	without := func(attribute string) *hdf5.Group {
		root := golden(t, "keras3_cnn")
		var kept []hdf5.Attribute
		for _, a := range root.Attributes {
			if a.Name != attribute {
				kept = append(kept, a)
			}
		}
		root.Attributes = kept
		return root
	}
	set := func(attribute string, value any) *hdf5.Group {
		root := golden(t, "keras3_cnn")
		root.SetAttribute(attribute, value)
		return root
	}
	for want, root := range map[string]*hdf5.Group{
		"no attribute model_config: not a model that Keras saved":                                                                                                without(architecture),
		"no training_config: the model was saved without compiling (LoadWith takes a configuration)":                                                             without(compiled),
		"attribute model_config: is a whole number, want a text":                                                                                                 set(architecture, int64(1)),
		"attribute model_config: why":                                                                                                                            set(architecture, hdf5.Unread{Why: "why"}),
		"model_config: not Keras' JSON: it is cut off after 1 bytes":                                                                                             set(architecture, "{"),
		"model_config: not Keras' JSON: want a class with its config":                                                                                            set(architecture, "[]"),
		`model_config: a model of class Functional, want Sequential`:                                                                                             edited(t, "keras3_cnn", architecture, "Sequential", "Functional"),
		"model_config: layer 1 (LSTM): layers of class LSTM are not supported":                                                                                   edited(t, "keras3_cnn", architecture, "Conv2D", "LSTM"),
		`model_config: layer 1 (Conv2D): padding is "causal", want valid or same`:                                                                                edited(t, "keras3_cnn", architecture, `"padding": "same"`, `"padding": "causal"`),
		`model_config: layer 1 (Conv2D): activation is "gelu": not supported`:                                                                                    edited(t, "keras3_cnn", architecture, `"relu"`, `"gelu"`),
		"model_config: layer 1 (Conv2D): dilation_rate is [2,2], want 1":                                                                                         edited(t, "keras3_cnn", architecture, `"dilation_rate": [1, 1]`, `"dilation_rate": [2, 2]`),
		"model_config: layer 1 (Conv2D): groups is 2, want 1":                                                                                                    edited(t, "keras3_cnn", architecture, `"groups": 1`, `"groups": 2`),
		`model_config: layer 1 (Conv2D): data_format is "channels_first", want channels_last`:                                                                    edited(t, "keras3_cnn", architecture, "channels_last", "channels_first"),
		"model_config: layer 1 (Conv2D): trainable is false, want true":                                                                                          edited(t, "keras3_cnn", architecture, `"conv2d", "trainable": true`, `"conv2d", "trainable": false`),
		`model_config: layer 1 (Conv2D): kernel_regularizer is {"class_name":"L2"}: not supported`:                                                               edited(t, "keras3_cnn", architecture, `"kernel_regularizer": null`, `"kernel_regularizer": {"class_name": "L2"}`),
		"model_config: layer 1 (Conv2D): new_setting is 5: not supported":                                                                                        edited(t, "keras3_cnn", architecture, `"groups": 1`, `"groups": 1, "new_setting": 5`),
		"model_config: layer 1 (Conv2D): filters is missing":                                                                                                     edited(t, "keras3_cnn", architecture, `"filters": 4, `, ``),
		`model_config: layer 1 (Conv2D): filters is "4": want a whole number`:                                                                                    edited(t, "keras3_cnn", architecture, `"filters": 4`, `"filters": "4"`),
		"model_config: layer 1 (Conv2D): kernel_size is [0,5], want a height and a width of at least 1":                                                          edited(t, "keras3_cnn", architecture, `"kernel_size": [5, 5]`, `"kernel_size": [0, 5]`),
		`model_config: InputLayer: dtype is "float16", want float32 or float64`:                                                                                  edited(t, "keras3_cnn", architecture, `"dtype": "float32"`, `"dtype": "float16"`),
		"model_config: InputLayer: batch_shape is [null,null,12,1], want known sizes behind the rows":                                                            edited(t, "keras3_cnn", architecture, "[null, 12, 12, 1]", "[null, null, 12, 1]"),
		"model_config: layer 1 (Conv2D): batch_input_shape is [null,9,9,1], want the input's shape [12 12 1] behind the rows":                                    edited(t, "keras3_cnn", architecture, `"filters": 4`, `"batch_input_shape": [null, 9, 9, 1], "filters": 4`),
		"layer 1 (Conv2D): filters 0, want at least 1":                                                                                                           edited(t, "keras3_cnn", architecture, `"filters": 4`, `"filters": 0`),
		"layer 1 (Conv2D): kernel (5, 5, 1, 2000000000) has more than 2147483647 values":                                                                         edited(t, "keras3_cnn", architecture, `"filters": 4`, `"filters": 2000000000`),
		"364000216 parameters, want at most 134217728":                                                                                                           edited(t, "keras3_cnn", architecture, `"units": 16`, `"units": 5600000`),
		"174656276 values for one row, want at most 134217728":                                                                                                   edited(t, "keras3_cnn", architecture, "[null, 12, 12, 1]", "[null, 4500, 4500, 1]"),
		"model_weights: layer 1 (Conv2D): conv2d.kernel: shape [5 5 1 4], want [5 5 1 5]":                                                                        edited(t, "keras3_cnn", architecture, `"filters": 4`, `"filters": 5`),
		"model_weights: layer 1 (Conv2D) has 2 weights, want 1":                                                                                                  edited(t, "keras3_cnn", architecture, `"use_bias": true`, `"use_bias": false`),
		"training_config: loss: is huber: not supported":                                                                                                         edited(t, "keras3_cnn", compiled, "sparse_categorical_crossentropy", "huber"),
		"training_config: metrics: mae for the loss sparse_categorical_crossentropy and 10 outputs: want the accuracy, which is SparseCategoricalAccuracy there": edited(t, "keras3_cnn", compiled, `"accuracy"`, `"mae"`),
		"training_config: loss: is missing":                                                                                                                      edited(t, "keras3_cnn", compiled, `"sparse_categorical_crossentropy"`, `null`),
		"training_config: optimizer_config: epsilon is \"a\": want a number":                                                                                     edited(t, "keras2_linreg", compiled, `0.0, "epsilon": 1e-07`, `0.5, "epsilon": "a"`),
		"training_config: loss_weights is [2]: not supported":                                                                                                    edited(t, "keras3_cnn", compiled, `"loss_weights": null`, `"loss_weights": [2]`),
		"training_config: optimizer_config: class Ftrl: not supported":                                                                                           edited(t, "keras3_cnn", compiled, `"Adam"`, `"Ftrl"`),
		"training_config: optimizer_config: amsgrad is true: not supported":                                                                                      edited(t, "keras3_cnn", compiled, `"amsgrad": false`, `"amsgrad": true`),
		"training_config: optimizer_config: clipnorm is 1.0: not supported":                                                                                      edited(t, "keras3_cnn", compiled, `"clipnorm": null`, `"clipnorm": 1.0`),
		`training_config: optimizer_config: learning_rate is {"class_name":"CosineDecay"}: want a number`:                                                        edited(t, "keras3_cnn", compiled, `0.0010000000474974513`, `{"class_name": "CosineDecay"}`),
		"compile: solver: Adam: LearningRate is -1, want a finite number above 0":                                                                                edited(t, "keras2_cnn", compiled, `0.0010000000474974513`, `-1`),
		"attribute gorgonia_lectures: want a whole number from 0 on":                                                                                             set(progressName, `{"seed": -1}`),
		"start: epoch -1, want 0 to 4294967295":                                                                                                                  set(progressName, `{"epoch": -1}`),
	} {
		if _, err := FromTree(root, model.Config{}); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want %s in one line", err, want)
		}
	}
}

// A setting that was left out counts as Keras' own, and initializers do not matter once there are weights.
func TestLoadAccepts(t *testing.T) {
	for what, root := range map[string]*hdf5.Group{
		"no strides":           edited(t, "keras3_cnn", "model_config", `"strides": [2, 2], `, ``),
		"one number":           edited(t, "keras3_cnn", "model_config", `"kernel_size": [5, 5]`, `"kernel_size": 5`),
		"initializer":          edited(t, "keras3_cnn", "model_config", `"GlorotUniform", "config": {"seed": null, "input_axes": null, "output_axes": null}`, `"HeNormal", "config": {}`),
		"named initializer":    edited(t, "keras3_cnn", "model_config", `{"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null}`, `"ones"`),
		"a new setting, off":   edited(t, "keras3_cnn", "model_config", `"groups": 1`, `"groups": 1, "new": null, "newer": false`),
		"a fixed rows number":  edited(t, "keras3_cnn", "model_config", "[null, 12, 12, 1]", "[32, 12, 12, 1]"),
		"a short metric":       edited(t, "keras3_cnn", "training_config", `"accuracy"`, `"acc"`),
		"a moved rate":         edited(t, "keras3_cnn", "training_config", "0.0010000000474974513", "0.5"),
		"a loss with settings": edited(t, "keras3_cnn", "training_config", `"sparse_categorical_crossentropy"`, `{"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy", "config": {"reduction": "sum_over_batch_size", "from_logits": false, "ignore_class": null}, "registered_name": null}`),
	} {
		net, err := FromTree(root, model.Config{Seed: 9})
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if what == "a moved rate" { // the variable of Keras 3 is what counts
			if rate := *solver.LearningRate(net.Config().Solver); float32(rate) != 0.001 {
				t.Errorf("the learning rate is %v, want 0.001", rate)
			}
		}
		if seed := net.Config().Seed; seed != 9 {
			t.Errorf("%s: seed %d, want 9", what, seed)
		}
	}
}

// A model that was saved without compiling takes what LoadWith is given.
func TestLoadUncompiled(t *testing.T) {
	root := golden(t, "keras3_iris")
	root.Attributes = root.Attributes[:0]
	root.SetAttribute("model_config", mustText(t, golden(t, "keras3_iris"), "model_config"))
	c := model.Config{Loss: loss.CategoricalCrossentropy, Solver: gorgonia.NewVanillaSolver(), Metrics: []model.Metric{model.Accuracy}, Seed: 4}
	net, err := FromTree(root, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := net.Config(); got.Loss != c.Loss || got.Solver != c.Solver || len(got.Metrics) != 1 || got.Seed != 4 {
		t.Errorf("the configuration is %+v", got)
	}
}

func mustText(t testing.TB, g *hdf5.Group, name string) string {
	t.Helper()
	text, err := attributeText(g, name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The state of an optimizer must be of its kind and fit.
func TestOptimizerState(t *testing.T) {
	fewer := golden(t, "keras3_cnn")
	g, err := fewer.Group("optimizer_weights")
	if err != nil {
		t.Fatal(err)
	}
	names, err := texts(g, "weight_names")
	if err != nil {
		t.Fatal(err)
	}
	g.SetAttribute("weight_names", names[:len(names)-1])
	want := "optimizer_weights: 7 variables velocity, want 8: one for each parameter"
	if _, err := FromTree(fewer, model.Config{}); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	g.SetAttribute("weight_names", names[:2]) // what Keras 3.15 saves after loading
	net, err := FromTree(fewer, model.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := net.State(); err != nil || s.Solver.Step != 0 || len(s.Solver.Slots) != 0 {
		t.Errorf("state %+v (%v), want a fresh optimizer", s.Solver, err)
	}
	half, err := hdf5.New(nil, []float32{0.5})
	if err == nil {
		err = g.Add("iteration", half)
	}
	if err != nil {
		t.Fatal(err)
	}
	g.SetAttribute("weight_names", []string{"iteration"})
	want = "optimizer_weights: iteration: hdf5: another type of numbers: float32, want whole numbers"
	if _, err := FromTree(fewer, model.Config{}); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	g.SetAttribute("weight_names", []string{"adam/what"})
	if _, err := FromTree(fewer, model.Config{}); err == nil || !strings.Contains(err.Error(), `adam/what is no variable of an optimizer`) {
		t.Errorf("error %v", err)
	}
}

type ownLayer struct{ layer.Flatten }
type ownLoss struct{ loss.Loss }
type ownInitializer struct{}

func (ownInitializer) Init(shape tensor.Shape, _ *kernel.Stream) []float64 {
	return make([]float64, shape.TotalSize())
}

// What Keras does not have cannot be saved, and leaves what was on disk.
func TestSaveErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	const before = "what was there"
	if err := os.WriteFile(path, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	dense := layer.Dense{Units: 1}
	good := model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}
	for want, c := range map[string]struct {
		layers []layer.Layer
		config *model.Config
	}{
		"the model is not compiled: call Compile first":                  {[]layer.Layer{dense}, nil},
		"layer 1 (Flatten): a keras.ownLayer, want one of package layer": {[]layer.Layer{ownLayer{}, dense}, &good},
		"layer 1 (Dense): kernel_initializer: a keras.ownInitializer, want one of package layer": {
			[]layer.Layer{layer.Dense{Units: 1, KernelInitializer: ownInitializer{}}}, &good},
		"loss mse: a keras.ownLoss, want one of package loss": {[]layer.Layer{dense},
			&model.Config{Loss: ownLoss{loss.MeanSquaredError}, Solver: solver.NewSGD(0.1)}},
		"the solver *gorgonia.VanillaSolver keeps its state to itself, want one of package solver": {[]layer.Layer{dense},
			&model.Config{Loss: loss.MeanSquaredError, Solver: gorgonia.NewVanillaSolver()}},
	} {
		net := model.Sequential(model.Input(2), c.layers...)
		if c.config != nil {
			if err := net.Compile(*c.config); err != nil {
				t.Fatal(err)
			}
		}
		err := Save(path, net)
		if err == nil || err.Error() != "save "+path+": "+want {
			t.Errorf("error %v, want save %s: %s", err, path, want)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != before {
			t.Errorf("%s: the file holds %q (%v), want what was there", want, got, err)
		}
	}
	net := model.Sequential(model.Input(2), dense)
	if err := net.Compile(good); err != nil {
		t.Fatal(err)
	}
	if err := net.SetWeights([]*tensor.Dense{vector(1, math.NaN()), vector(0)}); err != nil {
		t.Fatal(err)
	}
	broken := "save " + path + ": layer 1 (Dense): dense.kernel: value 1 is NaN, want finite numbers"
	if err := Save(path, net); err == nil || err.Error() != broken {
		t.Errorf("error %v, want %s", err, broken)
	}
	if err := net.SetWeights([]*tensor.Dense{vector(1, 2), vector(0)}); err != nil {
		t.Fatal(err)
	}
	if err := Save(filepath.Join(path, "in a file.h5"), net); err == nil || !strings.Contains(err.Error(), "in a file.h5") {
		t.Errorf("error %v, want one that names the file", err)
	}
	if err := Save(path, net); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%v (%v), want the file alone", entries, err)
	}
}

// A net of float64 keeps all of its digits.
func TestFloat64(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Dense{Units: 3, KernelInitializer: layer.GlorotUniform{}})
	err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: &solver.AdamW{LearningRate: math.Pi / 100, Beta1: 0.8,
		Beta2: 0.99, Epsilon: 1e-9, WeightDecay: 0.01}, Dtype: tensor.Float64, Seed: math.MaxUint64})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "net.h5")
	if err := Save(path, net); err != nil {
		t.Fatal(err)
	}
	again, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range again.Params() {
		want := net.Params()[i].Value.Float64s()
		for k, v := range p.Value.Float64s() {
			if v != want[k] {
				t.Errorf("%s[%d] is %v, want %v", p.Name, k, v, want[k])
			}
		}
	}
	if c := again.Config(); c.Seed != math.MaxUint64 || c.Dtype != tensor.Float64 || *solver.LearningRate(c.Solver) != math.Pi/100 {
		t.Errorf("the configuration is %+v", c)
	}
}

// Every truncation and, here and there, every altered byte of a file ends in an error or a net, never in a
// panic, and takes no more memory than the net's shapes explain.
func TestDamage(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("testdata", "h5", "keras3_xor.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole); n += 13 {
		if _, err := try(whole[:n]); err == nil {
			t.Fatalf("%d of %d bytes give a net", n, len(whole))
		}
	}
	damaged := bytes.Clone(whole)
	for at := range whole {
		if at%3 != 0 {
			continue
		}
		damaged[at] ^= byte(1 + at%255)
		memory(t, damaged)
		damaged[at] = whole[at]
	}
}

// Of a file of ours every altered byte is found, unless it is one that says nothing.
func TestOwnFileAltered(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Dense{Units: 2, Activation: layer.Tanh}, layer.Dense{Units: 1})
	data := dataset.XOR()
	err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(0.1), Seed: 3})
	if err == nil {
		_, err = net.Fit(t.Context(), data, model.Fit{Epochs: 2, Batch: 2})
	}
	path := filepath.Join(t.TempDir(), "net.h5")
	if err == nil {
		err = Save(path, net)
	}
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := net.State()
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	found := 0
	for at := 0; at < len(whole); at += 7 {
		damaged[at] ^= 0x10
		if again, err := try(damaged); err != nil {
			found++
		} else if got, err := again.State(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("byte %d altered: another net (%v)", at, err)
		}
		damaged[at] = whole[at]
	}
	tried := len(whole)/7 + 1
	t.Logf("%d of %d altered bytes are found, the others do not matter", found, tried)
	if found < tried/4 {
		t.Error("want at least a quarter")
	}
	f, err := hdf5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Root.SetAttribute("note", "seen")
	if _, err := FromTree(f.Root, model.Config{}); err == nil || !strings.HasPrefix(err.Error(), "the file has changed since it was saved: its SHA-256 is ") {
		t.Errorf("error %v, want the checksum", err)
	}
	f.Root.Attributes = f.Root.Attributes[:len(f.Root.Attributes)-1]
	if _, err := FromTree(f.Root, model.Config{}); err != nil {
		t.Errorf("error %v without the note", err)
	}
	at := slices.IndexFunc(f.Root.Attributes, func(a hdf5.Attribute) bool { return a.Name == progressName })
	f.Root.Attributes = slices.Insert(f.Root.Attributes, at, hdf5.Attribute{Name: progressName, Value: `{"seed": 4}`})
	if _, err := FromTree(f.Root, model.Config{}); err == nil || !strings.HasPrefix(err.Error(), "the file has changed since it was saved: ") {
		t.Errorf("error %v, want that the file has changed", err)
	}
}

// Of texts that lead to one group again and again, or of lists in lists, a small file makes no large one.
func TestNoMoreMemoryThanMeant(t *testing.T) {
	root := golden(t, "keras3_cnn")
	g, err := root.Group("model_weights")
	if err != nil {
		t.Fatal(err)
	}
	names, err := texts(g, "layer_names")
	if err != nil {
		t.Fatal(err)
	}
	layer, err := g.Group(names[0])
	if err != nil {
		t.Fatal(err)
	}
	paths, err := texts(layer, "weight_names")
	if err != nil {
		t.Fatal(err)
	}
	var same []string
	for i := range 1000 {
		same = append(same, strings.Repeat("/", i)+names[0])
	}
	g.SetAttribute("layer_names", same)
	layer.SetAttribute("weight_names", slices.Repeat(paths[:1], 10000))
	before := allocated()
	want := `model_weights: two layer_names lead to /conv2d`
	if _, err := FromTree(root, model.Config{}); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
	if used := allocated() - before; used > 10<<20 {
		t.Errorf("%d bytes of memory", used)
	}

	deep := edited(t, "keras3_cnn", "training_config", `["accuracy"]`, strings.Repeat("[", 5000)+strings.Repeat(" ", 10000)+strings.Repeat("]", 5000))
	before = allocated()
	want = "training_config: metrics: [[["
	if _, err := FromTree(deep, model.Config{}); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
	if used := allocated() - before; used > 10<<20 {
		t.Errorf("%d bytes of memory", used)
	}
}

// try loads a file from memory.
func try(file []byte) (*model.Net, error) {
	root, err := hdf5.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	return FromTree(root, model.Config{})
}

// memory loads a file, and wants at most what its parameters and one row take, and 64 MB.
func memory(t testing.TB, file []byte) {
	t.Helper()
	before := allocated()
	net, err := try(file)
	if err != nil {
		odd := func(r rune) bool { return !strconv.IsGraphic(r) }
		if text := err.Error(); text == "" || len(text) > 2000 || strings.ContainsFunc(text, odd) || strings.HasSuffix(text, "EOF") {
			t.Errorf("error %q, want one line", text)
		}
	}
	allowed := uint64(64 << 20)
	if err == nil {
		allowed += 64 * uint64(net.ParamCount()+net.RowSize())
	}
	if used := allocated() - before; used > allowed {
		t.Fatalf("%d bytes of memory (%v), allowed %d", used, err, allowed)
	}
}

// allocated counts the bytes that were ever asked for; unlike runtime.ReadMemStats it does not stop the
// world.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// roundTrip saves a net and loads it again: the same weights and the same state of training.
func roundTrip(t testing.TB, net *model.Net) {
	t.Helper()
	want, err := net.State()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "again.h5")
	if err := Save(path, net); err != nil {
		t.Fatalf("what was loaded cannot be saved: %v", err)
	}
	again, err := Load(path)
	if err != nil {
		t.Fatalf("what was saved cannot be loaded: %v", err)
	}
	if got, err := again.State(); err != nil || fmt.Sprint(got) != fmt.Sprint(want) { // as texts: a moment may be NaN
		t.Fatalf("saved and loaded the state is\n%v (%v), want\n%v", got, err, want)
	}
}

func FuzzLoad(f *testing.F) {
	for _, name := range []string{"keras2_xor", "keras3_xor", "keras3_linreg", "keras2_cnn"} {
		file, err := os.ReadFile(filepath.Join("testdata", "h5", name+".h5"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		memory(t, file)
		if net, err := try(file); err == nil && net.ParamCount() < 1<<16 {
			roundTrip(t, net)
		}
	})
}

// FuzzConfig reaches what FuzzLoad seldom does: other texts in a file that is whole.
func FuzzConfig(f *testing.F) {
	for _, name := range []string{"keras2_xor", "keras3_cnn", "keras2_iris", "keras3_linreg"} {
		root := golden(f, name)
		f.Add(mustText(f, root, "model_config"), mustText(f, root, "training_config"))
	}
	f.Fuzz(func(t *testing.T, architecture, training string) {
		root := golden(t, "keras3_cnn")
		root.SetAttribute("model_config", architecture)
		root.SetAttribute("training_config", training)
		var file bytes.Buffer
		if err := hdf5.Write(&file, root); err != nil {
			return // a text with a zero byte
		}
		memory(t, file.Bytes())
		if net, err := try(file.Bytes()); err == nil {
			roundTrip(t, net)
		}
	})
}

func vector(values ...float64) *tensor.Dense { return tensor.New(tensor.WithBacking(values)) }
