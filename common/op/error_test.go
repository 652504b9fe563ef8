package op_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// wantError fails unless err has the text.
func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("error %v, want %q", err, text)
	}
}

func TestWrongShapes(t *testing.T) {
	window := func(height, width, strideHeight, strideWidth int) op.Window {
		return op.Window{Size: [2]int{height, width}, Stride: [2]int{strideHeight, strideWidth}}
	}
	step := uint64(0)
	mask := op.Mask{Step: &step}
	for _, c := range []struct {
		build  builder
		shapes [][]int
		want   string
	}{
		{denseOp(false), [][]int{{3, 4}, {5, 2}}, "Dense: x (3, 4) does not fit w (5, 2), want (rows, in) and (in, out)"},
		{denseOp(false), [][]int{{3, 4, 1}, {4, 2}}, "Dense: x (3, 4, 1) does not fit"},
		{denseOp(false), [][]int{{3, 4}, {4}}, "does not fit w (4)"},
		{denseOp(true), [][]int{{3, 4}, {4, 2}, {3}}, "Dense: bias (3), want (2)"},
		{denseOp(true), [][]int{{3, 4}, {4, 2}, {1, 2}}, "Dense: bias (1, 2), want (2)"},
		{denseOp(false), [][]int{{}, {4, 2}}, "Dense: x () does not fit"},
		{same3x3, [][]int{{2, 5, 5, 3}, {3, 3, 4, 6}}, "Conv2D: x (2, 5, 5, 3) does not fit w (3, 3, 4, 6), want (rows, height, width, in) and (height, width, in, filters)"},
		{same3x3, [][]int{{2, 5, 5}, {3, 3, 5, 6}}, "Conv2D: x (2, 5, 5) does not fit"},
		{same3x3, [][]int{{2, 5, 5, 3}, {3, 3, 3, 6}, {3}}, "Conv2D: bias (3), want (6)"},
		{convOp([2]int{1, 1}, false, false), [][]int{{2, 4, 5, 3}, {5, 3, 3, 6}}, "Conv2D: kernel 5x3 does not fit an input of 4x5"},
		{convOp([2]int{1, 0}, true, false), [][]int{{2, 4, 5, 3}, {2, 2, 3, 6}}, "Conv2D: stride of 1x0"},
		{poolOp(window(2, 2, 2, 2)), [][]int{{2, 4, 4}}, "MaxPool2D: x (2, 4, 4), want (rows, height, width, channels)"},
		{poolOp(window(2, 5, 1, 1)), [][]int{{2, 4, 4, 1}}, "MaxPool2D: kernel 2x5 does not fit an input of 4x4"},
		{poolOp(window(0, 2, 1, 1)), [][]int{{2, 4, 4, 1}}, "MaxPool2D: kernel of 0x2"},
		{poolOp(window(2, 2, -1, 1)), [][]int{{2, 4, 4, 1}}, "MaxPool2D: stride of -1x1"},
		{one(op.Sigmoid), [][]int{{}}, "Sigmoid: x is a scalar, want a tensor"},
		{one(op.Tanh), [][]int{{}}, "Tanh: x is a scalar"},
		{one(op.ReLU), [][]int{{}}, "ReLU: x is a scalar"},
		{one(op.Softmax), [][]int{{}}, "Softmax: x is a scalar"},
		{one(op.Flatten), [][]int{{4}}, "Flatten: x (4), want (rows, ...) with at least two axes"},
		{dropoutOp(1, mask), [][]int{{2, 3}}, "Dropout: rate 1, want 0 <= rate < 1"},
		{dropoutOp(-.1, mask), [][]int{{2, 3}}, "Dropout: rate -0.1"},
		{dropoutOp(math.NaN(), mask), [][]int{{2, 3}}, "Dropout: rate NaN"},
		{dropoutOp(.5, op.Mask{}), [][]int{{2, 3}}, "Dropout: no step counter"},
		{dropoutOp(.5, mask), [][]int{{3}}, "Dropout: x (3), want (rows, ...)"},
		{two(op.MeanSquaredError), [][]int{{3, 1}, {4}}, "MeanSquaredError: targets (4), want the shape of the output (3, 1)"},
		{two(op.MeanSquaredError), [][]int{{}, {}}, "MeanSquaredError: targets ()"},
		{two(op.BinaryCrossentropy), [][]int{{3, 1}, {1, 3}}, "BinaryCrossentropy: targets (1, 3), want the shape of the output (3, 1)"},
		{two(op.BinaryCrossentropyLogits), [][]int{{3, 1}, {3, 2}}, "BinaryCrossentropyLogits: targets (3, 2)"},
		{two(op.CategoricalCrossentropy), [][]int{{3, 4}, {3}}, "CategoricalCrossentropy: targets (3), want the shape of the output (3, 4)"},
		{two(op.CategoricalCrossentropyLogits), [][]int{{3, 4}, {4, 3}}, "CategoricalCrossentropyLogits: targets (4, 3)"},
		{two(op.CategoricalCrossentropyLogits), [][]int{{}, {}}, "output is a scalar, want (rows, classes)"},
		{two(op.SparseCategoricalCrossentropy), [][]int{{3, 4}, {3, 4}}, "SparseCategoricalCrossentropy: class numbers (3, 4), want (3) for outputs (3, 4)"},
		{two(op.SparseCategoricalCrossentropyLogits), [][]int{{3, 4}, {4}}, "SparseCategoricalCrossentropyLogits: class numbers (4), want (3)"},
		{two(op.SparseCategoricalCrossentropyLogits), [][]int{{}, {}}, "output is a scalar, want (rows, classes)"},
	} {
		t.Run(c.want, func(t *testing.T) {
			g := gorgonia.NewGraph()
			var in gorgonia.Nodes
			for i, shape := range c.shapes {
				in = append(in, leaf(g, string(rune('a'+i)), tensor.Float64, random(rand.New(rand.NewPCG(1, 14)), shape...)))
			}
			_, err := c.build(in...)
			wantError(t, err, c.want)
		})
	}
}

