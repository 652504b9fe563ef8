package keras

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
)

// Every kind of bad file, and the facts in the error of Load. Each is a file of Keras with an altered text, attribute
// or group.
func TestBadInput(t *testing.T) {
	const architecture, training = "model_config", "training_config"
	const conv, input = "layer 1 (Conv2D)", "[null, 12, 12, 1]"
	config := func(old, new string) *hdf5.Group { return edited(t, "keras3_cnn", architecture, old, new) }
	change := func(f func(root *hdf5.Group)) *hdf5.Group {
		root := golden(t, "keras3_cnn")
		f(root)
		return root
	}
	set := func(attribute string, value any) *hdf5.Group {
		return change(func(root *hdf5.Group) { root.SetAttribute(attribute, value) })
	}
	without := func(attribute string) *hdf5.Group {
		return change(func(root *hdf5.Group) {
			root.Attributes = slices.DeleteFunc(root.Attributes, func(a hdf5.Attribute) bool { return a.Name == attribute })
		})
	}
	group := func(root *hdf5.Group, path string) *hdf5.Group {
		g, err := root.Group(path)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	in := func(path, attribute string, value any) *hdf5.Group {
		return change(func(root *hdf5.Group) { group(root, path).SetAttribute(attribute, value) })
	}
	broken := golden(t, "keras3_linreg") // with a weight that is NaN
	layers, err := texts(group(broken, "model_weights"), "layer_names")
	if err != nil {
		t.Fatal(err)
	}
	nan, err := hdf5.New([]int{1}, []float32{float32(math.NaN())})
	if err != nil {
		t.Fatal(err)
	}
	l := group(broken, "model_weights/"+layers[len(layers)-1])
	names, err := texts(l, "weight_names")
	if err == nil {
		err = l.Add("nan", nan)
	}
	if err != nil {
		t.Fatal(err)
	}
	l.SetAttribute("weight_names", append(names[:len(names)-1:len(names)-1], "nan"))

	norm := func(old, new string) *hdf5.Group {
		root := opened(t, filepath.Join("testdata", "cases", "batchnorm.h5"))
		return replaced(t, root, architecture, old, new)
	}
	adapted := func(old, new string) *hdf5.Group {
		return replaced(t, opened(t, filepath.Join("testdata", "nets", "keras2_norm_adapted.h5")), architecture, old, new)
	}
	shapeless := change(func(root *hdf5.Group) { // the first weights are those of a Conv2D
		text := mustText(t, adapted(`"axis"`, `"axis"`), architecture)
		root.SetAttribute(architecture, text)
	})
	negative := opened(t, filepath.Join("testdata", "cases", "batchnorm.h5"))
	folder := group(negative, "model_weights/batch_normalization")
	names, err = texts(folder, "weight_names")
	if err != nil {
		t.Fatal(err)
	}
	variance, err := hdf5.New([]int{2}, []float32{1, -0.25})
	if err == nil {
		err = folder.Add("negative", variance)
	}
	if err != nil {
		t.Fatal(err)
	}
	folder.SetAttribute("weight_names", append(names[:3:3], "negative"))

	variables, err := texts(group(golden(t, "keras3_cnn"), "optimizer_weights"), "weight_names")
	if err != nil {
		t.Fatal(err)
	}
	fewer := in("optimizer_weights", "weight_names", variables[:len(variables)-1])
	half := in("optimizer_weights", "weight_names", []string{"iteration"})
	number, err := hdf5.New(nil, []float32{0.5})
	if err == nil {
		err = group(half, "optimizer_weights").Add("iteration", number)
	}
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		name  string
		root  *hdf5.Group
		facts []string
	}{
		{"another HDF5 file", hdf5.NewGroup(), []string{architecture, "Keras"}},
		{"a number for a text", set(architecture, int64(1)), []string{architecture, "text"}},
		{"a list for a text", set(architecture, []string{"{}"}), []string{architecture, "text"}},
		{"half a JSON", set(architecture, `{"class_name": "Sequ`), []string{architecture, "truncated", "20"}},
		{"no JSON", set(architecture, "Sequential"), []string{architecture, "byte 1", "'S'"}},
		{"a line break in JSON", set(architecture, "{\"a\nb\": 1}"), []string{architecture, "byte 4", `'\n'`}},
		{"another JSON", set(architecture, "[]"), []string{architecture, "class"}},
		{"null", set(architecture, "null"), []string{architecture, `""`, "Sequential"}},
		{"no Sequential", config("Sequential", "Transformer"), []string{architecture, "Transformer", "Sequential", "Functional"}},
		{"an unknown layer", config("Conv2D", "LSTM"), []string{architecture, "layer 1", "LSTM"}},
		{"a layer of two lines", config("Conv2D", `a\nb`), []string{architecture, "layer 1", `"a\nb"`}},
		{"padding", config(`"padding": "same"`, `"padding": "causal"`), []string{conv, "padding", `"causal"`, "valid", "same"}},
		{"activation", config(`"relu"`, `"mish"`), []string{conv, "activation", `"mish"`}},
		{"dilation", config(`"dilation_rate": [1, 1]`, `"dilation_rate": [2, 2]`), []string{conv, "dilation_rate", "[2,2]", "1"}},
		{"groups", config(`"groups": 1`, `"groups": 2`), []string{conv, "groups", "2", "1"}},
		{"channels first", config("channels_last", "channels_first"), []string{conv, "data_format", `"channels_first"`, "channels_last"}},
		{"trainable", config(`"conv2d", "trainable": true`, `"conv2d", "trainable": 1`), []string{conv, "trainable", "1", "true or false"}},
		{"a regularizer below 0", config(`"kernel_regularizer": null`, `"kernel_regularizer": {"class_name": "L2", "config": {"l2": -0.5}}`),
			[]string{conv, "kernel regularizer", "L2", "-0.5", "0"}},
		{"a regularizer of texts", config(`"kernel_regularizer": null`, `"kernel_regularizer": {"class_name": "L1", "config": {"l1": "a"}}`),
			[]string{conv, "kernel_regularizer", "l1", `"a"`, "number"}},
		{"a regularizer's setting", config(`"bias_regularizer": null`, `"bias_regularizer": {"class_name": "L1", "config": {"l3": 1}}`),
			[]string{conv, "bias_regularizer", "l3"}},
		{"a regularizer that is a number", config(`"bias_regularizer": null`, `"bias_regularizer": 3`), []string{conv, "bias_regularizer", "3"}},

		{"axis", norm(`"axis": -1`, `"axis": 1`), []string{"layer 2 (BatchNormalization)", "axis 1", "(6, 6, 2)", "-1", "3"}},
		{"axes", norm(`"axis": -1`, `"axis": [1, 3]`), []string{"layer 2 (BatchNormalization)", "axis", "[1,3]", "one number"}},
		{"momentum", norm(`"momentum": 0.99`, `"momentum": -0.5`), []string{"layer 2 (BatchNormalization)", "momentum", "-0.5", "0"}},
		{"a momentum above 1", norm(`"momentum": 0.99`, `"momentum": 1.5`), []string{"layer 2 (BatchNormalization)", "momentum 1.5", "1"}},
		{"epsilon of a normalization", norm(`"epsilon": 0.001`, `"epsilon": "a"`), []string{"layer 2 (BatchNormalization)", "epsilon", `"a"`, "number"}},
		{"renormalization", norm(`"renorm": false`, `"renorm": true`), []string{"layer 2 (BatchNormalization)", "renorm", "true"}},
		{"a gamma too many", norm(`"scale": true`, `"scale": false`), []string{"layer 2 (BatchNormalization)", "4", "3"}},
		{"a negative variance", negative, []string{"layer 2 (BatchNormalization)", "moving_variance", "value 1", "-0.25", "at least 0"}},

		{"two unknown sizes", adapted("[null, null]", "[null, null, null]"),
			[]string{"layer 1 (InputLayer)", "batch_input_shape", "[null,null,null]", "known sizes"}},
		{"an unknown size without weights", adapted(`"mean": null, "variance": null`, `"mean": 1, "variance": 2`),
			[]string{"layer 1 (InputLayer)", "[null,null]", "known sizes"}},
		{"an unknown size before other weights", shapeless, []string{architecture, "[null,null]", "known sizes"}},
		{"a mean of another size", adapted("[null, null]", "[null, 5]"), []string{"layer 1 (Normalization)", "mean", "[4]", "[5]"}},
		{"an unknown setting", config(`"groups": 1`, `"groups": 1, "a\u001bb": 5`), []string{conv, `"a\x1bb"`, "5"}},
		{"a setting missing", config(`"filters": 4, `, ``), []string{conv, "filters", "missing"}},
		{"a text for a number", config(`"filters": 4`, `"filters": "4"`), []string{conv, "filters", `"4"`, "whole number"}},
		{"a fraction for a number", config(`"filters": 4`, `"filters": 4.5`), []string{conv, "filters", "4.5", "whole number"}},
		{"no filters", config(`"filters": 4`, `"filters": 0`), []string{conv, "filters 0", "1"}},
		{"too many filters", config(`"filters": 4`, `"filters": 2000000000`), []string{conv, "(5, 5, 1, 2000000000)", "2147483647"}},
		{"kernel", config(`"kernel_size": [5, 5]`, `"kernel_size": [0, 5]`), []string{conv, "kernel_size", "[0,5]", "1"}},
		{"float16", config(`"padding": "same"`, `"padding": "same", "dtype": "float16"`),
			[]string{architecture, conv, "float16", "float32", "float64"}},
		{"an unknown size", config(input, "[null, null, 12, 1]"), []string{"InputLayer", "batch_shape", "[null,null,12,1]"}},
		{"too many parameters", config(`"units": 16`, `"units": 5600000`), []string{"364000216", "134217728"}},
		{"a row too long", config(input, "[null, 4500, 4500, 1]"), []string{"174656276", "134217728"}},

		{"not compiled", without(training), []string{training, "LoadWith"}},
		{"half a training_config", set(training, `{"loss": `), []string{training, "truncated", "9"}},
		{"weights of another shape", config(`"filters": 4`, `"filters": 5`), []string{conv, "conv2d.kernel", "[5 5 1 4]", "[5 5 1 5]"}},
		{"weights too many", config(`"use_bias": true`, `"use_bias": false`), []string{conv, "2", "1"}},
		{"weights that are NaN", broken, []string{"layer 1 (Dense)", "dense.bias", "value 0", "NaN"}},
		{"no layer names", in("model_weights", "layer_names", int64(1)), []string{"model_weights", "layer_names", "texts"}},
		{"a layer that is not there", in("model_weights", "layer_names", []string{"gone"}), []string{"model_weights", `"gone"`}},
		{"a layer twice", in("model_weights", "layer_names", []string{"conv2d", "/conv2d"}), []string{"model_weights", "two", "/conv2d"}},
		{"weight names", in("model_weights/conv2d", "weight_names", []float64{1}),
			[]string{"model_weights: conv2d", "weight_names", "texts"}},
		{"no layer is left", in("model_weights", "layer_names", []float64{}), []string{conv, "no weights"}},
		{"an unknown variable", in("optimizer_weights", "weight_names", []string{"adam/what"}), []string{"optimizer_weights", "adam/what"}},
		{"a variable that is not there", in("optimizer_weights", "weight_names", []string{"gone/iteration"}), []string{"optimizer_weights", `"gone/iteration"`}},
		{"variables too few", fewer, []string{"optimizer_weights", "7", "velocity", "8"}},
		{"half an iteration", half, []string{"optimizer_weights", "iteration", "0.5", "whole number"}},
		{"our seed", set(progressName, `{"numbers": "Keras 3.15.1", "seed": -1}`), []string{progressName, "whole number from 0"}},
		{"our seed, too large", set(progressName, `{"numbers": "Keras 3.15.1", "seed": 4294967296}`),
			[]string{progressName, "0 to 4294967295"}},
		{"our epoch", set(progressName, `{"numbers": "Keras 3.15.1", "epoch": -1}`), []string{"epoch -1", "4294967295"}},
		{"our progress, cut off", set(progressName, `{"epoch": `), []string{progressName, "truncated", "10"}},
		{"a checksum of odd bytes", set(checksumName, "\x84\n"), []string{"SHA-256", `"\x84\n"`}},
		{"a checksum that is none", set(checksumName, int64(3)), []string{checksumName, "text"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.h5")
			var file bytes.Buffer
			err := hdf5.Write(&file, c.root)
			if err == nil {
				err = os.WriteFile(path, file.Bytes(), 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = Load(path)
			wording.Check(t, err, append(c.facts, "load "+path+": ")...)
		})
	}
	_, err = FromTree(set(architecture, hdf5.Unread{Why: "why"}), model.Config{})
	wording.Check(t, err, architecture, "why")
	dir := t.TempDir()
	_, err = Load(dir)
	wording.Check(t, err, "load "+dir, "folder")
	gone := filepath.Join(dir, "gone.h5")
	if _, err = Load(gone); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want that there is no file", err)
	}
	wording.Check(t, err, "load "+gone)
}

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }
