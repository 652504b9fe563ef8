package keras

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/random"
	"gorgonia-lectures/common/solver"
)

// golden gives the tree of a file that Keras saved.
func golden(t testing.TB, name string) *hdf5.Group {
	t.Helper()
	return opened(t, filepath.Join("testdata", "h5", name+".h5"))
}

// opened gives the tree of a file.
func opened(t testing.TB, path string) *hdf5.Group {
	t.Helper()
	f, err := hdf5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f.Root
}

// edited is a golden file with a part of an attribute's text replaced, which must be there.
func edited(t testing.TB, name, attribute, old, new string) *hdf5.Group {
	t.Helper()
	return replaced(t, golden(t, name), attribute, old, new)
}

func replaced(t testing.TB, root *hdf5.Group, attribute, old, new string) *hdf5.Group {
	t.Helper()
	text, err := attributeText(root, attribute)
	if err != nil || !strings.Contains(text, old) {
		t.Fatalf("%s (%v) has no %s: %s", attribute, err, old, text)
	}
	root.SetAttribute(attribute, strings.Replace(text, old, new, 1))
	return root
}

// A missing setting has Keras' default, and initializers do not matter for a net with weights.
func TestLoadAccepts(t *testing.T) {
	const architecture, training = "model_config", "training_config"
	for _, c := range []struct{ name, attribute, old, new string }{
		{"no strides", architecture, `"strides": [2, 2], `, ``},
		{"one number", architecture, `"kernel_size": [5, 5]`, `"kernel_size": 5`},
		{"initializer", architecture, `"GlorotUniform", "config": {"seed": null, "input_axes": null, "output_axes": null}`, `"HeNormal", "config": {}`},
		{"named initializer", architecture, `{"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null}`, `"ones"`},
		{"a new setting, off", architecture, `"groups": 1`, `"groups": 1, "new": null, "newer": false`},
		{"a fixed rows number", architecture, "[null, 12, 12, 1]", "[32, 12, 12, 1]"},
		{"a short metric", training, `"accuracy"`, `"acc"`},
		{"a moved rate", training, "0.0010000000474974513", "0.5"},
		{"a loss with settings", training, `"sparse_categorical_crossentropy"`, `{"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy", "config": {"reduction": "sum_over_batch_size", "from_logits": false, "ignore_class": null}, "registered_name": null}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, err := FromTree(edited(t, "keras3_cnn", c.attribute, c.old, c.new), model.Config{Seed: 9})
			if err != nil {
				t.Fatal(err)
			}
			if rate := *solver.LearningRate(net.Config().Solver); float32(rate) != 0.001 { // of Keras 3 the variable counts
				t.Errorf("the learning rate is %v, want 0.001", rate)
			}
			if seed := net.Config().Seed; seed != 9 {
				t.Errorf("seed %d, want 9", seed)
			}
		})
	}
}

// An older file of ours has a seed that drew other numbers: its net starts as one of Keras, with the seed of the
// configuration.
func TestOlderSeed(t *testing.T) {
	for name, c := range map[string]struct {
		progress string
		seed     uint32
		step     uint64
	}{
		"Keras":   {"", 9, 0},
		"older":   {`{"seed":18446744073709551615,"step":7,"epoch":1}`, 9, 0},
		"of ours": {`{"numbers":"Keras 3.15.1","seed":5,"step":7,"epoch":1}`, 5, 7},
	} {
		root := golden(t, "keras3_cnn")
		if c.progress != "" {
			root.SetAttribute(progressName, c.progress)
		}
		net, err := FromTree(root, model.Config{Seed: 9})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if step, _ := net.Done(); net.Config().Seed != c.seed || step != c.step {
			t.Errorf("%s: seed %d, step %d, want %d, %d", name, net.Config().Seed, step, c.seed, c.step)
		}
	}
}

// A model that was saved without compiling takes its loss and solver from the configuration of LoadWith.
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

// An optimizer without its moments, as Keras 3.15 saves it after loading, starts afresh.
func TestFreshOptimizer(t *testing.T) {
	root := golden(t, "keras3_cnn")
	g, err := root.Group("optimizer_weights")
	if err != nil {
		t.Fatal(err)
	}
	names, err := texts(g, "weight_names")
	if err != nil {
		t.Fatal(err)
	}
	g.SetAttribute("weight_names", names[:2])
	net, err := FromTree(root, model.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := net.State(); err != nil || s.Solver.Step != 0 || len(s.Solver.Slots) != 0 {
		t.Errorf("state %+v (%v), want a fresh optimizer", s.Solver, err)
	}
}

type ownLayer struct{ layer.Flatten }
type ownLoss struct{ loss.Loss }
type ownInitializer struct{}

func (ownInitializer) Draws() bool { return false }

func (ownInitializer) Init(shape tensor.Shape, _ tensor.Dtype, _ random.Draw) []float64 {
	return make([]float64, shape.TotalSize())
}

// A net that Keras does not have cannot be saved, and the file on disk stays as it was.
func TestSaveErrors(t *testing.T) {
	kept := filepath.Join(t.TempDir(), "net.h5")
	const before = "what was there"
	if err := os.WriteFile(kept, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	dense := layer.Dense{Units: 1}
	good := model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}
	saved := func(t *testing.T, path string, net *model.Net, facts ...string) {
		t.Helper()
		wording.Check(t, Save(path, net), append(facts, path)...)
		if got, err := os.ReadFile(kept); err != nil || string(got) != before {
			t.Errorf("the file holds %q (%v), want what was there", got, err)
		}
	}
	for _, c := range []struct {
		name   string
		layer  layer.Layer
		config model.Config
		facts  []string
	}{
		{"not compiled", dense, model.Config{}, []string{"Compile"}},
		{"layer", ownLayer{}, good, []string{"layer 1 (Flatten)", "keras.ownLayer"}},
		{"initializer", layer.Dense{Units: 1, KernelInitializer: ownInitializer{}}, good,
			[]string{"layer 1 (Dense)", "kernel_initializer", "keras.ownInitializer"}},
		{"loss", dense, model.Config{Loss: ownLoss{loss.MeanSquaredError}, Solver: solver.NewSGD(0.1)}, []string{"loss", "keras.ownLoss"}},
		{"solver", dense, model.Config{Loss: loss.MeanSquaredError, Solver: gorgonia.NewVanillaSolver()}, []string{"solver", "*gorgonia.VanillaSolver"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := model.Sequential(model.Input(2), c.layer)
			if c.config.Loss != nil {
				if err := net.Compile(c.config); err != nil {
					t.Fatal(err)
				}
			}
			saved(t, kept, net, c.facts...)
		})
	}
	net := model.Sequential(model.Input(2), dense)
	if err := net.Compile(good); err != nil {
		t.Fatal(err)
	}
	if err := net.SetWeights([]*tensor.Dense{vector(1, float32(math.NaN())), vector(0)}); err != nil {
		t.Fatal(err)
	}
	saved(t, kept, net, "layer 1 (Dense)", "dense.kernel", "value 1", "NaN")
	if err := net.SetWeights([]*tensor.Dense{vector(1, 2), vector(0)}); err != nil {
		t.Fatal(err)
	}
	if err := Save(filepath.Join(kept, "in a file.h5"), net); err == nil || !strings.Contains(err.Error(), "in a file.h5") {
		t.Errorf("error %v, want one that names the file", err) // the reason is in the words of the system
	}
	if err := Save(kept, net); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(filepath.Dir(kept)); err != nil || len(entries) != 1 {
		t.Errorf("%v (%v), want the file alone", entries, err)
	}
}

// A net of float64 keeps all of its digits.
func TestFloat64(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Dense{Units: 3, KernelInitializer: layer.GlorotUniform{}})
	err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: &solver.AdamW{LearningRate: math.Pi / 100, Beta1: 0.8,
		Beta2: 0.99, Epsilon: 1e-9, Options: solver.Options{WeightDecay: 0.01}}, Dtype: tensor.Float64, Seed: math.MaxUint32})
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
	if c := again.Config(); c.Seed != math.MaxUint32 || c.Dtype != tensor.Float64 || *solver.LearningRate(c.Solver) != math.Pi/100 {
		t.Errorf("the configuration is %+v", c)
	}
}

// Every truncation and many altered bytes of a file end in an error or a net, never in a panic, and take no more memory
// than the net's shapes explain.
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
	step := 3
	if testing.Short() {
		step = 97
	}
	for at := 0; at < len(whole); at += step {
		damaged[at] ^= byte(1 + at%255)
		memory(t, damaged)
		damaged[at] = whole[at]
	}
}

// Every altered byte of a file of ours is found, unless it does not change the net.
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
	step := 7
	if testing.Short() {
		step = 53
	}
	for at := 0; at < len(whole); at += step {
		damaged[at] ^= 0x10
		if again, err := try(damaged); err != nil {
			found++
		} else if got, err := again.State(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("byte %d altered: another net (%v)", at, err)
		}
		damaged[at] = whole[at]
	}
	tried := len(whole)/step + 1
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
	if _, err = FromTree(f.Root, model.Config{}); err == nil || !strings.Contains(err.Error(), checksumName) {
		t.Errorf("error %v, want the checksum", err) // which differs from CPU to CPU
	}
	f.Root.Attributes = f.Root.Attributes[:len(f.Root.Attributes)-1]
	if _, err := FromTree(f.Root, model.Config{}); err != nil {
		t.Errorf("error %v without the note", err)
	}
	at := slices.IndexFunc(f.Root.Attributes, func(a hdf5.Attribute) bool { return a.Name == progressName })
	f.Root.Attributes = slices.Insert(f.Root.Attributes, at, hdf5.Attribute{Name: progressName, Value: `{"seed": 4}`})
	_, err = FromTree(f.Root, model.Config{})
	wording.Check(t, err, "changed", "two", progressName)
}

// Many names of one group, or lists in lists, do not take much memory.
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
	before := hostile.Allocated()
	_, err = FromTree(root, model.Config{})
	wording.Check(t, err, "model_weights", "/conv2d")
	if used := hostile.Allocated() - before; used > 10<<20 {
		t.Errorf("%d bytes of memory", used)
	}

	deep := edited(t, "keras3_cnn", "training_config", `["accuracy"]`, strings.Repeat("[", 5000)+strings.Repeat(" ", 10000)+strings.Repeat("]", 5000))
	before = hostile.Allocated()
	net, err := FromTree(deep, model.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if names := net.Config().Unmeasured; len(names) != 1 || !strings.HasPrefix(names[0], "[[[") || len(names[0]) > 100 {
		t.Errorf("the metrics are named %q, want the first brackets", names)
	}
	if used := hostile.Allocated() - before; used > 10<<20 {
		t.Errorf("%d bytes of memory", used)
	}
}

// try loads a file from memory.
func try(file []byte) (*model.Net, error) {
	return load(bytes.NewReader(file), int64(len(file)), nil, model.Config{})
}

// memory loads a file. It wants at most 64 MB beside what its parameters and one row take.
func memory(t testing.TB, file []byte) {
	t.Helper()
	before := hostile.Allocated()
	net, err := try(file)
	hostile.Refusal(t, err, 2000)
	allowed := uint64(64 << 20)
	if err == nil {
		allowed += 64 * uint64(net.ParamCount()+net.RowSize())
	}
	if used := hostile.Allocated() - before; used > allowed {
		t.Fatalf("%d bytes of memory (%v), allowed %d", used, err, allowed)
	}
}

// RoundTrip saves and loads the net: it wants the same weights and the same state of training, and the same bytes when
// saved again.
func RoundTrip(t testing.TB, net *model.Net) {
	t.Helper()
	for _, name := range []string{"net.h5", "net.keras"} {
		first, err := encodeAs(name, net)
		if err != nil {
			t.Fatalf("what was loaded cannot be saved as %s: %v", name, err)
		}
		again, err := try(first)
		if err != nil {
			t.Fatalf("what was saved as %s cannot be loaded: %v", name, err)
		}
		if got, want := shown(t, again), shown(t, net); got != want {
			t.Fatalf("saved as %s and loaded the state is\n%s, want\n%s", name, got, want)
		}
		if second, err := encodeAs(name, again); err != nil || !bytes.Equal(first, second) {
			t.Errorf("saved again as %s, the file has other bytes (%v)", name, err)
		}
	}
}

// encode is what Save writes into an .h5 file.
func encode(net *model.Net) ([]byte, error) { return encodeAs("net.h5", net) }

// encodeAs is what Save writes into a file of that name.
func encodeAs(name string, net *model.Net) ([]byte, error) {
	var file bytes.Buffer
	err := net.View(func(state model.State) error {
		write, err := content(name, net, state)
		if err == nil {
			err = write(&file)
		}
		return err
	})
	return file.Bytes(), err
}

// shown is the state as a text: a moment may be NaN.
func shown(t testing.TB, net *model.Net) string {
	t.Helper()
	s, err := net.State()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, w := range s.Weights {
		fmt.Fprintln(&text, w.Shape(), w.Data())
	}
	s.Weights = nil
	fmt.Fprint(&text, s)
	return text.String()
}

func FuzzLoad(f *testing.F) {
	for _, name := range []string{"h5/keras2_xor", "h5/keras3_xor", "h5/keras3_linreg", "h5/keras2_cnn",
		"forms/keras2_functional", "forms/keras3_functional", "forms/keras3_nested", "forms/weights/keras3_only.weights",
		"nets/keras2_norm_adapted", "nets/keras3_norm_whole", "nets/keras3_operators"} {
		file, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)+".h5"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	own := model.Sequential(model.Input(6, 6, 2), layer.Conv2D{Filters: 3, Kernel: layer.Size{Height: 3, Width: 2}},
		layer.MaxPool2D{Padding: layer.Same}, layer.Flatten{}, layer.Dense{Units: 3})
	f.Fuzz(func(t *testing.T, file []byte) {
		memory(t, file)
		if root, err := hdf5.Read(bytes.NewReader(file), int64(len(file))); err == nil { // weights only, perhaps
			_, err = fromTree(root, own, model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)})
			hostile.Refusal(t, err, 2000)
		}
		if net, err := try(file); err == nil && net.ParamCount() < 1<<16 {
			RoundTrip(t, net)
		}
	})
}

// FuzzConfig reaches what FuzzLoad seldom does: other texts in a valid file.
func FuzzConfig(f *testing.F) {
	for _, name := range []string{"keras2_xor", "keras3_cnn", "keras2_iris", "keras3_linreg", "keras3_objects",
		"keras2_layers", "../forms/keras2_functional", "../forms/keras3_functional", "../forms/keras3_nested",
		"../forms/keras3_weight_logits", "../nets/keras2_norm_adapted", "../nets/keras3_norm_given", "../nets/keras2_operators",
		"../nets/keras3_operators", "../nets/keras3_augmentation", "../nets/keras2_sizes"} {
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
			RoundTrip(t, net)
		}
	})
}

func vector(values ...float32) *tensor.Dense { return tensor.New(tensor.WithBacking(values)) }