func TestWrongDtypes(t *testing.T) {
	g := gorgonia.NewGraph()
	whole := gorgonia.NewTensor(g, tensor.Int, 2, gorgonia.WithName("whole"), gorgonia.WithShape(3, 4))
	_, err := op.Softmax(whole)
	wantError(t, err, "Softmax: dtype int, want float32 or float64")
	_, err = op.MeanSquaredError(whole, whole)
	wantError(t, err, "MeanSquaredError: dtype int")

	rng := rand.New(rand.NewPCG(2, 14))
	x, w := leaf(g, "x", tensor.Float64, random(rng, 3, 4)), leaf(g, "w", tensor.Float32, random(rng, 4, 2))
	_, err = op.Dense(x, w, nil, false)
	wantError(t, err, "float32 ~ float64")
	_, err = op.Dense(x, leaf(gorgonia.NewGraph(), "w", tensor.Float64, random(rng, 4, 2)), nil, false)
	wantError(t, err, "same graph")
}

// A gradient cannot be differentiated once more: not alone, and not as a term of a sum, where
// leaving it out would go unnoticed.
func TestSecondDerivatives(t *testing.T) {
	for name, sum := range map[string]bool{"alone": false, "in a sum": true} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 14))
			g := gorgonia.NewGraph()
			x, w, target := leaf(g, "x", tensor.Float64, random(rng, 3, 4)), leaf(g, "w", tensor.Float64, random(rng, 4, 2)), leaf(g, "t", tensor.Float64, random(rng, 3, 2))
			cost := must(op.MeanSquaredError(must(op.Dense(x, w, nil, true)), target))
			grads, err := gorgonia.Grad(cost, w)
			if err != nil {
				t.Fatal(err)
			}
			penalty := must(gorgonia.Sum(must(gorgonia.Square(grads[0]))))
			if sum {
				penalty = must(gorgonia.Add(cost, penalty))
			}
			_, err = gorgonia.Grad(penalty, w)
			wantError(t, err, "Dense.dw is a gradient: second derivatives are not supported")
		})
	}
}

