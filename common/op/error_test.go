package op_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

func TestWrongShapes(t *testing.T) {
	window := func(height, width, strideHeight, strideWidth int) op.Window {
		return op.Window{Size: [2]int{height, width}, Stride: [2]int{strideHeight, strideWidth}}
	}
	step := uint64(0)
	mask := op.Mask{Step: &step}
	for _, c := range []struct {
		build  builder
		shapes [][]int
		facts  []string
	}{
		{denseOp(false), [][]int{{3, 4}, {5, 2}}, []string{"Dense", "(3, 4)", "(5, 2)", "(rows, ..., in)", "(in, out)"}},
		{denseOp(false), [][]int{{3, 4, 1}, {4, 2}}, []string{"Dense", "(3, 4, 1)"}},
		{denseOp(false), [][]int{{4}, {4, 2}}, []string{"Dense", "(4)"}},
		{denseOp(false), [][]int{{3, 4}, {4}}, []string{"Dense", "(4)"}},
		{denseOp(true), [][]int{{3, 4}, {4, 2}, {3}}, []string{"Dense", "(3)", "(2)"}},
		{denseOp(true), [][]int{{3, 4}, {4, 2}, {1, 2}}, []string{"Dense", "(1, 2)", "(2)"}},
		{denseOp(false), [][]int{{}, {4, 2}}, []string{"Dense", "()"}},
		{same3x3, [][]int{{2, 5, 5, 3}, {3, 3, 4, 6}},
			[]string{"Conv2D", "(2, 5, 5, 3)", "(3, 3, 4, 6)", "(rows, height, width, in)", "(height, width, in, filters)"}},
		{same3x3, [][]int{{2, 5, 5}, {3, 3, 5, 6}}, []string{"Conv2D", "(2, 5, 5)"}},
		{same3x3, [][]int{{2, 5, 5, 3}, {3, 3, 3, 6}, {3}}, []string{"Conv2D", "(3)", "(6)"}},
		{convOp([2]int{1, 1}, false, false), [][]int{{2, 4, 5, 3}, {5, 3, 3, 6}}, []string{"Conv2D", "5x3", "4x5"}},
		{convOp([2]int{1, 0}, true, false), [][]int{{2, 4, 5, 3}, {2, 2, 3, 6}}, []string{"Conv2D", "1x0"}},
		{poolOp(window(2, 2, 2, 2)), [][]int{{2, 4, 4}},
			[]string{"MaxPool2D", "(2, 4, 4)", "(rows, height, width, channels)"}},
		{poolOp(window(2, 5, 1, 1)), [][]int{{2, 4, 4, 1}}, []string{"MaxPool2D", "2x5", "4x4"}},
		{poolOp(window(0, 2, 1, 1)), [][]int{{2, 4, 4, 1}}, []string{"MaxPool2D", "0x2"}},
		{poolOp(window(2, 2, -1, 1)), [][]int{{2, 4, 4, 1}}, []string{"MaxPool2D", "-1x1"}},
		{averageOp(window(2, 2, 2, 2)), [][]int{{2, 4, 4}}, []string{"AveragePool2D", "(2, 4, 4)", "(rows, height, width, channels)"}},
		{averageOp(window(2, 5, 1, 1)), [][]int{{2, 4, 4, 1}}, []string{"AveragePool2D", "2x5", "4x4"}},
		{globalOp(op.GlobalAveragePool2D, false), [][]int{{2, 4}}, []string{"GlobalAveragePool2D", "(2, 4)", "(rows, height, width, channels)"}},
		{globalOp(op.GlobalMaxPool2D, true), [][]int{{2, 4, 4}}, []string{"GlobalMaxPool2D", "(2, 4, 4)"}},
		{normOp(true, false, false), [][]int{{4}, {4}, {4}}, []string{"BatchNormalization", "(4)", "(rows, ...)"}},
		{normOp(true, true, false), [][]int{{2, 4}, {3}, {4}, {4}}, []string{"BatchNormalization", "gamma (3)", "(4)"}},
		{normOp(false, false, true), [][]int{{2, 4}, {1, 4}, {4}, {4}}, []string{"Normalization", "beta (1, 4)", "(4)"}},
		{normOp(false, false, false), [][]int{{2, 4}, {4}, {5}}, []string{"Normalization", "variance (5)", "(4)"}},
		{standardOp(false), [][]int{{4}, {4}, {4}}, []string{"Standardization", "(4)", "(rows, ...)"}},
		{standardOp(false), [][]int{{2, 4}, {3}, {3}}, []string{"Standardization", "3 means", "(2, 4)", "1 or 4"}},
		{standardOp(false), [][]int{{2, 4}, {4}, {1}}, []string{"Standardization", "mean (4)", "variance (1)"}},
		{standardOp(false), [][]int{{2, 4}, {2, 2}, {2, 2}}, []string{"Standardization", "mean (2, 2)"}},
		{standardByOp([]float64{1}, nil), [][]int{{2, 4}}, []string{"Standardization", "1 means", "0 variances"}},
		{standardByOp([]float64{1, 2}, []float64{1, 2}), [][]int{{2, 4}}, []string{"Standardization", "2 means", "1 or 4"}},
		{penaltyOp(1, 1), [][]int{{2}, {2, 4}}, []string{"Penalty", "loss (2)", "scalar"}},
		{one(op.Sigmoid), [][]int{{}}, []string{"Sigmoid", "scalar"}},
		{one(op.Tanh), [][]int{{}}, []string{"Tanh", "scalar"}},
		{one(op.ReLU), [][]int{{}}, []string{"ReLU", "scalar"}},
		{one(op.Softmax), [][]int{{}}, []string{"Softmax", "scalar"}},
		{one(op.Flatten), [][]int{{4}}, []string{"Flatten", "(4)", "(rows, ...)"}},
		{dropoutOp(1, mask), [][]int{{2, 3}}, []string{"Dropout", "rate 1"}},
		{dropoutOp(-.1, mask), [][]int{{2, 3}}, []string{"Dropout", "-0.1"}},
		{dropoutOp(math.NaN(), mask), [][]int{{2, 3}}, []string{"Dropout", "NaN"}},
		{dropoutOp(.5, op.Mask{}), [][]int{{2, 3}}, []string{"Dropout", "step"}},
		{dropoutOp(.5, mask), [][]int{{3}}, []string{"Dropout", "(3)", "(rows, ...)"}},
		{dropoutOp(.5, op.Mask{Step: &step, Row: -1}), [][]int{{2, 3}}, []string{"Dropout", "-1"}},
		{spatialOp(1, mask), [][]int{{2, 3, 3, 1}}, []string{"SpatialDropout2D", "rate 1"}},
		{spatialOp(.5, mask), [][]int{{2, 3}}, []string{"SpatialDropout2D", "(2, 3)", "(rows, height, width, channels)"}},
		{spatialOp(.5, op.Mask{}), [][]int{{2, 3, 3, 1}}, []string{"SpatialDropout2D", "step"}},
		{noiseOp(-1, mask), [][]int{{2, 3}}, []string{"GaussianNoise", "-1"}},
		{noiseOp(math.Inf(1), mask), [][]int{{2, 3}}, []string{"GaussianNoise", "Inf"}},
		{noiseOp(.5, op.Mask{}), [][]int{{2, 3}}, []string{"GaussianNoise", "step"}},
		{noiseOp(.5, mask), [][]int{{3}}, []string{"GaussianNoise", "(3)"}},
		{one(activate(kernel.GELU)), [][]int{{}}, []string{"GELU", "scalar"}},
		{reshapeOp(3, 2), [][]int{{2, 5}}, []string{"Reshape", "(2, 5)", "(3, 2)"}},
		{reshapeOp(), [][]int{{2, 1}}, []string{"Reshape", "()"}},
		{reshapeOp(4), [][]int{{4}}, []string{"Reshape", "(4)"}},
		{paddingOp([4]int{1, 1, 1, 1}), [][]int{{2, 5}}, []string{"ZeroPadding2D", "(2, 5)"}},
		{paddingOp([4]int{1, 1, -2, 1}), [][]int{{2, 5, 5, 1}}, []string{"ZeroPadding2D", "-2"}},
		{two(op.MeanSquaredError), [][]int{{3, 1}, {4}}, []string{"MeanSquaredError", "(4)", "(3, 1)"}},
		{two(op.MeanSquaredError), [][]int{{}, {}}, []string{"MeanSquaredError", "scalar", "(rows"}},
		{two(op.BinaryCrossentropy), [][]int{{3, 1}, {1, 3}}, []string{"BinaryCrossentropy", "(1, 3)", "(3, 1)"}},
		{two(op.BinaryCrossentropyLogits), [][]int{{3, 1}, {3, 2}}, []string{"BinaryCrossentropyLogits", "(3, 2)"}},
		{two(op.CategoricalCrossentropy), [][]int{{3, 4}, {3}}, []string{"CategoricalCrossentropy", "(3)", "(3, 4)"}},
		{two(op.CategoricalCrossentropyLogits), [][]int{{3, 4}, {4, 3}}, []string{"CategoricalCrossentropyLogits", "(4, 3)"}},
		{two(op.CategoricalCrossentropyLogits), [][]int{{}, {}}, []string{"Crossentropy", "scalar", "(rows"}},
		{two(op.SparseCategoricalCrossentropy), [][]int{{3, 4}, {3, 4}},
			[]string{"SparseCategoricalCrossentropy", "(3, 4)", "(3)"}},
		{two(op.SparseCategoricalCrossentropyLogits), [][]int{{3, 4}, {4}},
			[]string{"SparseCategoricalCrossentropyLogits", "(4)", "(3)"}},
		{two(op.SparseCategoricalCrossentropyLogits), [][]int{{}, {}}, []string{"Crossentropy", "scalar", "(rows"}},
	} {
		t.Run(fmt.Sprint(c.facts[0], c.shapes), func(t *testing.T) {
			g := gorgonia.NewGraph()
			var in gorgonia.Nodes
			for i, shape := range c.shapes {
				in = append(in, leaf(g, string(rune('a'+i)), tensor.Float64, random(rand.New(rand.NewPCG(1, 14)), shape...)))
			}
			_, err := c.build(in...)
			wording.Check(t, err, c.facts...)
		})
	}
}

