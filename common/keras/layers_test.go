package keras

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Models with the layers beside the lecture's predict as in Keras, and train. The inputs of both rows are
// x[j] = (37j mod 101)/100.
func TestLayersOfUsers(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "cases", "layers.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]struct {
		Shape  []int `json:"input_shape"`
		Output [][]float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			net, err := Load(filepath.Join("testdata", "cases", name+".h5"))
			if err != nil {
				t.Fatal(err)
			}
			x := make([]float64, 2*784)
			for j := range x {
				x[j] = float64(37*j%101) / 100
			}
			data, err := dataset.FromFloats(c.Shape, x, []int{}, []float64{3, 7})
			if err != nil {
				t.Fatal(err)
			}
			y, err := net.Predict(data)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range model.Float64s(y) {
				if want := c.Output[i/10][i%10]; v-want > 1e-5 || want-v > 1e-5 {
					t.Errorf("row %d, output %d is %v, want %v", i/10, i%10, v, want)
				}
			}
			RoundTrip(t, net)
			before, err := net.Evaluate(t.Context(), data)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := net.Fit(t.Context(), data, model.Fit{Epochs: 20, Batch: 2}); err != nil {
				t.Fatal(err)
			}
			after, err := net.Evaluate(t.Context(), data)
			if err != nil || after.Loss >= before.Loss {
				t.Errorf("the loss was %v and is %v (%v)", before.Loss, after.Loss, err)
			}
			RoundTrip(t, net)
		})
	}
}

// layersOf reads a net of the input (4, 4, 2) and one layer.
func layersOf(object string) ([]layer.Layer, error) {
	a, err := parseArchitecture(`{"class_name": "Sequential", "config": {"layers": [{"class_name": "InputLayer",
		"config": {"batch_input_shape": [null, 4, 4, 2]}}, ` + object + `]}}`)
	return a.layers, err
}