// A loss has no gradient in its targets.
func TestGradientOfTargets(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 14))
	g := gorgonia.NewGraph()
	pred, target := leaf(g, "pred", tensor.Float64, random(rng, 3, 4)), leaf(g, "target", tensor.Float64, random(rng, 3, 4))
	_, err := gorgonia.Grad(must(op.MeanSquaredError(pred, target)), target)
	wantError(t, err, "Non Differentiable")
}

// Tensors whose memory is not row-major are refused, never read in the wrong order.
func TestMemoryThatIsNotRowMajor(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 14))
	all := random(rng, 4, 3).data
	transposed := tensor.New(tensor.WithShape(3, 4), tensor.WithBacking(append([]float64{}, all...)))
	if err := transposed.T(); err != nil {
		t.Fatal(err)
	}
	wide := tensor.New(tensor.WithShape(4, 5), tensor.WithBacking(random(rng, 4, 5).data))
	columns, err := wide.Slice(nil, gorgonia.S(1, 4))
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]tensor.Tensor{
		"transposed":   transposed,
		"columns":      columns,
		"column-major": tensor.New(tensor.WithShape(4, 3), tensor.AsFortran(append([]float64{}, all...))),
	} {
		t.Run(name, func(t *testing.T) {
			g := gorgonia.NewGraph()
			n := gorgonia.NewTensor(g, tensor.Float64, 2, gorgonia.WithName("x"), gorgonia.WithShape(4, 3))
			// as another operation would hand it over
			for kind, y := range map[string]*gorgonia.Node{"Sigmoid": must(op.Sigmoid(n)), "Flatten": must(op.Flatten(n))} {
				_, err := y.Op().Do(x)
				wantError(t, err, kind+": input 0 has")
				wantError(t, err, "want 12 of float64, row-major")
			}
		})
	}
}

// Rows of a larger tensor are row-major: no copy is needed for a batch.
func TestRowsOfALargerTensor(t *testing.T) {
	data := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	rows, err := tensor.New(tensor.WithShape(4, 2), tensor.WithBacking(data)).Slice(gorgonia.S(1, 3))
	if err != nil {
		t.Fatal(err)
	}
	g := gorgonia.NewGraph()
	x := gorgonia.NewTensor(g, tensor.Float64, 2, gorgonia.WithName("x"), gorgonia.WithShape(2, 2))
	y, err := must(op.ReLU(x)).Op().Do(rows)
	if err != nil {
		t.Fatal(err)
	}
	if got := floats(t, y); got[0] != 3 || got[3] != 6 {
		t.Errorf("rows 1 and 2 are %v, want 3 to 6", got)
	}
}

// A stock transpose moves its values: what it gives is row-major.
func TestBehindAStockTranspose(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 14))
	checkGradients(t, func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		return op.Dense(must(gorgonia.Transpose(in[0])), in[1], nil, false)
	}, 0, random(rng, 4, 3), random(rng, 4, 2))
}

// What an operation is handed at the run is checked too.
func TestWrongValues(t *testing.T) {
	g := gorgonia.NewGraph()
	y := must(op.Sigmoid(leaf(g, "x", tensor.Float64, array{[]int{2, 3}, make([]float64, 6)})))
	good := tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float64))
	for text, values := range map[string][]gorgonia.Value{
		"Sigmoid: 1 inputs, not 2":        {good, good},
		"input 0 has 4 values of float64": {tensor.New(tensor.WithShape(4), tensor.Of(tensor.Float64))},
		"input 0 has 6 values of float32": {tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float32))},
		"want a dense tensor or a scalar": {nil},
	} {
		_, err := y.Op().Do(values...)
		wantError(t, err, text)
	}
	if _, err := y.Op().Do(good); err != nil {
		t.Error(err)
	}
}
