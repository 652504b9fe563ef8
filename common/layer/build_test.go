package layer_test

import (
	"math"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

// leaf is an input node on its own values.
func leaf(g *gorgonia.ExprGraph, name string, shape tensor.Shape, values []float64) *gorgonia.Node {
	return gorgonia.NewTensor(g, tensor.Float64, shape.Dims(), gorgonia.WithName(name), gorgonia.WithShape(shape...),
		gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))))
}

// build adds a layer after rows of given values; kernels are ones, biases as given.
func build(t *testing.T, l layer.Layer, c layer.Context,
	rows int, input tensor.Shape, x []float64, bias float64) *gorgonia.Node {
	t.Helper()
	g := gorgonia.NewGraph()
	if _, err := l.OutputShape(input); err != nil {
		t.Fatal(err)
	}
	var params gorgonia.Nodes
	for _, p := range l.Params(input) {
		values := slices.Repeat([]float64{1}, p.Shape.TotalSize())
		if p.Name == "bias" {
			values = slices.Repeat([]float64{bias}, p.Shape.TotalSize())
		}
		params = append(params, leaf(g, p.Name, p.Shape, values))
	}
	y, err := l.Build(c, leaf(g, "x", append(tensor.Shape{rows}, input...), x), params)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

func run(t *testing.T, y *gorgonia.Node) []float64 {
	t.Helper()
	m, err := vm.New(y.Graph(), gorgonia.Nodes{y})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	return y.Value().Data().([]float64)
}

// A layer's node has the shape that OutputShape said, and each activation is applied once.
func TestDenseActivations(t *testing.T) {
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for a, f := range map[layer.Activation]func(x float64) float64{
		layer.Linear:  func(x float64) float64 { return x },
		layer.Sigmoid: logistic,
		layer.Tanh:    math.Tanh,
		layer.ReLU:    func(x float64) float64 { return max(x, 0) },
		layer.Softmax: func(float64) float64 { return .5 }, // two equal sums
		layer.ELU:     func(x float64) float64 { return max(x, math.Expm1(min(x, 0))) },
		layer.SELU: func(x float64) float64 {
			return 1.0507009873554805 * (max(x, 0) + 1.6732632423543772*math.Expm1(min(x, 0)))
		},
		layer.GELU:        func(x float64) float64 { return x * math.Erfc(-x*float64(float32(math.Sqrt(.5)))) / 2 },
		layer.SiLU:        func(x float64) float64 { return x * logistic(x) },
		layer.Softplus:    func(x float64) float64 { return math.Log1p(math.Exp(x)) },
		layer.Softsign:    func(x float64) float64 { return x / (1 + math.Abs(x)) },
		layer.Exponential: math.Exp,
		layer.HardSigmoid: func(x float64) float64 { return max(0, min(1, x/6+.5)) },
		layer.LeakyReLU:   func(x float64) float64 { return max(x, float64(float32(.2))*x) },
		layer.ReLU6:       func(x float64) float64 { return min(6, max(x, 0)) },
	} {
		// the sums are 1+2+0.5 and -3+1+0.5
		y := build(t, layer.Dense{Units: 2, Activation: a}, layer.Context{}, 2, tensor.Shape{2}, []float64{1, 2, -3, 1}, .5)
		want := []float64{f(3.5), f(3.5), f(-1.5), f(-1.5)}
		for i, got := range run(t, y) {
			if math.Abs(got-want[i]) > 1e-15*max(1, want[i]) {
				t.Errorf("%v: value %d is %v, want %v", a, i, got, want[i])
			}
		}
		// the same as a layer of its own
		x := []float64{3.5, 3.5, -1.5, -1.5}
		y = build(t, layer.ActivationLayer{Activation: a}, layer.Context{}, 2, tensor.Shape{2}, x, 0)
		for i, got := range run(t, y) {
			if math.Abs(got-want[i]) > 1e-15*max(1, want[i]) {
				t.Errorf("a layer of %v: value %d is %v, want %v", a, i, got, want[i])
			}
		}
	}
}

// The zero fields of each layer are Keras' defaults.
func TestDefaults(t *testing.T) {
	x := []float64{-2, -.5, 0, 8}
	for _, c := range []struct {
		layer layer.Layer
		want  []float64
	}{
		{layer.ReLULayer{}, []float64{0, 0, 0, 8}},
		{layer.ReLULayer{MaxValue: 6}, []float64{0, 0, 0, 6}},
		{layer.ReLULayer{Threshold: 1}, []float64{0, 0, 0, 8}},
		{layer.ReLULayer{NegativeSlope: .5, Threshold: 1}, []float64{-1.5, -.75, -.5, 8}},
		{layer.LeakyReLULayer{}, []float64{-.6, -.15, 0, 8}},
		{layer.LeakyReLULayer{NegativeSlope: .5}, []float64{-1, -.25, 0, 8}},
		{layer.ELULayer{}, []float64{math.Expm1(-2), math.Expm1(-.5), 0, 8}},
		{layer.ELULayer{Alpha: 2}, []float64{2 * math.Expm1(-2), 2 * math.Expm1(-.5), 0, 8}},
		{layer.Rescaling{Scale: 2}, []float64{-4, -1, 0, 16}},
		{layer.Rescaling{Scale: 2, Offset: 1}, []float64{-3, 0, 1, 17}},
		{layer.Reshape{Target: []int{2, -1}}, x},
	} {
		if got := run(t, build(t, c.layer, layer.Context{}, 1, tensor.Shape{4}, x, 0)); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.layer, got, c.want)
		}
	}
	frame := run(t, build(t, layer.ZeroPadding2D{}, layer.Context{}, 1, tensor.Shape{1, 1, 1}, []float64{7}, 0))
	if want := []float64{0, 0, 0, 0, 7, 0, 0, 0, 0}; !slices.Equal(frame, want) {
		t.Errorf("a frame of %v, want %v", frame, want)
	}
}