func TestWrongDtypes(t *testing.T) {
	g := gorgonia.NewGraph()
	whole := gorgonia.NewTensor(g, tensor.Int, 2, gorgonia.WithName("whole"), gorgonia.WithShape(3, 4))
	_, err := op.Softmax(whole)
	wording.Check(t, err, "Softmax", "int", "float32", "float64")
	_, err = op.MeanSquaredError(whole, whole)
	wording.Check(t, err, "MeanSquaredError", "int")

	rng := rand.New(rand.NewPCG(2, 14))
	x, w := leaf(g, "x", tensor.Float64, random(rng, 3, 4)), leaf(g, "w", tensor.Float32, random(rng, 4, 2))
	_, err = op.Dense(x, w, nil, false)
	wording.Check(t, err, "float32", "float64")
	_, err = op.Dense(x, leaf(gorgonia.NewGraph(), "w", tensor.Float64, random(rng, 4, 2)), nil, false)
	wording.Check(t, err, "same graph")
}

// A gradient cannot be differentiated again: neither alone nor as a term of a sum, where it could vanish unnoticed.
func TestSecondDerivatives(t *testing.T) {
	for _, sum := range []bool{false, true} {
		t.Run(fmt.Sprint("in a sum: ", sum), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 14))
			g := gorgonia.NewGraph()
			x, w := leaf(g, "x", tensor.Float64, random(rng, 3, 4)), leaf(g, "w", tensor.Float64, random(rng, 4, 2))
			target := leaf(g, "t", tensor.Float64, random(rng, 3, 2))
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
			wording.Check(t, err, "Dense.dw", "second derivatives")
		})
	}
}

