package keras

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// A net whose optimizer the suite does not have predicts, is saved with the same optimizer, and says what is wrong when
// it is to be trained. Another optimizer trains it.
func TestUnknownOptimizer(t *testing.T) {
	const adam = `{"class_name": "Adam", "config": {"name": "adam", "learning_rate": 0.001, %s}}`
	for _, c := range []struct {
		name, config string
		facts        []string
	}{
		{"class", `{"class_name": "Lion", "config": {"learning_rate": 0.001}}`, []string{"Lion"}},
		{"missing", "null", []string{"optimizer_config", "missing"}},
		{"a number", "7", []string{"optimizer_config", "class"}},
		{"no rate", `{"class_name": "Adam", "config": {}}`, []string{"learning_rate", "missing"}},
		{"rate", `{"class_name": "Adam", "config": {"learning_rate": -1}}`, []string{"Adam", "LearningRate", "-1"}},
		{"rate that is a list", `{"class_name": "Adam", "config": {"learning_rate": [1]}}`, []string{"learning_rate", "[1]", "number"}},
		{"epsilon", fmt.Sprintf(adam, `"epsilon": "a"`), []string{"epsilon", `"a"`, "number"}},
		{"average", fmt.Sprintf(adam, `"use_ema": true`), []string{"Adam", "use_ema", "true"}},
		{"accumulation", fmt.Sprintf(adam, `"gradient_accumulation_steps": 4`), []string{"gradient_accumulation_steps", "4"}},
		{"centered", `{"class_name": "RMSprop", "config": {"learning_rate": 0.1, "centered": true}}`, []string{"centered", "true"}},
		{"two clips", fmt.Sprintf(adam, `"clipnorm": 1.0, "clipvalue": 2.0`), []string{"ClipNorm", "ClipValue"}},
		{"schedule", `{"class_name": "SGD", "config": {"learning_rate": {"class_name": "CosineDecayRestarts", "config": {}}}}`,
			[]string{"learning_rate", "CosineDecayRestarts", "not supported"}},
		{"half a schedule", `{"class_name": "SGD", "config": {"learning_rate": {"class_name": "CosineDecay"}}}`,
			[]string{"learning_rate", "CosineDecay", "decay_steps", "missing"}},
		{"decay of a schedule", `{"class_name": "SGD", "config": {"decay": 0.1, "learning_rate": {"class_name": "ExponentialDecay",
			"config": {"initial_learning_rate": 1, "decay_steps": 2, "decay_rate": 0.5}}}}`, []string{"decay", "0.1"}},
		{"a schedule of nothing", `{"class_name": "SGD", "config": {"learning_rate": {"class_name": "PiecewiseConstantDecay",
			"config": {"boundaries": [], "values": []}}}}`, []string{"PiecewiseConstantDecay", "0 Boundaries"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := golden(t, "keras3_iris")
			training := mustText(t, root, "training_config")
			at := strings.Index(training, `"optimizer_config": `) + len(`"optimizer_config": `)
			var was json.RawMessage
			if err := json.NewDecoder(strings.NewReader(training[at:])).Decode(&was); err != nil {
				t.Fatal(err)
			}
			root.SetAttribute("training_config", training[:at]+c.config+training[at+len(was):])
			net, err := FromTree(root, model.Config{})
			if err != nil {
				t.Fatal(err)
			}
			flowers := irisRows(t)
			if _, err := net.Predict(flowers); err != nil {
				t.Error(err)
			}
			path := filepath.Join(t.TempDir(), "net.h5")
			if err := Save(path, net); err != nil {
				t.Fatal(err)
			}
			again, err := Load(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, net := range []*model.Net{net, again} {
				_, err = net.Fit(context.Background(), flowers, model.Fit{Epochs: 1, Batch: 32})
				if net == again {
					wording.Check(t, err, append(c.facts, "optimizer")...)
				}
				if _, err := net.Fit(context.Background(), flowers, model.Fit{Batch: 32}); err != nil {
					t.Errorf("no epochs: %v", err)
				}
			}
			if err := again.SetSolver(solver.NewNadam(0.01)); err != nil {
				t.Fatal(err)
			}
			if _, err := again.Fit(context.Background(), flowers, model.Fit{Epochs: 1, Batch: 32}); err != nil {
				t.Error(err)
			}
			RoundTrip(t, again)
		})
	}
}

func irisRows(t *testing.T) dataset.Set {
	t.Helper()
	flowers, err := dataset.OpenIris("")
	if err == nil {
		flowers, err = flowers.OneHot(3, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return flowers
}

// Keras 3 does not read the prefix that Keras 2.15 gives to the class of an optimizer: it is not written again.
func TestPrefixOfAnOptimizer(t *testing.T) {
	lion := `"optimizer_config": {"class_name": "Custom>Lion", "config": {"learning_rate": 0.5}}`
	root := golden(t, "keras3_iris")
	training := mustText(t, root, "training_config")
	at := strings.Index(training, `"optimizer_config": `)
	var was json.RawMessage
	if err := json.NewDecoder(strings.NewReader(training[at+len(`"optimizer_config": `):])).Decode(&was); err != nil {
		t.Fatal(err)
	}
	root.SetAttribute("training_config", training[:at]+lion+training[at+len(`"optimizer_config": `)+len(was):])
	net, err := FromTree(root, model.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"net.h5", "net.keras"} {
		file, err := encodeAs(name, net)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(file); !strings.Contains(text, `"Lion"`) || strings.Contains(text, "Custom>") {
			t.Errorf("%s has the prefix, or no Lion", name)
		}
	}
}

// A model that Keras 3 saved without compiling it has an empty compile_config, and trains as the caller wants.
func TestEmptyCompileConfig(t *testing.T) {
	for _, config := range []string{`{"compile_config": {}}`, `{"compile_config": null}`, `{}`} {
		if training, err := trainingOf([]byte(config)); err != nil || training != "" {
			t.Errorf("%s: training_config is %q (%v), want none", config, training, err)
		}
	}
}

// The settings of each optimizer and schedule are in the file, which resumes at the same position.
func TestOptimizersComeBack(t *testing.T) {
	adam := solver.NewAdamW(0.01)
	adam.AMSGrad, adam.ClipNorm = true, 0.5
	nadam := solver.NewNadam(0.01)
	nadam.GlobalClipNorm, nadam.WeightDecay = 0.3, 0.02
	adadelta := solver.NewAdadelta(1)
	adadelta.ClipValue = 0.1
	scheduled := func(s solver.Schedule) solver.Solver {
		adam := solver.NewAdam(1)
		adam.Schedule = s
		return adam
	}
	for name, s := range map[string]solver.Solver{
		"adamw": adam, "nadam": nadam, "adamax": solver.NewAdamax(0.01), "adadelta": adadelta,
		"exponential": scheduled(&solver.ExponentialDecay{Initial: 1, DecaySteps: 2, DecayRate: 0.5, Staircase: true}),
		"inverse":     scheduled(&solver.InverseTimeDecay{Initial: 0.1, DecaySteps: 2.5, DecayRate: 3}),
		"cosine":      scheduled(&solver.CosineDecay{Initial: 0.01, DecaySteps: 20, Alpha: 0.1}),
		"warm-up":     scheduled(&solver.CosineDecay{DecaySteps: 20, WarmupTarget: 0.1, WarmupSteps: 4}),
		"piecewise":   scheduled(&solver.PiecewiseConstantDecay{Boundaries: []float64{3, 7}, Values: []float64{1, 0.1, 0.01}}),
	} {
		t.Run(name, func(t *testing.T) {
			net := model.Sequential(model.Input(4), layer.Dense{Units: 5, Activation: layer.Tanh},
				layer.Dense{Units: 3, Activation: layer.Softmax})
			flowers := irisRows(t)
			err := net.Compile(model.Config{Loss: loss.CategoricalCrossentropy, Solver: s, Seed: 2})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := net.Fit(context.Background(), flowers, model.Fit{Epochs: 1, Batch: 32}); err != nil {
				t.Fatal(err)
			}
			RoundTrip(t, net)
		})
	}
}

// The variables of optimizers by the names that versions of Keras give them.
func TestSlotKind(t *testing.T) {
	for name, want := range map[string]string{
		"adam_3/sequential_dense_kernel_momentum":              "momentum",
		"adam/sequential_dense_kernel_velocity":                "velocity",
		"adam/sequential_dense_kernel_velocity_hat":            "velocity_hat",
		"adadelta/sequential_dense_bias_accumulated_grad":      "accumulated_grad",
		"adadelta/sequential_dense_bias_accumulated_delta_var": "accumulated_delta_var",
		"nadam_1/variable_1":                                   "product",
		"nadam/variable":                                       "product",
		"adamax/sequential_dense_bias_norm":                    "norm",
		"Adamax/u/dense/kernel:0":                              "norm",
		"Adam/m/dense/kernel:0":                                "momentum",
		"m/dense/kernel:0":                                     "momentum",
		"Adam/vhat/dense/kernel:0":                             "velocity_hat",
		"Adadelta/accumulated_delta_var/dense/kernel:0":        "accumulated_delta_var",
		"iteration:0":                                          "iteration",
		"Adam/iter:0":                                          "iteration",
		"training/Adam/iter:0":                                 "iteration",
		"Adam_1/iterations_2:0":                                "iteration",
		"iterations":                                           "iteration",
		"Nadam/momentum_cache:0":                               "product",
		"training_2/Adam/conv2d/kernel/m:0":                    "momentum",
		"training/RMSprop/block/conv2d/bias/rms:0":             "velocity",
		"Adadelta/dense/kernel/accum_var:0":                    "accumulated_delta_var",
		"training/Adam/Variable_3:0":                           "",
		"training/SGD/zeros:0":                                 "",
		"training/Adam/m_1:0":                                  "",
	} {
		if got := slotKind(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// The variables of Keras 2.0 to 2.3 have names that do not tell what they are: their order does. Of other shapes, or too
// few, they are none, and the optimizer starts afresh, as in Keras.
func TestUnnamedVariables(t *testing.T) {
	path := filepath.Join("testdata", "resume", "keras2_legacyamsgrad.h5")
	whole, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := whole.State()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		order func([]*hdf5.Dataset) []*hdf5.Dataset
		fresh bool
	}{
		{"in order", func(list []*hdf5.Dataset) []*hdf5.Dataset { return list }, false},
		{"one more", func(list []*hdf5.Dataset) []*hdf5.Dataset { return append(list, list[0]) }, false},
		{"one less", func(list []*hdf5.Dataset) []*hdf5.Dataset { return list[1:] }, true},
		{"by parameters", func(list []*hdf5.Dataset) []*hdf5.Dataset { list[1], list[4] = list[4], list[1]; return list }, true},
		{"none", func([]*hdf5.Dataset) []*hdf5.Dataset { return nil }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := hdf5.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			group, err := f.Root.Group("optimizer_weights")
			if err != nil {
				t.Fatal(err)
			}
			names, err := texts(group, "weight_names")
			if err != nil {
				t.Fatal(err)
			}
			var list []*hdf5.Dataset
			for _, name := range names[1:] {
				d, err := group.Dataset(name)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, d)
			}
			outer, inner := hdf5.NewGroup(), hdf5.NewGroup()
			err = errors.Join(group.Add("training", outer), outer.Add("Adam", inner))
			names = names[:1]
			for i, d := range c.order(list) {
				name := fmt.Sprintf("Variable_%d:0", i)
				err = errors.Join(err, inner.Add(name, d))
				names = append(names, "training/Adam/"+name)
			}
			if err != nil {
				t.Fatal(err)
			}
			group.SetAttribute("weight_names", names)
			net, err := FromTree(f.Root, model.Config{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := net.State()
			if err != nil {
				t.Fatal(err)
			}
			if !c.fresh && got.Solver.Checksum() != want.Solver.Checksum() {
				t.Errorf("the state is %s, want %s", got.Solver.Checksum(), want.Solver.Checksum())
			}
			if c.fresh && (got.Solver.Step != 0 || len(got.Solver.Slots) != 0) {
				t.Errorf("the state is %s, want none", got.Solver.Checksum())
			}
		})
	}
}
