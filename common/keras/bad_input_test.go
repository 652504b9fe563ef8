package keras

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/hdf5"
)

// Every kind of bad file, and all that is said of it by Load. Each is one of Keras with a text altered, or whole
// attributes and groups.
func TestBadInput(t *testing.T) {
	const architecture, training = "model_config", "training_config"
	config := func(old, new string) *hdf5.Group { return edited(t, "keras3_cnn", architecture, old, new) }
	compiled := func(old, new string) *hdf5.Group { return edited(t, "keras3_cnn", training, old, new) }
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
			var kept []hdf5.Attribute
			for _, a := range root.Attributes {
				if a.Name != attribute {
					kept = append(kept, a)
				}
			}
			root.Attributes = kept
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
	broken := golden(t, "keras3_linreg") // with a weight that is not a number
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

	for _, c := range []struct {
		name string
		root *hdf5.Group
		want string
	}{
		{"another HDF5 file", hdf5.NewGroup(), "no attribute model_config: not a model that Keras saved"},
		{"a number for a text", set(architecture, int64(1)), "attribute model_config: is a whole number, want a text"},
		{"a list for a text", set(architecture, []string{"{}"}), "attribute model_config: is a list of texts, want a text"},
		{"half a JSON", set(architecture, `{"class_name": "Sequ`), "model_config: not Keras' JSON: it is cut off after 20 bytes"},
		{"no JSON", set(architecture, "Sequential"), "model_config: not Keras' JSON: byte 1: invalid character 'S' looking for beginning of value"},
		{"a line break in JSON", set(architecture, "{\"a\nb\": 1}"), `model_config: not Keras' JSON: byte 4: invalid character '\n' in string literal`},
		{"another JSON", set(architecture, "[]"), "model_config: not Keras' JSON: want a class with its config"},
		{"null", set(architecture, "null"), `model_config: a model of class "", want Sequential`},
		{"no Sequential", config("Sequential", "Functional"), "model_config: a model of class Functional, want Sequential"},
		{"an unknown layer", config("Conv2D", "LSTM"), "model_config: layer 1 (LSTM): layers of class LSTM are not supported"},
		{"a layer of two lines", config("Conv2D", `a\nb`), `model_config: layer 1 ("a\nb"): layers of class "a\nb" are not supported`},
		{"padding", config(`"padding": "same"`, `"padding": "causal"`), `model_config: layer 1 (Conv2D): padding is "causal", want valid or same`},
		{"activation", config(`"relu"`, `"gelu"`), `model_config: layer 1 (Conv2D): activation is "gelu": not supported`},
		{"dilation", config(`"dilation_rate": [1, 1]`, `"dilation_rate": [2, 2]`), "model_config: layer 1 (Conv2D): dilation_rate is [2,2], want 1"},
		{"groups", config(`"groups": 1`, `"groups": 2`), "model_config: layer 1 (Conv2D): groups is 2, want 1"},
		{"channels first", config("channels_last", "channels_first"), `model_config: layer 1 (Conv2D): data_format is "channels_first", want channels_last`},
		{"frozen", config(`"conv2d", "trainable": true`, `"conv2d", "trainable": false`), "model_config: layer 1 (Conv2D): trainable is false, want true"},
		{"an unknown setting", config(`"groups": 1`, `"groups": 1, "a\u001bb": 5`), `model_config: layer 1 (Conv2D): "a\x1bb" is 5: not supported`},
		{"a setting missing", config(`"filters": 4, `, ``), "model_config: layer 1 (Conv2D): filters is missing"},
		{"a text for a number", config(`"filters": 4`, `"filters": "4"`), `model_config: layer 1 (Conv2D): filters is "4": want a whole number`},
		{"a fraction for a number", config(`"filters": 4`, `"filters": 4.5`), "model_config: layer 1 (Conv2D): filters is 4.5: want a whole number"},
		{"no filters", config(`"filters": 4`, `"filters": 0`), "layer 1 (Conv2D): filters 0, want at least 1"},
		{"too many filters", config(`"filters": 4`, `"filters": 2000000000`), "layer 1 (Conv2D): kernel (5, 5, 1, 2000000000) has more than 2147483647 values"},
		{"kernel", config(`"kernel_size": [5, 5]`, `"kernel_size": [0, 5]`), "model_config: layer 1 (Conv2D): kernel_size is [0,5], want a height and a width of at least 1"},
		{"float16", config(`"dtype": "float32"`, `"dtype": "float16"`), `model_config: InputLayer: dtype is "float16", want float32 or float64`},
		{"an unknown size", config("[null, 12, 12, 1]", "[null, null, 12, 1]"), "model_config: InputLayer: batch_shape is [null,null,12,1], want known sizes behind the rows"},
		{"too many parameters", config(`"units": 16`, `"units": 5600000`), "364000216 parameters, want at most 134217728"},
		{"a row too long", config("[null, 12, 12, 1]", "[null, 4500, 4500, 1]"), "174656276 values for one row, want at most 134217728"},

		{"not compiled", without(training), "no training_config: the model was saved without compiling (LoadWith takes a configuration)"},
		{"half a training_config", set(training, `{"loss": `), "training_config: not Keras' JSON: it is cut off after 9 bytes"},
		{"loss", compiled("sparse_categorical_crossentropy", "huber"), "training_config: loss: is huber: not supported"},
		{"no loss", compiled(`"sparse_categorical_crossentropy"`, "null"), "training_config: loss: is missing"},
		{"metric", compiled(`"accuracy"`, `"mae"`), "training_config: metrics: mae for the loss sparse_categorical_crossentropy and 10 outputs: want the accuracy, which is SparseCategoricalAccuracy there"},
		{"loss weights", compiled(`"loss_weights": null`, `"loss_weights": [2]`), "training_config: loss_weights is [2]: not supported"},
		{"optimizer", compiled(`"Adam"`, `"Ftrl"`), "training_config: optimizer_config: class Ftrl: not supported"},
		{"amsgrad", compiled(`"amsgrad": false`, `"amsgrad": true`), "training_config: optimizer_config: amsgrad is true: not supported"},
		{"clipping", compiled(`"clipnorm": null`, `"clipnorm": 1.0`), "training_config: optimizer_config: clipnorm is 1.0: not supported"},
		{"schedule", compiled("0.0010000000474974513", `{"class_name": "CosineDecay"}`), `training_config: optimizer_config: learning_rate is {"class_name":"CosineDecay"}: want a number`},

		{"weights of another shape", config(`"filters": 4`, `"filters": 5`), "model_weights: layer 1 (Conv2D): conv2d.kernel: shape [5 5 1 4], want [5 5 1 5]"},
		{"weights too many", config(`"use_bias": true`, `"use_bias": false`), "model_weights: layer 1 (Conv2D) has 2 weights, want 1"},
		{"weights that are NaN", broken, "model_weights: layer 1 (Dense): dense.bias: value 0 is NaN, want finite numbers"},
		{"no layer names", in("model_weights", "layer_names", int64(1)), "model_weights: attribute layer_names is a whole number, want a list of texts"},
		{"a layer that is not there", in("model_weights", "layer_names", []string{"gone"}), `model_weights: hdf5: there is no "gone"`},
		{"a layer twice", in("model_weights", "layer_names", []string{"conv2d", "/conv2d"}), "model_weights: two layer_names lead to /conv2d"},
		{"weight names", in("model_weights/conv2d", "weight_names", []float64{1}), "model_weights: conv2d: attribute weight_names is a list of numbers, want a list of texts"},
		{"no layer is left", in("model_weights", "layer_names", []float64{}), "model_weights: layer 1 (Conv2D) has no weights"},
		{"an unknown variable", in("optimizer_weights", "weight_names", []string{"adam/what"}), "optimizer_weights: adam/what is no variable of an optimizer that is supported"},
		{"a variable that is not there", in("optimizer_weights", "weight_names", []string{"gone/iteration"}), `optimizer_weights: hdf5: there is no "gone/iteration"`},
		{"our seed", set(progressName, `{"seed": -1}`), "attribute gorgonia_lectures: want a whole number from 0 on"},
		{"our epoch", set(progressName, `{"epoch": -1}`), "start: epoch -1, want 0 to 4294967295"},
		{"our progress, cut off", set(progressName, `{"epoch": `), "attribute gorgonia_lectures: it is cut off after 10 bytes"},
		{"a checksum that is none", set(checksumName, int64(3)), "attribute gorgonia_lectures_sha256: is a whole number, want a text"},
	} {
		path := filepath.Join(t.TempDir(), "bad.h5")
		f, err := os.Create(path)
		if err == nil {
			if err = hdf5.Write(f, c.root); err == nil {
				err = f.Close()
			}
		}
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if _, err := Load(path); err == nil || err.Error() != "load "+path+": "+c.want {
			t.Errorf("%s:\n%v, want\nload %s: %s", c.name, err, path, c.want)
		}
	}
	dir := t.TempDir()
	text := filepath.Join(dir, "text.h5")
	if err := os.WriteFile(text, []byte("a net\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat(filepath.Join(dir, "gone.h5"))
	reason := err.(*os.PathError).Err.Error() // in the system's own words
	for path, want := range map[string]string{
		dir: ": a folder, want an HDF5 file", text: ": hdf5: not an HDF5 file: it begins otherwise", filepath.Join(dir, "gone.h5"): ": " + reason,
	} {
		if _, err := Load(path); err == nil || err.Error() != "load "+path+want {
			t.Errorf("error %v, want load %s%s", err, path, want)
		}
	}
}