// Images of ones under a kernel of ones count the pixels that each window sees.
func TestConv2DWindows(t *testing.T) {
	ones := func(n int) []float64 { return slices.Repeat([]float64{1}, n) }
	for _, c := range []struct {
		layer  layer.Conv2D
		height int
		width  int
		want   []float64
	}{
		{layer.Conv2D{Kernel: layer.Square(2)}, 3, 3, []float64{4, 4, 4, 4}},
		// the odd pixel of "same" is on the right and at the bottom
		{layer.Conv2D{Kernel: layer.Square(2), Padding: layer.Same}, 2, 3, []float64{4, 4, 2, 2, 2, 1}},
		{layer.Conv2D{Kernel: layer.Square(3), Padding: layer.Same}, 2, 2, []float64{4, 4, 4, 4}},
		{layer.Conv2D{Kernel: layer.Size{Height: 1, Width: 3}, Stride: layer.Size{Height: 2, Width: 1}, Padding: layer.Same},
			3, 3, []float64{2, 3, 2, 2, 3, 2}},
		{layer.Conv2D{Kernel: layer.Size{Height: 2, Width: 1}, Stride: layer.Size{Height: 1, Width: 2}},
			3, 3, []float64{2, 2, 2, 2}},
	} {
		c.layer.Filters, c.layer.NoBias = 1, true
		y := build(t, c.layer, layer.Context{}, 1, tensor.Shape{c.height, c.width, 1}, ones(c.height*c.width), 0)
		if got := run(t, y); !slices.Equal(got, c.want) {
			t.Errorf("%+v on %dx%d: %v, want %v", c.layer, c.height, c.width, got, c.want)
		}
	}
	y := build(t, layer.Conv2D{Filters: 2, Kernel: layer.Square(1), Activation: layer.ReLU}, layer.Context{}, 1,
		tensor.Shape{1, 2, 1}, []float64{1, -1}, -.5)
	if got, want := run(t, y), []float64{.5, .5, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("bias and ReLU: %v, want %v", got, want)
	}
}

func TestPoolingAndFlatten(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, c := range []struct {
		layer layer.Layer
		want  []float64
	}{
		{layer.MaxPool2D{}, []float64{5}},
		{layer.MaxPool2D{Padding: layer.Same}, []float64{5, 6, 8, 9}},
		{layer.MaxPool2D{Stride: layer.Square(1)}, []float64{5, 6, 8, 9}},
		{layer.MaxPool2D{Pool: layer.Size{Height: 1, Width: 3}}, []float64{3, 6, 9}},
		{layer.AveragePool2D{}, []float64{3}},
		{layer.AveragePool2D{Padding: layer.Same}, []float64{3, 4.5, 7.5, 9}}, // places outside do not count
		{layer.AveragePool2D{Pool: layer.Size{Height: 1, Width: 3}, Stride: layer.Square(2)}, []float64{2, 8}},
		{layer.GlobalAveragePool2D{}, []float64{5}},
		{layer.GlobalAveragePool2D{KeepDims: true}, []float64{5}},
		{layer.GlobalMaxPool2D{}, []float64{9}},
		{layer.GlobalMaxPool2D{KeepDims: true}, []float64{9}},
		{layer.Flatten{}, x},
	} {
		y := build(t, c.layer, layer.Context{}, 1, tensor.Shape{3, 3, 1}, x, 0)
		want, err := c.layer.OutputShape(tensor.Shape{3, 3, 1})
		if err != nil {
			t.Fatal(err)
		}
		if !same(y.Shape(), append(tensor.Shape{1}, want...)) {
			t.Errorf("%T: node %v, want one row of %v", c.layer, y.Shape(), want)
		}
		if got := run(t, y); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.layer, got, c.want)
		}
	}
}

