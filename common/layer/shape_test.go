package layer_test

import (
	"fmt"
	"math"
	"os"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
)

// The shapes and counts that Keras' summary shows; the first seven are the lecture's CNN.
func TestShapesAndCounts(t *testing.T) {
	total := 0
	for i, c := range []struct {
		layer  layer.Layer
		kind   string
		input  tensor.Shape
		output tensor.Shape
		params []tensor.Shape
		count  int
	}{
		{layer.Conv2D{Filters: 32, Kernel: layer.Square(5), Padding: layer.Same, Activation: layer.ReLU}, "Conv2D",
			tensor.Shape{28, 28, 1}, tensor.Shape{28, 28, 32}, []tensor.Shape{{5, 5, 1, 32}, {32}}, 832},
		{layer.MaxPool2D{}, "MaxPooling2D", tensor.Shape{28, 28, 32}, tensor.Shape{14, 14, 32}, nil, 0},
		{layer.Conv2D{Filters: 64, Kernel: layer.Square(2), Padding: layer.Same, Activation: layer.ReLU}, "Conv2D",
			tensor.Shape{14, 14, 32}, tensor.Shape{14, 14, 64}, []tensor.Shape{{2, 2, 32, 64}, {64}}, 8256},
		{layer.Dropout{Rate: .25}, "Dropout", tensor.Shape{7, 7, 64}, tensor.Shape{7, 7, 64}, nil, 0},
		{layer.Flatten{}, "Flatten", tensor.Shape{7, 7, 64}, tensor.Shape{3136}, nil, 0},
		{layer.Dense{Units: 1000, Activation: layer.ReLU}, "Dense", tensor.Shape{3136}, tensor.Shape{1000},
			[]tensor.Shape{{3136, 1000}, {1000}}, 3137000},
		{layer.Dense{Units: 10, Activation: layer.Softmax}, "Dense", tensor.Shape{1000}, tensor.Shape{10},
			[]tensor.Shape{{1000, 10}, {10}}, 10010},

		{layer.Dense{Units: 3}, "Dense", tensor.Shape{5, 6, 4}, tensor.Shape{5, 6, 3}, []tensor.Shape{{4, 3}, {3}}, 15},
		{layer.Dense{Units: 3, NoBias: true}, "Dense", tensor.Shape{4}, tensor.Shape{3}, []tensor.Shape{{4, 3}}, 12},
		{layer.Conv2D{Filters: 2, Kernel: layer.Size{Height: 3, Width: 2}, NoBias: true}, "Conv2D",
			tensor.Shape{7, 9, 4}, tensor.Shape{5, 8, 2}, []tensor.Shape{{3, 2, 4, 2}}, 48},
		{layer.Conv2D{Filters: 5, Kernel: layer.Square(3), Stride: layer.Size{Height: 2, Width: 3}}, "Conv2D",
			tensor.Shape{8, 10, 3}, tensor.Shape{3, 3, 5}, []tensor.Shape{{3, 3, 3, 5}, {5}}, 140},
		{layer.Conv2D{Filters: 5, Kernel: layer.Square(3), Stride: layer.Square(2), Padding: layer.Same}, "Conv2D",
			tensor.Shape{7, 8, 1}, tensor.Shape{4, 4, 5}, []tensor.Shape{{3, 3, 1, 5}, {5}}, 50},
		// a pool's stride is the pool, not 2
		{layer.MaxPool2D{Pool: layer.Square(3)}, "MaxPooling2D", tensor.Shape{10, 11, 2}, tensor.Shape{3, 3, 2}, nil, 0},
		{layer.MaxPool2D{Padding: layer.Same}, "MaxPooling2D", tensor.Shape{7, 5, 2}, tensor.Shape{4, 3, 2}, nil, 0},
		{layer.MaxPool2D{Stride: layer.Square(1)}, "MaxPooling2D", tensor.Shape{4, 4, 1}, tensor.Shape{3, 3, 1}, nil, 0},
		{layer.AveragePool2D{}, "AveragePooling2D", tensor.Shape{7, 5, 2}, tensor.Shape{3, 2, 2}, nil, 0},
		{layer.AveragePool2D{Padding: layer.Same}, "AveragePooling2D", tensor.Shape{7, 5, 2}, tensor.Shape{4, 3, 2}, nil, 0},
		{layer.GlobalAveragePool2D{}, "GlobalAveragePooling2D", tensor.Shape{7, 5, 2}, tensor.Shape{2}, nil, 0},
		{layer.GlobalMaxPool2D{KeepDims: true}, "GlobalMaxPooling2D", tensor.Shape{7, 5, 2}, tensor.Shape{1, 1, 2}, nil, 0},
		{layer.Frozen{Layer: layer.Dense{Units: 3}}, "Dense", tensor.Shape{4}, tensor.Shape{3}, []tensor.Shape{{4, 3}, {3}}, 15},
		{layer.Flatten{}, "Flatten", tensor.Shape{5}, tensor.Shape{5}, nil, 0},
		{layer.Dropout{}, "Dropout", tensor.Shape{5}, tensor.Shape{5}, nil, 0},
		{layer.ActivationLayer{}, "Activation", tensor.Shape{5}, tensor.Shape{5}, nil, 0},
		{layer.ReLULayer{}, "ReLU", tensor.Shape{5}, tensor.Shape{5}, nil, 0},
		{layer.LeakyReLULayer{}, "LeakyReLU", tensor.Shape{5, 1}, tensor.Shape{5, 1}, nil, 0},
		{layer.ELULayer{}, "ELU", tensor.Shape{5}, tensor.Shape{5}, nil, 0},
		{layer.Normalization{Mean: []float64{1}, Variance: []float64{2}}, "Normalization", tensor.Shape{4, 5},
			tensor.Shape{4, 5}, nil, 0},
		{layer.SoftmaxLayer{Axis: 1}, "Softmax", tensor.Shape{5}, tensor.Shape{5}, nil, 0},
		{layer.SoftmaxLayer{}, "Softmax", tensor.Shape{4, 5}, tensor.Shape{4, 5}, nil, 0},
		{layer.Rescaling{Scale: 2}, "Rescaling", tensor.Shape{4, 5}, tensor.Shape{4, 5}, nil, 0},
		{layer.GaussianNoise{Stddev: 2}, "GaussianNoise", tensor.Shape{4, 5}, tensor.Shape{4, 5}, nil, 0},
		{layer.SpatialDropout2D{Rate: .5}, "SpatialDropout2D", tensor.Shape{4, 5, 2}, tensor.Shape{4, 5, 2}, nil, 0},
		{layer.ZeroPadding2D{}, "ZeroPadding2D", tensor.Shape{4, 5, 2}, tensor.Shape{6, 7, 2}, nil, 0},
		{layer.ZeroPadding2D{Bottom: 2, Left: 3}, "ZeroPadding2D", tensor.Shape{4, 5, 2}, tensor.Shape{6, 8, 2}, nil, 0},
		{layer.Reshape{Target: []int{28, 28, 1}}, "Reshape", tensor.Shape{784}, tensor.Shape{28, 28, 1}, nil, 0},
		{layer.Reshape{Target: []int{-1, 7}}, "Reshape", tensor.Shape{28, 2}, tensor.Shape{8, 7}, nil, 0},
		{layer.Reshape{Target: []int{-1}}, "Reshape", tensor.Shape{28, 2}, tensor.Shape{56}, nil, 0},
	} {
		if c.layer.Kind() != c.kind {
			t.Errorf("kind %q, want %q", c.layer.Kind(), c.kind)
		}
		output, err := c.layer.OutputShape(c.input)
		if err != nil || !same(output, c.output) {
			t.Errorf("%s %+v on %v: output %v (error %v), want %v", c.kind, c.layer, c.input, output, err, c.output)
		}
		count := 0
		params := c.layer.Params(c.input)
		if len(params) != len(c.params) {
			t.Errorf("%s on %v: parameters %v, want %v", c.kind, c.input, params, c.params)
			continue
		}
		for j, p := range params {
			if name := [...]string{"kernel", "bias"}[j]; p.Name != name || !same(p.Shape, c.params[j]) {
				t.Errorf("%s on %v: parameter %s %v, want %s %v", c.kind, c.input, p.Name, p.Shape, name, c.params[j])
			}
			count += p.Shape.TotalSize()
		}
		if count != c.count {
			t.Errorf("%s on %v: %d parameters, want %d", c.kind, c.input, count, c.count)
		}
		if i < 7 {
			total += count
		}
	}
	if total != 3156098 {
		t.Errorf("the lecture's CNN has %d parameters, want 3156098", total)
	}
}

