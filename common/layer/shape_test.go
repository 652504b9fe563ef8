package layer_test

import (
	"math"
	"strings"
	"testing"

	"gorgonia.org/tensor"

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
		{layer.Dense{Units: 1000, Activation: layer.ReLU}, "Dense", tensor.Shape{3136}, tensor.Shape{1000}, []tensor.Shape{{3136, 1000}, {1000}}, 3137000},
		{layer.Dense{Units: 10, Activation: layer.Softmax}, "Dense", tensor.Shape{1000}, tensor.Shape{10}, []tensor.Shape{{1000, 10}, {10}}, 10010},

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
		{layer.Flatten{}, "Flatten", tensor.Shape{5}, tensor.Shape{5}, nil, 0},
		{layer.Dropout{}, "Dropout", tensor.Shape{5}, tensor.Shape{5}, nil, 0},
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

func TestWhatDoesNotFit(t *testing.T) {
	image := tensor.Shape{4, 6, 3}
	for _, c := range []struct {
		layer layer.Layer
		input tensor.Shape
		want  string
	}{
		{layer.Dense{}, tensor.Shape{4}, "units 0, want at least 1"},
		{layer.Dense{Units: -3}, tensor.Shape{4}, "units -3, want at least 1"},
		{layer.Dense{Units: 2}, image, "input (4, 6, 3) has 3 axes, want 1: put a Flatten before it"},
		{layer.Dense{Units: 2}, tensor.Shape{}, "input () has 0 axes"},
		{layer.Dense{Units: 2, Activation: 9}, tensor.Shape{4}, "unknown activation Activation(9)"},
		{layer.Dense{Units: 2}, tensor.Shape{0}, "kernel (0, 2): axis 0 has size 0, want at least 1"},
		{layer.Dense{Units: math.MaxInt}, tensor.Shape{4}, "kernel (4, 9223372036854775807): more than 2147483647 values"},
		{layer.Dense{Units: 1 << 16}, tensor.Shape{1 << 16}, "more than 2147483647 values"},
		{layer.Conv2D{Kernel: layer.Square(3)}, image, "filters 0, want at least 1"},
		{layer.Conv2D{Filters: 2}, image, "kernel of 0x0: sizes must be at least 1"},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(5)}, image, "kernel 5x5 does not fit an input of 4x6"},
		{layer.Conv2D{Filters: 2, Kernel: layer.Size{Height: 2, Width: -1}}, image, "kernel of 2x-1"},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2), Stride: layer.Size{Width: 2}}, image, "stride of 0x2"},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2)}, tensor.Shape{24}, "input (24) has 1 axes, want 3: (height, width, channels)"},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2), Padding: 7}, image, "unknown padding Padding(7)"},
		{layer.Conv2D{Filters: 2, Kernel: layer.Square(2), Activation: -1}, image, "unknown activation Activation(-1)"},
		{layer.Conv2D{Filters: math.MaxInt32, Kernel: layer.Square(2)}, image, "kernel (2, 2, 3, 2147483647): more than 2147483647 values"},
		{layer.MaxPool2D{}, tensor.Shape{1, 6, 3}, "kernel 2x2 does not fit an input of 1x6"},
		{layer.MaxPool2D{Pool: layer.Square(-2)}, image, "kernel of -2x-2"},
		{layer.MaxPool2D{Padding: -1}, image, "unknown padding Padding(-1)"},
		{layer.MaxPool2D{}, tensor.Shape{4, 6}, "input (4, 6) has 2 axes"},
		{layer.Dropout{Rate: 1}, image, "rate 1, want 0 <= rate < 1"},
		{layer.Dropout{Rate: -.5}, image, "rate -0.5"},
		{layer.Dropout{Rate: math.NaN()}, image, "rate NaN"},
		{layer.Flatten{}, tensor.Shape{}, "input is a single value"},
	} {
		if _, err := c.layer.OutputShape(c.input); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %+v on %v: error %v, want %q", c.layer.Kind(), c.layer, c.input, err, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		layer.Linear.String(): "linear", layer.Sigmoid.String(): "sigmoid", layer.Tanh.String(): "tanh",
		layer.ReLU.String(): "relu", layer.Softmax.String(): "softmax", layer.Activation(5).String(): "Activation(5)",
		layer.Valid.String(): "valid", layer.Same.String(): "same", layer.Padding(2).String(): "Padding(2)",
		layer.Size{Height: 2, Width: 3}.String(): "2x3", layer.Square(4).String(): "4x4",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
