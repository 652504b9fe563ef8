package keras

import (
	"strings"
	"testing"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// What is no chain of layers is an error that names the layer where it branches.
func TestNoChain(t *testing.T) {
	const two, three = "../forms/keras2_functional", "../forms/keras3_functional"
	const flatten = `[[["flatten", 0, 0, {}]]]`
	kept := `"keras_history": ["flatten", 0, 0]`
	for _, c := range []struct {
		name, file, old, new string
		facts                []string
	}{
		{"a branch", two, flatten, `[[["dropout", 0, 0, {}]]]`, []string{"dense", "flatten", "dropout", "branches"}},
		{"a branch in Keras 3", three, kept, `"keras_history": ["dropout", 0, 0]`, []string{"dense", "flatten", "dropout", "branches"}},
		{"two inputs", two, flatten, `[[["flatten", 0, 0, {}], ["dropout", 0, 0, {}]]]`, []string{"dense", "Dense", "2 inputs"}},
		{"a layer called twice", two, flatten, `[[["flatten", 0, 0, {}]], [["dropout", 0, 0, {}]]]`, []string{"dense", "2 times"}},
		{"no input", two, flatten, `[]`, []string{"dense", "0 times"}},
		{"an input that is not there", two, flatten, `[[["gone", 0, 0, {}]]]`, []string{"4 of 5"}},
		{"a circle", two, `[[["input_1", 0, 0, {}]]]`, `[[["dense", 0, 0, {}]]]`, []string{"0 of 5"}},
		{"two layers of one name", two, `"name": "dense", "inbound`, `"name": "flatten", "inbound`, []string{"two layers", "flatten"}},
		{"two InputLayers", two, `"class_name": "Dropout"`, `"class_name": "InputLayer"`, []string{"dropout", "input"}},
		{"another output", two, `"output_layers": [["dense"`, `"output_layers": [["flatten"`, []string{"flatten", "last"}},
		{"two outputs", two, `"output_layers": [["dense", 0, 0]]`, `"output_layers": [["dense", 0, 0], ["flatten", 0, 0]]`, []string{"output_layers", "one"}},
		{"an argument", two, flatten, `[[["flatten", 0, 0, {"training": true}]]]`, []string{"dense", "training", "true"}},
		{"an argument in Keras 3", three, `"kwargs": {"training": false}`, `"kwargs": {"training": true}`, []string{"dropout", "training", "true"}},
		{"a number for an input", two, flatten, `[3]`, []string{"dense", "3"}},
		{"no InputLayer", two, `"InputLayer"`, `"Flatten"`, []string{"input_1", "0 times"}},
		{"lists in lists", two, flatten, strings.Repeat("[", 2000) + strings.Repeat("]", 2000), []string{"dense", "too deep"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := FromTree(edited(t, c.file, "model_config", c.old, c.new), model.Config{})
			wording.Check(t, err, append(c.facts, "model_config: ")...)
		})
	}
}

// The order of the list is not that of the calls, and what Keras ignores is ignored.
func TestWhatKerasIgnores(t *testing.T) {
	const cnn, chain = "keras3_cnn", "../forms/keras2_functional"
	for _, c := range []struct{ name, file, attribute, old, new string }{
		{"a shape of a later layer", cnn, "model_config", `"filters": 4`, `"batch_input_shape": [null, 9, 9, 1], "filters": 4`},
		{"an unknown shape of a later layer", cnn, "model_config", `"filters": 4`, `"batch_input_shape": [null, null, 1], "filters": 4`},
		{"weights of all outputs", cnn, "training_config", `"loss_weights": null`, `"loss_weights": [1.0]`},
		{"weighted metrics", cnn, "training_config", `"weighted_metrics": null`, `"weighted_metrics": ["mae"]`},
		{"Identity", chain, "model_config",
			`"Dropout", "config": {"name": "dropout", "trainable": true, "dtype": "float32", "rate": 0.0, "noise_shape": null, "seed": null}`,
			`"Identity", "config": {"name": "dropout"}`},
		{"weights of 32 bits", cnn, "model_config", `"padding": "same"`, `"padding": "same", "dtype": "mixed_float16"`},
		{"numbers of the input", cnn, "model_config", `"dtype": "float32"`, `"dtype": "uint8"`},
		{"a scale in a list", "keras3_layers", "model_config", `"scale": 0.0078125`, `"scale": [0.0078125]`},
		{"the node of a call", chain, "model_config", `["flatten", 0, 0, {}]`, `["flatten", 2, 0, {"training": null}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := FromTree(edited(t, c.file, c.attribute, c.old, c.new), model.Config{}); err != nil {
				t.Error(err)
			}
		})
	}
	root := golden(t, chain)
	text := mustText(t, root, "model_config")
	first, rest, _ := strings.Cut(text, `{"class_name": "Flatten"`)
	second, end, _ := strings.Cut(rest, `}], "input_layers"`)
	flatten, dense, ok := strings.Cut(`{"class_name": "Flatten"`+second+"}", `, {"class_name": "Dense"`)
	if !ok {
		t.Fatalf("no Flatten before a Dense in %s", text)
	}
	root.SetAttribute("model_config", first+`{"class_name": "Dense"`+dense+", "+flatten+`], "input_layers"`+end)
	net, err := FromTree(root, model.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if last := net.Layers()[4].Kind(); last != "Dense" {
		t.Errorf("the last layer is %s, want Dense", last)
	}
}

// A layer that Keras 2 calls as in prediction, and a Dropout of a shape of its own, predict and keep their settings;
// training is an error.
func TestPredictsOnly(t *testing.T) {
	for _, c := range []struct {
		name, file, old, new string
		facts                []string
	}{
		{"a call", "../forms/keras2_functional", `["max_pooling2d", 0, 0, {}]`, `["max_pooling2d", 0, 0, {"training": false}]`,
			[]string{"training=False", "predicting"}},
		{"a shape of noise", "keras3_cnn", `"noise_shape": null`, `"noise_shape": [null, 1]`, []string{"noise_shape", "[null,1]", "predicting"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := edited(t, c.file, "model_config", c.old, c.new)
			net, err := FromTree(root, model.Config{})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range net.Layers() {
				if kept, ok := l.Layer.(interface{ Trainable() error }); ok {
					err = kept.Trainable()
				}
			}
			wording.Check(t, err, c.facts...)
			RoundTrip(t, net)
		})
	}
}

// Models in models have a bound.
func TestDeepModels(t *testing.T) {
	root := hdf5.NewGroup()
	inner := `{"class_name": "Flatten", "config": {"batch_input_shape": [null, 2]}}`
	for range 3000 {
		inner = `{"class_name": "Sequential", "config": [` + inner + `]}`
	}
	root.SetAttribute("model_config", inner)
	_, err := FromTree(root, model.Config{})
	wording.Check(t, err, "layer 1", "too deep", "8")
}

// A loss that is not understood is an error of the evaluation, not of the prediction, and is saved as it is.
func TestUnknownLoss(t *testing.T) {
	const byName = `"sparse_categorical_crossentropy"`
	const class = `{"class_name": "MeanSquaredError", "config": {`
	for _, c := range []struct {
		name, old, new string
		facts          []string
	}{
		{"another loss", byName, `"huber"`, []string{"huber"}},
		{"no loss", byName, "null", []string{"missing"}},
		{"label smoothing", byName, class + `"label_smoothing": 0.1}}`, []string{"MeanSquaredError", "label_smoothing", "0.1"}},
		{"a sum", byName, class + `"reduction": "sum"}}`, []string{"reduction", `"sum"`}},
		{"logits of a regression", byName, class + `"from_logits": true}}`, []string{"MeanSquaredError", "from_logits"}},
		{"two losses", byName, `["mse", "mse"]`, []string{`["mse","mse"]`}},
		{"two weights", `"loss_weights": null`, `"loss_weights": [1, 2]`, []string{"loss_weights", "[1,2]"}},
		{"a weight of 0", `"loss_weights": null`, `"loss_weights": {"a": 0}`, []string{"loss_weights", "0"}},
		{"a weight that is a text", `"loss_weights": null`, `"loss_weights": "1"`, []string{"loss_weights", `"1"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, err := FromTree(edited(t, "keras3_cnn", "training_config", c.old, c.new), model.Config{})
			if err != nil {
				t.Fatal(err)
			}
			unknown, ok := net.Config().Loss.(*UnknownLoss)
			if !ok {
				t.Fatalf("the loss is %v, want an unknown one", net.Config().Loss)
			}
			wording.Check(t, unknown.Computable(), append(c.facts, "loss")...)
			RoundTrip(t, net)
			file, err := encode(net)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := try(file); err != nil || again.Config().Loss.(*UnknownLoss).Reason.Error() != unknown.Reason.Error() {
				t.Errorf("saved and loaded: %v", err)
			}
		})
	}
	for old, want := range map[string]loss.Loss{
		`["mse"]`:        loss.MeanSquaredError,
		`{"out": "mse"}`: loss.MeanSquaredError,
		`{"class_name": "function", "config": "mse"}`: loss.MeanSquaredError,
		class + `"reduction": "auto"}}`:               loss.MeanSquaredError,
	} {
		net, err := FromTree(edited(t, "keras3_cnn", "training_config", byName, old), model.Config{})
		if err != nil || net.Config().Loss != want {
			t.Errorf("%s: the loss is %v (%v), want %v", old, net.Config().Loss, err, want)
		}
	}
}