// same is stricter than Shape.Eq, which takes a column for a vector.
func same(a, b tensor.Shape) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

func TestWhatDoesNotFit(t *testing.T) {
	image := tensor.Shape{4, 6, 3}
	for _, c := range []struct {
		layer layer.Layer
		input tensor.Shape
		facts []string
	}{
		{layer.Dense{}, tensor.Shape{4}, []string{"units 0", "1"}},
		{layer.Dense{Units: -3}, tensor.Shape{4}, []string{"units -3", "1"}},
		{layer.Dense{Units: 2}, tensor.Shape{}, []string{"single value"}},
		{layer.Dense{Units: 1 << 20}, tensor.Shape{2, 1 << 12}, []string{"(4096, 1048576)", "2147483647"}},
		{layer.Dense{Units: 2, Activation: 99}, tensor.Shape{4}, []string{"Activation(99)"}},
		{layer.Dense{Units: 2}, tensor.Shape{0}, []string{"kernel (0, 2)", "1"}},
		{layer.Dense{Units: math.MaxInt}, tensor.Shape{4}, []string{"(4, 9223372036854775807)", "2147483647"}},
		{layer.Dense{Units: 1 << 16}, tensor.Shape{1 << 16}, []string{"(65536, 65536)", "2147483647"}},
		{layer.Conv2D{Kernel: layer.Square(3)}, image, []string{"filters 0", "1"}},
		{layer.Conv2D{Filters: 2}, image, []string{"kernel of 0x0"}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(5)}, image, []string{"5x5", "4x6"}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Size{Height: 2, Width: -1}}, image, []string{"kernel of 2x-1"}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2), Stride: layer.Size{Width: 2}}, image, []string{"stride of 0x2"}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2)}, tensor.Shape{24},
			[]string{"(24)", "1 axes", "(height, width, channels)"}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2), Padding: 7}, image, []string{"Padding(7)"}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2), Activation: -1}, image, []string{"Activation(-1)"}},
		{layer.Conv2D{Filters: math.MaxInt32, Kernel: layer.Square(2)}, image,
			[]string{"(2, 2, 3, 2147483647)", "2147483647"}},
		{layer.MaxPool2D{}, tensor.Shape{1, 6, 3}, []string{"2x2", "1x6"}},
		{layer.MaxPool2D{Pool: layer.Square(-2)}, image, []string{"kernel of -2x-2"}},
		{layer.MaxPool2D{Padding: -1}, image, []string{"Padding(-1)"}},
		{layer.MaxPool2D{}, tensor.Shape{4, 6}, []string{"(4, 6)", "2 axes"}},
		{layer.AveragePool2D{}, tensor.Shape{1, 6, 3}, []string{"2x2", "1x6"}},
		{layer.AveragePool2D{Padding: 5}, image, []string{"Padding(5)"}},
		{layer.GlobalAveragePool2D{}, tensor.Shape{4}, []string{"(4)", "1 axes", "(height, width, channels)"}},
		{layer.GlobalMaxPool2D{KeepDims: true}, tensor.Shape{4, 2}, []string{"(4, 2)", "2 axes"}},
		{layer.BatchNormalization{Momentum: 1.5}, image, []string{"momentum 1.5", "1"}},
		{layer.BatchNormalization{Momentum: math.NaN()}, image, []string{"momentum NaN"}},
		{layer.BatchNormalization{Epsilon: math.Inf(1)}, image, []string{"epsilon +Inf", "finite"}},
		{layer.BatchNormalization{Axis: 1}, image, []string{"axis 1", "(4, 6, 3)", "-1 or 3"}},
		{layer.BatchNormalization{}, tensor.Shape{}, []string{"single value"}},
		{layer.Normalization{}, tensor.Shape{}, []string{"single value"}},
		{layer.Normalization{Axis: 1}, image, []string{"axis 1", "(4, 6, 3)", "-1 or 3"}},
		{layer.Normalization{Mean: []float64{1}}, image, []string{"1 means", "0 variances"}},
		{layer.Normalization{Variance: []float64{1}}, image, []string{"0 means", "1 variances"}},
		{layer.Normalization{Mean: make([]float64, 4), Variance: make([]float64, 4)}, image, []string{"4 means", "(4, 6, 3)", "1 or 3"}},
		{layer.Normalization{Mean: []float64{1e39}, Variance: []float64{1}}, image, []string{"mean 0", "1e+39"}},
		{layer.Normalization{Mean: []float64{1, 1, 1}, Variance: []float64{1, 1, -1}}, image, []string{"variance 2", "-1", "from 0"}},
		{layer.SoftmaxLayer{Axis: 1}, image, []string{"axis 1", "(4, 6, 3)", "-1 or 3"}},
		{layer.BatchNormalization{BetaRegularizer: layer.Regularizer{L1: -1}}, image, []string{"beta regularizer", "L1 -1"}},
		{layer.Dense{Units: 2, KernelRegularizer: layer.Regularizer{L2: math.NaN()}}, tensor.Shape{4},
			[]string{"kernel regularizer", "L2 NaN", "finite", "0"}},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2), BiasRegularizer: layer.Regularizer{L1: math.Inf(1)}}, image,
			[]string{"bias regularizer", "L1 +Inf"}},
		{layer.Frozen{Layer: layer.Dense{}}, tensor.Shape{4}, []string{"units 0"}},
		{layer.Dropout{Rate: 1}, image, []string{"rate 1"}},
		{layer.Dropout{Rate: -.5}, image, []string{"rate -0.5"}},
		{layer.Dropout{Rate: math.NaN()}, image, []string{"NaN"}},
		{layer.Flatten{}, tensor.Shape{}, []string{"single value"}},
		{layer.ActivationLayer{Activation: -1}, image, []string{"Activation(-1)"}},
		{layer.ReLULayer{MaxValue: -1}, image, []string{"max value -1"}},
		{layer.ReLULayer{NegativeSlope: -1}, image, []string{"negative slope -1"}},
		{layer.ReLULayer{Threshold: math.Inf(1)}, image, []string{"threshold +Inf"}},
		{layer.LeakyReLULayer{NegativeSlope: math.NaN()}, image, []string{"negative slope NaN"}},
		{layer.ELULayer{Alpha: math.Inf(-1)}, image, []string{"alpha -Inf"}},
		{layer.Rescaling{}, image, []string{"scale 0"}},
		{layer.Rescaling{Scale: 1, Offset: math.NaN()}, image, []string{"offset NaN"}},
		{layer.GaussianNoise{Stddev: -1}, image, []string{"standard deviation -1"}},
		{layer.SpatialDropout2D{Rate: 1}, image, []string{"rate 1"}},
		{layer.SpatialDropout2D{Rate: .5}, tensor.Shape{4}, []string{"(4)", "1 axes", "(height, width, channels)"}},
		{layer.ZeroPadding2D{Top: -1}, image, []string{"-1, 0, 0 and 0"}},
		{layer.ZeroPadding2D{Left: math.MaxInt}, image, []string{"9223372036854775807", "32767"}},
		{layer.ZeroPadding2D{}, tensor.Shape{4}, []string{"(4)", "1 axes"}},
		{layer.Reshape{}, image, []string{"[]", "72", "(4, 6, 3)"}},
		{layer.Reshape{Target: []int{-1, -1}}, image, []string{"[-1 -1]", "axis 1", "-1"}},
		{layer.Reshape{Target: []int{0, 5}}, image, []string{"[0 5]", "axis 0", "0"}},
		{layer.Reshape{Target: []int{5, -1}}, image, []string{"[5 -1]", "72"}},
		{layer.Reshape{Target: []int{24, 2}}, image, []string{"[24 2]", "72"}},
		{layer.Reshape{Target: []int{math.MaxInt, math.MaxInt}}, image, []string{"9223372036854775807", "more than"}},
	} {
		t.Run(fmt.Sprintf("%s %v", c.layer.Kind(), c.input), func(t *testing.T) {
			_, err := c.layer.OutputShape(c.input)
			wording.Check(t, err, c.facts...)
		})
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		named fmt.Stringer
		want  string
	}{
		{layer.Linear, "linear"}, {layer.Sigmoid, "sigmoid"}, {layer.Tanh, "tanh"}, {layer.ReLU, "relu"},
		{layer.Softmax, "softmax"},
		{layer.ELU, "elu"}, {layer.SELU, "selu"}, {layer.GELU, "gelu"}, {layer.SiLU, "silu"}, {layer.Softplus, "softplus"},
		{layer.Softsign, "softsign"}, {layer.Exponential, "exponential"}, {layer.HardSigmoid, "hard_sigmoid"},
		{layer.LeakyReLU, "leaky_relu"}, {layer.ReLU6, "relu6"},
		{layer.Activation(99), "Activation(99)"}, {layer.Valid, "valid"}, {layer.Same, "same"},
		{layer.Padding(2), "Padding(2)"},
		{layer.Size{Height: 2, Width: 3}, "2x3"}, {layer.Square(4), "4x4"},
	} {
		if got := c.named.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
		if a, ok := c.named.(layer.Activation); ok {
			if b, ok := layer.ParseActivation(c.want); ok != (a <= layer.ReLU6) || ok && b != a {
				t.Errorf("%s is read as %v (%t)", c.want, b, ok)
			}
		}
	}
}