// A loss has no gradient in its targets.
func TestGradientOfTargets(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 14))
	g := gorgonia.NewGraph()
	pred := leaf(g, "pred", tensor.Float64, random(rng, 3, 4))
	target := leaf(g, "target", tensor.Float64, random(rng, 3, 4))
	_, err := gorgonia.Grad(must(op.MeanSquaredError(pred, target)), target)
	wording.Check(t, err, "Non Differentiable")
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
	for _, c := range []struct {
		name string
		x    tensor.Tensor
	}{
		{"transposed", transposed},
		{"columns", columns},
		{"column-major", tensor.New(tensor.WithShape(4, 3), tensor.AsFortran(append([]float64{}, all...)))},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := gorgonia.NewGraph()
			n := gorgonia.NewTensor(g, tensor.Float64, 2, gorgonia.WithName("x"), gorgonia.WithShape(4, 3))
			// as another operation outputs it
			for _, y := range []*gorgonia.Node{must(op.Sigmoid(n)), must(op.Flatten(n))} {
				_, err := y.Op().Do(c.x)
				wording.Check(t, err, "input 0", "12 of float64", "row-major")
			}
		})
	}
}

// Rows of a larger tensor are row-major: a batch needs no copy.
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

// A stock transpose moves its values: its output is row-major.
func TestAfterAStockTranspose(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 14))
	checkGradients(t, func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		return op.Dense(must(gorgonia.Transpose(in[0])), in[1], nil, false)
	}, 0, random(rng, 4, 3), random(rng, 4, 2))
}

// An operation also checks its inputs at the run.
func TestWrongValues(t *testing.T) {
	g := gorgonia.NewGraph()
	y := must(op.Sigmoid(leaf(g, "x", tensor.Float64, array{[]int{2, 3}, make([]float64, 6)})))
	good := tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float64))
	for _, c := range []struct {
		name   string
		values []gorgonia.Value
		facts  []string
	}{
		{"two", []gorgonia.Value{good, good}, []string{"Sigmoid", "want 1", "2"}},
		{"another shape", []gorgonia.Value{tensor.New(tensor.WithShape(4), tensor.Of(tensor.Float64))},
			[]string{"input 0", "4 values"}},
		{"another dtype", []gorgonia.Value{tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float32))},
			[]string{"input 0", "float32"}},
		{"none", []gorgonia.Value{nil}, []string{"Sigmoid", "dense tensor"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := y.Op().Do(c.values...)
			wording.Check(t, err, c.facts...)
		})
	}
	if _, err := y.Op().Do(good); err != nil {
		t.Error(err)
	}
}