// A layer that has nothing to do adds no node.
func TestLayersThatAddNothing(t *testing.T) {
	for _, c := range []struct {
		name    string
		layer   layer.Layer
		context layer.Context
	}{
		{"dropout at prediction", layer.Dropout{Rate: .9}, layer.Context{}},
		{"dropout of nothing", layer.Dropout{}, layer.Context{Training: true}},
		{"flatten of vectors", layer.Flatten{}, layer.Context{}},
		{"linear", layer.ActivationLayer{}, layer.Context{Training: true}},
		{"spatial dropout at prediction", layer.SpatialDropout2D{Rate: .9}, layer.Context{}},
		{"spatial dropout of nothing", layer.SpatialDropout2D{}, layer.Context{Training: true}},
		{"noise at prediction", layer.GaussianNoise{Stddev: 1}, layer.Context{}},
		{"no noise", layer.GaussianNoise{}, layer.Context{Training: true}},
	} {
		x := leaf(gorgonia.NewGraph(), "x", tensor.Shape{2, 3}, make([]float64, 6))
		if y, err := c.layer.Build(c.context, x, nil); err != nil || y != x {
			t.Errorf("%s: node %v (error %v), want the input itself", c.name, y, err)
		}
	}
}

// In training a dropout draws the numbers of its context's mask.
func TestDropoutInTraining(t *testing.T) {
	step := uint64(3)
	context := layer.Context{Training: true, Mask: op.Mask{Seed: 1, Step: &step}}
	x := slices.Repeat([]float64{1}, 40)
	got := run(t, build(t, layer.Dropout{Rate: .75}, context, 2, tensor.Shape{20}, x, 0))

	want, err := op.Dropout(leaf(gorgonia.NewGraph(), "x", tensor.Shape{2, 20}, x), .75, context.Mask)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, run(t, want)) {
		t.Error("the layer drops others than its mask")
	}
	if !slices.Contains(got, 0) || !slices.Contains(got, 4) || slices.Contains(got, 1) {
		t.Errorf("%v, want zeros and fours", got)
	}
}

// So do noise and the dropout of channels.
func TestNoiseInTraining(t *testing.T) {
	step := uint64(3)
	context := layer.Context{Training: true, Mask: op.Mask{Seed: 1, Step: &step}}
	x := slices.Repeat([]float64{1}, 40)
	node := func() *gorgonia.Node { return leaf(gorgonia.NewGraph(), "x", tensor.Shape{2, 1, 2, 10}, x) }
	for _, c := range []struct {
		layer layer.Layer
		want  func() (*gorgonia.Node, error)
	}{
		{layer.SpatialDropout2D{Rate: .75},
			func() (*gorgonia.Node, error) { return op.SpatialDropout2D(node(), .75, context.Mask) }},
		{layer.GaussianNoise{Stddev: .75},
			func() (*gorgonia.Node, error) { return op.GaussianNoise(node(), .75, context.Mask) }},
	} {
		got := run(t, build(t, c.layer, context, 2, tensor.Shape{1, 2, 10}, x, 0))
		want, err := c.want()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, run(t, want)) || slices.Equal(got, x) {
			t.Errorf("%s: %v, want what its mask gives", c.layer.Kind(), got)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	g := gorgonia.NewGraph()
	x := leaf(g, "x", tensor.Shape{1, 2}, make([]float64, 2))
	w, b := leaf(g, "w", tensor.Shape{2, 2}, make([]float64, 4)), leaf(g, "b", tensor.Shape{2}, make([]float64, 2))
	for _, c := range []struct {
		name   string
		layer  layer.Layer
		params gorgonia.Nodes
		facts  []string
	}{
		{"no bias", layer.Dense{Units: 2}, gorgonia.Nodes{w}, []string{"1 parameter", "2"}},
		{"a bias", layer.Dense{Units: 2, NoBias: true}, gorgonia.Nodes{w, b}, []string{"2 parameter", "1"}},
		{"no parameters", layer.Conv2D{Filters: 2, Kernel: layer.Square(1)}, nil, []string{"0 parameter", "2"}},
		{"activation", layer.Dense{Units: 2, Activation: 99}, gorgonia.Nodes{w, b}, []string{"Activation(99)"}},
		{"bias", layer.Dense{Units: 2}, gorgonia.Nodes{w, w}, []string{"Dense", "(2, 2)", "(2)"}},
		{"image", layer.Conv2D{Filters: 2, Kernel: layer.Square(1)}, gorgonia.Nodes{w, b}, []string{"Conv2D", "(1, 2)"}},
		{"pool", layer.MaxPool2D{}, nil, []string{"MaxPool2D", "(1, 2)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.layer.Build(layer.Context{}, x, c.params)
			wording.Check(t, err, c.facts...)
		})
	}
}