func TestReadLayers(t *testing.T) {
	conv := func(activation layer.Activation) layer.Conv2D {
		return layer.Conv2D{Filters: 2, Kernel: layer.Square(1), Activation: activation}
	}
	object := func(activation string) string {
		return `{"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": 1, "activation": ` + activation + `}}`
	}
	initial := func(initializer string) string {
		return `{"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": 1,
			"kernel_initializer": ` + initializer + `}}`
	}
	drawn := func(i layer.Initializer) layer.Conv2D {
		return layer.Conv2D{Filters: 2, Kernel: layer.Square(1), KernelInitializer: i}
	}
	for _, c := range []struct {
		object string
		want   []layer.Layer
	}{
		{object(`"swish"`), []layer.Layer{conv(layer.SiLU)}},
		{object(`"silu"`), []layer.Layer{conv(layer.SiLU)}},
		{object(`null`), []layer.Layer{conv(layer.Linear)}},
		{object(`{"class_name": "function", "config": "softmax_v2"}`), []layer.Layer{conv(layer.Softmax)}},
		{object(`{"class_name": "ReLU", "config": {"name": "a", "trainable": true, "dtype": "float32"}}`),
			[]layer.Layer{conv(layer.ReLU)}},
		{object(`{"class_name": "ReLU", "config": {"max_value": 6.0}}`), []layer.Layer{conv(layer.ReLU6)}},
		{object(`{"class_name": "ReLU", "config": {"max_value": 6.0, "threshold": 1}}`),
			[]layer.Layer{conv(layer.Linear), layer.ReLULayer{MaxValue: 6, Threshold: 1}}},
		{object(`{"class_name": "LeakyReLU", "config": {"alpha": 0.20000000298023224}}`),
			[]layer.Layer{conv(layer.LeakyReLU)}},
		{object(`{"class_name": "LeakyReLU", "config": {"negative_slope": 0.1}}`),
			[]layer.Layer{conv(layer.Linear), layer.LeakyReLULayer{NegativeSlope: .1}}},
		{object(`{"class_name": "LeakyReLU", "config": {}}`),
			[]layer.Layer{conv(layer.Linear), layer.LeakyReLULayer{}}},
		{object(`{"class_name": "ELU", "config": {"alpha": 1.0}}`), []layer.Layer{conv(layer.ELU)}},
		{object(`{"class_name": "ELU", "config": {"alpha": 2}}`),
			[]layer.Layer{conv(layer.Linear), layer.ELULayer{Alpha: 2}}},
		{object(`{"class_name": "Softmax", "config": {"axis": -1}}`), []layer.Layer{conv(layer.Softmax)}},
		{object(`{"class_name": "Activation", "config": {"activation": "gelu"}}`), []layer.Layer{conv(layer.GELU)}},
		{`{"class_name": "Activation", "config": {"activation": "hard_sigmoid"}}`,
			[]layer.Layer{layer.ActivationLayer{Activation: layer.HardSigmoid}}},
		{`{"class_name": "Activation", "config": {"activation":
			{"class_name": "LeakyReLU", "config": {"alpha": 0.1}}}}`,
			[]layer.Layer{layer.LeakyReLULayer{NegativeSlope: .1}}},
		{`{"class_name": "ReLU", "config": {"max_value": 2, "negative_slope": 0.5, "threshold": 1}}`,
			[]layer.Layer{layer.ReLULayer{MaxValue: 2, NegativeSlope: .5, Threshold: 1}}},
		{`{"class_name": "LeakyReLU", "config": {"alpha": 0.25}}`,
			[]layer.Layer{layer.LeakyReLULayer{NegativeSlope: .25}}},
		{`{"class_name": "LeakyReLU", "config": {"alpha": 0.0}}`, []layer.Layer{layer.ReLULayer{}}},
		{`{"class_name": "ELU", "config": {"alpha": 0}}`, []layer.Layer{layer.ReLULayer{}}},
		{`{"class_name": "Softmax", "config": {"axis": [-1]}}`, []layer.Layer{layer.SoftmaxLayer{}}},
		{`{"class_name": "Softmax", "config": {"axis": 3}}`, []layer.Layer{layer.SoftmaxLayer{Axis: 3}}},
		{object(`{"class_name": "Softmax", "config": {"axis": 3}}`),
			[]layer.Layer{conv(layer.Linear), layer.SoftmaxLayer{Axis: 3}}},
		{`{"class_name": "Normalization", "config": {"axis": [-1], "mean": null}}`,
			[]layer.Layer{layer.Normalization{Axis: -1}}},
		{`{"class_name": "Normalization", "config": {"axis": []}}`, []layer.Layer{layer.Normalization{Axis: -1}}},
		{`{"class_name": "Normalization", "config": {"axis": null, "mean": 2, "variance": 3.5, "invert": true}}`,
			[]layer.Layer{layer.Normalization{Axis: -1, Invert: true, Mean: []float64{2}, Variance: []float64{3.5}}}},
		{`{"class_name": "Normalization", "config": {"axis": 3, "mean": [[2, 3]], "variance": [4, 5]}}`,
			[]layer.Layer{layer.Normalization{Axis: 3, Mean: []float64{2, 3}, Variance: []float64{4, 5}}}},
		{`{"class_name": "ZeroPadding2D", "config": {}}`, []layer.Layer{layer.ZeroPadding2D{}}},
		{`{"class_name": "ZeroPadding2D", "config": {"padding": 2}}`,
			[]layer.Layer{layer.ZeroPadding2D{Top: 2, Bottom: 2, Left: 2, Right: 2}}},
		{`{"class_name": "ZeroPadding2D", "config": {"padding": [2, 0]}}`,
			[]layer.Layer{layer.ZeroPadding2D{Top: 2, Bottom: 2}}},
		{`{"class_name": "ZeroPadding2D", "config": {"padding": [[1, 2], [3, 4]], "data_format": "channels_last"}}`,
			[]layer.Layer{layer.ZeroPadding2D{Top: 1, Bottom: 2, Left: 3, Right: 4}}},
		{`{"class_name": "ZeroPadding2D", "config": {"padding": 0}}`, []layer.Layer{layer.ActivationLayer{}}},
		{`{"class_name": "Rescaling", "config": {"scale": 0.5, "offset": -1}}`,
			[]layer.Layer{layer.Rescaling{Scale: .5, Offset: -1}}},
		{`{"class_name": "Reshape", "config": {"target_shape": [-1, 4]}}`,
			[]layer.Layer{layer.Reshape{Target: []int{-1, 4}}}},
		{`{"class_name": "SpatialDropout2D", "config": {"rate": 0.5, "seed": null, "noise_shape": null}}`,
			[]layer.Layer{layer.SpatialDropout2D{Rate: .5}}},
		{`{"class_name": "Dropout", "config": {"rate": 0.5, "seed": 7}}`,
			[]layer.Layer{kept{layer.Dropout{Rate: .5}, map[string]json.RawMessage{"seed": json.RawMessage("7")}}}},
		{`{"class_name": "GaussianNoise", "config": {"stddev": 0.5, "seed": null}}`,
			[]layer.Layer{layer.GaussianNoise{Stddev: .5}}},

		{initial(`"he_normal"`), []layer.Layer{drawn(layer.HeNormal{})}},
		{initial(`"glorot_uniform"`), []layer.Layer{drawn(nil)}},
		{initial(`{"class_name": "LecunUniform", "config": {"seed": 3}}`),
			[]layer.Layer{drawn(layer.Seeded{Initializer: layer.LecunUniform{}, Seed: 3})}},
		{initial(`{"class_name": "GlorotUniform", "config": {"seed": 0}}`),
			[]layer.Layer{drawn(layer.Seeded{Initializer: layer.GlorotUniform{}})}},
		{initial(`{"class_name": "Ones"}`), []layer.Layer{drawn(layer.Ones{})}},
		{initial(`{"class_name": "Constant", "config": {"value": 2}}`), []layer.Layer{drawn(layer.Constant{Value: 2})}},
		{initial(`{"class_name": "RandomNormal", "config": {"mean": 1.0, "stddev": 0.5}}`),
			[]layer.Layer{drawn(layer.RandomNormal{Mean: 1, Stddev: .5})}},
		{initial(`{"class_name": "TruncatedNormal", "config": {}}`),
			[]layer.Layer{drawn(layer.TruncatedNormal{Stddev: .05})}},
		{initial(`{"class_name": "RandomUniform", "config": {"minval": 0}}`),
			[]layer.Layer{drawn(layer.RandomUniform{Max: .05})}},
		{initial(`{"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_avg", "distribution": "normal"}}`),
			[]layer.Layer{drawn(layer.VarianceScaling{Scale: 2, Mode: layer.FanAvg})}},
		{initial(`{"class_name": "VarianceScaling", "config": {"mode": "fan_out", "distribution": "uniform"}}`),
			[]layer.Layer{drawn(layer.VarianceScaling{Scale: 1, Mode: layer.FanOut, Distribution: layer.Uniform})}},
	} {
		if got, err := layersOf(c.object); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v (%v), want %+v", c.object, got, err, c.want)
		}
	}
	// what package layer cannot draw keeps its text
	for _, text := range []string{
		`{"class_name":"Orthogonal","config":{"gain":2}}`, `{"class_name":"RandomNormal","config":{"stddev":0}}`,
		`{"class_name":"RandomUniform","config":{"minval":0,"maxval":0}}`,
		`{"class_name":"Constant","config":{"value":[1]}}`,
		`{"class_name":"VarianceScaling","config":{"scale":-1}}`,
		`{"class_name":"HeNormal","config":{"seed":-1}}`, `{"class_name":"GlorotUniform","config":{"seed":{}}}`,
		`{"class_name":"VarianceScaling","config":{"mode":"fan"}}`,
		`{"class_name":"HeNormal","config":{"input_axes":[1]}}`, `{"class_name":"normal","config":{}}`,
	} {
		got, err := layersOf(initial(text))
		want := []layer.Layer{drawn(initializer{json.RawMessage(text)})}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v (%v), want its text", text, got, err)
		}
	}
}

func TestLayersThatAreNotRead(t *testing.T) {
	conv := func(activation string) string {
		return `{"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": 1, "activation": ` + activation + `}}`
	}
	for _, c := range []struct {
		name, object string
		facts        []string
	}{
		{"another function", conv(`{"class_name": "function", "config": "mish"}`), []string{"activation", "mish"}},
		{"a function without a name", conv(`{"class_name": "function", "config": {}}`), []string{"activation", "text"}},
		{"a function of nothing", conv(`{"class_name": "function"}`), []string{"activation"}},
		{"another object", conv(`{"class_name": "PReLU", "config": {}}`),
			[]string{"activation", "PReLU", "not supported"}},
		{"an object without settings", conv(`{"class_name": "ReLU", "config": 3}`), []string{"activation", "ReLU"}},
		{"an object of a number", conv(`{"class_name": 3}`), []string{"activation", "text"}},
		{"an object's setting", conv(`{"class_name": "LeakyReLU", "config": {"alpha": "a"}}`),
			[]string{"layer 1 (Conv2D)", "activation LeakyReLU", "alpha", "number"}},
		{"an object's unknown setting", conv(`{"class_name": "ReLU", "config": {"slope": 3}}`),
			[]string{"activation ReLU", "slope", "3"}},
		{"an object in an object", conv(`{"class_name": "Activation", "config": {"activation":
			{"class_name": "ReLU"}}}`),
			[]string{"activation Activation", "text"}},
		{"no maximum", `{"class_name": "ReLU", "config": {"max_value": 0.0}}`,
			[]string{"layer 1 (ReLU)", "max_value", "0.0"}},
		{"a text for a slope", `{"class_name": "ReLU", "config": {"negative_slope": "a"}}`,
			[]string{"negative_slope", "number"}},
		{"axis", `{"class_name": "Softmax", "config": {"axis": 0}}`, []string{"layer 1 (Softmax)", "axis", "0", "-1"}},
		{"axes", `{"class_name": "Softmax", "config": {"axis": [1, 2]}}`, []string{"axis", "[1,2]", "one number"}},
		{"a list of no means", `{"class_name": "Normalization", "config": {"mean": []}}`, []string{"mean", "[]", "list"}},
		{"means that are texts", `{"class_name": "Normalization", "config": {"variance": ["a"]}}`,
			[]string{"layer 1 (Normalization)", "variance", `["a"]`, "numbers"}},
		{"axes of a normalization", `{"class_name": "Normalization", "config": {"axis": [1, 3]}}`, []string{"axis", "[1,3]"}},
		{"an axis of rows", `{"class_name": "Normalization", "config": {"axis": [0]}}`, []string{"axis", "[0]", "-1"}},
		{"no height", `{"class_name": "Resizing", "config": {"width": 4}}`, []string{"layer 1 (Resizing)", "height", "missing"}},
		{"a height of 0", `{"class_name": "Resizing", "config": {"width": 4, "height": 0}}`, []string{"height is 0"}},
		{"images with their channels first", `{"class_name": "RandomCrop",
			"config": {"width": 4, "height": 4, "data_format": "channels_first"}}`, []string{"data_format"}},
		{"padding", `{"class_name": "ZeroPadding2D", "config": {"padding": [1, 2, 3]}}`,
			[]string{"padding", "[1,2,3]", "two pairs"}},
		{"pairs", `{"class_name": "ZeroPadding2D", "config": {"padding": [[1, 2], [3]]}}`,
			[]string{"padding", "[[1,2],[3]]"}},
		{"channels first", `{"class_name": "ZeroPadding2D", "config": {"data_format": "channels_first"}}`,
			[]string{"data_format"}},
		{"a scale for each channel", `{"class_name": "Rescaling", "config": {"scale": [1, 2]}}`,
			[]string{"scale", "[1,2]", "number"}},
		{"no scale", `{"class_name": "Rescaling", "config": {}}`, []string{"scale", "missing"}},
		{"no target", `{"class_name": "Reshape", "config": {}}`, []string{"target_shape", "missing"}},
		{"target", `{"class_name": "Reshape", "config": {"target_shape": 3}}`, []string{"target_shape", "list"}},
		{"a noise shape", `{"class_name": "SpatialDropout2D", "config": {"rate": 0.5, "noise_shape": [1]}}`,
			[]string{"noise_shape"}},
		{"no deviation", `{"class_name": "GaussianNoise", "config": {}}`, []string{"stddev", "missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := layersOf(c.object)
			wording.Check(t, err, c.facts...)
		})
	}
}

// What a program of ours writes, Load reads as the same layers, with defaults filled in.
func TestSaveLayers(t *testing.T) {
	layers := []layer.Layer{
		layer.Rescaling{Scale: .5, Offset: 1}, layer.GaussianNoise{Stddev: 1},
		layer.ZeroPadding2D{}, layer.ZeroPadding2D{Left: 2}, layer.SpatialDropout2D{Rate: .5},
		layer.ReLULayer{}, layer.ReLULayer{MaxValue: 2, NegativeSlope: .5, Threshold: 1},
		layer.LeakyReLULayer{}, layer.LeakyReLULayer{NegativeSlope: 2}, layer.ELULayer{}, layer.ELULayer{Alpha: -1},
		layer.Reshape{Target: []int{-1}},
	}
	for a := layer.Linear; a <= layer.ReLU6; a++ {
		layers = append(layers, layer.ActivationLayer{Activation: a}, layer.Dense{Units: 2, Activation: a})
	}
	for _, i := range []layer.Initializer{
		layer.Zeros{}, layer.Ones{}, layer.Constant{Value: 2}, layer.RandomUniform{}, layer.RandomUniform{Max: 2},
		layer.RandomNormal{}, layer.TruncatedNormal{Mean: 1, Stddev: 2}, layer.GlorotNormal{},
		layer.HeUniform{}, layer.HeNormal{}, layer.LecunUniform{}, layer.LecunNormal{}, layer.VarianceScaling{},
		layer.VarianceScaling{Scale: 2, Mode: layer.FanOut, Distribution: layer.Untruncated},
	} {
		layers = append(layers, layer.Dense{Units: 2, KernelInitializer: i, BiasInitializer: i})
	}
	layers = append(layers, layer.SoftmaxLayer{})
	net := model.Sequential(model.Input(3, 3, 1), layers...)
	err := net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.1), Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	file, err := encode(net)
	if err != nil {
		t.Fatal(err)
	}
	again, err := try(file)
	if err != nil {
		t.Fatal(err)
	}
	filled := map[int]layer.Layer{
		2: layer.ZeroPadding2D{Top: 1, Bottom: 1, Left: 1, Right: 1}, 7: layer.LeakyReLULayer{NegativeSlope: .3},
		9: layer.ELULayer{Alpha: 1},
	}
	for i, l := range again.Layers() {
		want := layers[i]
		if other, ok := filled[i]; ok {
			want = other
		}
		if d, ok := want.(layer.Dense); ok {
			d.KernelInitializer, d.BiasInitializer = stored(d.KernelInitializer), stored(d.BiasInitializer)
			if d.BiasInitializer == (layer.Zeros{}) {
				d.BiasInitializer = nil
			}
			want = d
		}
		if !reflect.DeepEqual(l.Layer, want) {
			t.Errorf("layer %d is %+v, want %+v", i+1, l.Layer, want)
		}
	}
	second, err := encode(again)
	if err != nil || !bytes.Equal(file, second) {
		t.Errorf("saved again, the file has other bytes (%v)", err)
	}
	for _, name := range []string{"leaky_re_lu_1", "zero_padding2d", "activation_14", "softmax"} {
		if !strings.Contains(string(file), name) {
			t.Errorf("no layer is called %s", name)
		}
	}
	bad := layer.Dense{Units: 2, KernelInitializer: layer.VarianceScaling{Mode: 7}}
	net = model.Sequential(model.Input(3), bad)
	if err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(0.1)}); err != nil {
		t.Fatal(err)
	}
	_, err = encode(net)
	wording.Check(t, err, "layer 1 (Dense)", "kernel_initializer", "Mode:7")
}

// stored is the initializer with its defaults filled in.
func stored(i layer.Initializer) layer.Initializer {
	switch i := i.(type) {
	case layer.RandomUniform:
		if i == (layer.RandomUniform{}) {
			return layer.RandomUniform{Min: -.05, Max: .05}
		}
	case layer.RandomNormal:
		i.Stddev = .05
		return i
	case layer.VarianceScaling:
		i.Scale = max(i.Scale, 1)
		return i
	}
	return i
}
