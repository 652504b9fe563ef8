package loss_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

// all are the losses of the package, in their order.
func all() []loss.Loss {
	var list []loss.Loss
	for l := loss.MeanSquaredError; !strings.HasPrefix(l.String(), "loss("); l++ { // as a number without a loss
		list = append(list, l)
	}
	return list
}

func TestNamesAndTargets(t *testing.T) {
	rows := []struct {
		name                 string
		oneColumn, tenImages tensor.Shape // targets for outputs (8, 1) and (10, 4, 4, 3)
	}{
		{"mse", tensor.Shape{8, 1}, tensor.Shape{10, 4, 4, 3}},
		{"binary_crossentropy", tensor.Shape{8, 1}, tensor.Shape{10, 4, 4, 3}},
		{"categorical_crossentropy", tensor.Shape{8, 1}, tensor.Shape{10, 4, 4, 3}},
		{"sparse_categorical_crossentropy", tensor.Shape{8}, tensor.Shape{10, 4, 4}},
	}
	if len(rows) != len(all()) {
		t.Fatalf("%d rows for the losses %v, want one for each", len(rows), all())
	}
	for i, want := range rows {
		l := all()[i]
		if l.String() != want.name {
			t.Errorf("name %q, want Keras' %q", l, want.name)
		}
		output := tensor.Shape{8, 1}
		target := l.Target(output)
		if fmt.Sprint(target) != fmt.Sprint(want.oneColumn) {
			t.Errorf("%s: targets %v for outputs (8, 1), want %v", l, target, want.oneColumn)
		}
		if got := l.Target(tensor.Shape{10, 4, 4, 3}); fmt.Sprint(got) != fmt.Sprint(want.tenImages) {
			t.Errorf("%s: targets %v for outputs (10, 4, 4, 3), want %v", l, got, want.tenImages)
		}
		target[0] = 99
		if output[0] != 8 {
			t.Errorf("%s: the targets' shape shares the output's memory", l)
		}
		if got := l.Target(tensor.Shape{}); len(got) != 0 {
			t.Errorf("%s: targets %v for a scalar", l, got)
		}
	}
}

func leaf(g *gorgonia.ExprGraph, name string, dtype tensor.Dtype, shape tensor.Shape, data []float64) *gorgonia.Node {
	var backing any = append([]float64{}, data...)
	if dtype == tensor.Float32 {
		backing = golden.Convert[float32](data)
	}
	return gorgonia.NewTensor(g, dtype, shape.Dims(), gorgonia.WithName(name), gorgonia.WithShape(shape...),
		gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing))))
}

// evaluate gives the loss after an activation, and its gradient in the activation's input.
func evaluate(t *testing.T, l loss.Loss, activation func(*gorgonia.Node) (*gorgonia.Node, error), dtype tensor.Dtype,
	shape tensor.Shape, x, target []float64) (value float64, grad []float64) {
	t.Helper()
	g := gorgonia.NewGraph()
	in := leaf(g, "x", dtype, shape, x)
	pred := in
	if activation != nil {
		pred = gorgonia.Must(activation(in))
	}
	cost, err := l.Build(pred, leaf(g, "target", dtype, l.Target(pred.Shape()), target))
	if err != nil {
		t.Fatal(err)
	}
	grads, err := gorgonia.Grad(cost, in)
	if err != nil {
		t.Fatal(err)
	}
	machine, err := vm.New(g, gorgonia.Nodes{cost, grads[0]})
	if err != nil {
		t.Fatal(err)
	}
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	if dtype == tensor.Float32 {
		return float64(*cost.Value().(*gorgonia.F32)), golden.Convert[float64](grads[0].Value().(*tensor.Dense).Float32s())
	}
	return float64(*cost.Value().(*gorgonia.F64)), grads[0].Value().(*tensor.Dense).Float64s()
}

var dtypes = map[tensor.Dtype]float64{tensor.Float32: 1e-6, tensor.Float64: 1e-14}

// After a sigmoid or a softmax the loss of a certain and wrong answer is the size of its logit, with a gradient of 1.
// The clipped form would give 16.1 and 0.
func TestLogitsArePreferred(t *testing.T) {
	for dtype, tolerance := range dtypes {
		for _, x := range []float64{3, 40, 1000} {
			t.Run(fmt.Sprintf("%v,%v", dtype, x), func(t *testing.T) {
				// two rows, each wrong: -log(1-sigmoid(x)), twice
				sigmoid := 1 / (1 + math.Exp(-x))
				value, grad := evaluate(t, loss.BinaryCrossentropy, op.Sigmoid, dtype,
					tensor.Shape{2, 1}, []float64{x, -x}, []float64{0, 1})
				golden.Near(t, "binary", []float64{value}, []float64{x + math.Log1p(math.Exp(-x))}, tolerance)
				golden.Near(t, "d binary", grad, []float64{sigmoid / 2, -sigmoid / 2}, tolerance)

				// two classes x apart, and a third far below both
				share := 1 / (1 + math.Exp(-x))
				row, want := []float64{x, 0, -2000}, x+math.Log1p(math.Exp(-x))
				value, grad = evaluate(t, loss.CategoricalCrossentropy, op.Softmax, dtype,
					tensor.Shape{1, 3}, row, []float64{0, 1, 0})
				golden.Near(t, "categorical", []float64{value}, []float64{want}, tolerance)
				golden.Near(t, "d categorical", grad, []float64{share, -share, 0}, tolerance)
				value, grad = evaluate(t, loss.SparseCategoricalCrossentropy, op.Softmax, dtype,
					tensor.Shape{1, 3}, row, []float64{1})
				golden.Near(t, "sparse", []float64{value}, []float64{want}, tolerance)
				golden.Near(t, "d sparse", grad, []float64{share, -share, 0}, tolerance)
			})
		}
	}
}

// Like Keras, a loss uses its own form of the logits after either activation (the train_pair goldens of package model).
func TestLogitsOfTheOtherActivation(t *testing.T) {
	row := []float64{1000, 0}
	value, grad := evaluate(t, loss.BinaryCrossentropy, op.Softmax, tensor.Float64,
		tensor.Shape{1, 2}, row, []float64{0, 1})
	golden.Near(t, "binary after a softmax", []float64{value}, []float64{(1000 + math.Ln2) / 2}, 1e-14)
	golden.Near(t, "its gradient", grad, []float64{0.5, -0.25}, 1e-14)
	for _, l := range []loss.Loss{loss.CategoricalCrossentropy, loss.SparseCategoricalCrossentropy} {
		target := []float64{0, 1}
		if l == loss.SparseCategoricalCrossentropy {
			target = target[1:]
		}
		value, grad = evaluate(t, l, op.Sigmoid, tensor.Float64, tensor.Shape{1, 2}, row, target)
		golden.Near(t, l.String()+" after a sigmoid", []float64{value}, []float64{1000}, 1e-14)
		golden.Near(t, "its gradient", grad, []float64{1, -1}, 1e-14)
	}
}

// The same probabilities from another node are clipped, as in Keras.
func TestOtherOutputsAreClipped(t *testing.T) {
	const clip = 1e-7
	for _, c := range []struct {
		name       string
		loss       loss.Loss
		activation func(*gorgonia.Node) (*gorgonia.Node, error)
		shape      tensor.Shape
		x, target  []float64
		want       float64
	}{
		{"no activation", loss.BinaryCrossentropy, nil, tensor.Shape{1, 1}, []float64{1}, []float64{0}, -math.Log(clip)},
		{"after a ReLU", loss.BinaryCrossentropy, op.ReLU, tensor.Shape{1, 1}, []float64{1}, []float64{0}, -math.Log(clip)},
		{"categorical", loss.CategoricalCrossentropy, nil,
			tensor.Shape{1, 2}, []float64{1, 0}, []float64{0, 1}, -math.Log(clip)},
		{"sparse", loss.SparseCategoricalCrossentropy, nil,
			tensor.Shape{1, 2}, []float64{1, 0}, []float64{1}, -math.Log(clip)},
	} {
		t.Run(c.name, func(t *testing.T) {
			value, grad := evaluate(t, c.loss, c.activation, tensor.Float64, c.shape, c.x, c.target)
			golden.Near(t, "loss", []float64{value}, []float64{c.want}, 1e-8)
			golden.Near(t, "gradient", grad, make([]float64, len(grad)), 0)
		})
	}
}

func TestMeanSquaredError(t *testing.T) {
	for dtype, tolerance := range dtypes {
		value, grad := evaluate(t, loss.MeanSquaredError, nil, dtype,
			tensor.Shape{2, 2}, []float64{1, 2, 3, 4}, []float64{1, 0, 0, 5})
		golden.Near(t, "loss", []float64{value}, []float64{14. / 4}, tolerance)
		golden.Near(t, "gradient", grad, []float64{0, 1, 1.5, -.5}, tolerance)
	}
}

// A graph that has lost a node still leads from the softmax to its logits.
func TestLogitsInAGraphThatLostANode(t *testing.T) {
	g := gorgonia.NewGraph()
	p := leaf(g, "p", tensor.Float64, tensor.Shape{2}, []float64{.25, .5})
	spare := gorgonia.Must(gorgonia.Tanh(p))
	x := leaf(g, "x", tensor.Float64, tensor.Shape{1, 2}, []float64{1000, 0})
	y := gorgonia.Must(op.Softmax(x))
	gorgonia.Must(op.Tanh(y))
	if g.From(y.ID()).Len() != 1 { // the graph keeps where it found y
		t.Fatal("a softmax has one input")
	}
	g.RemoveNode(spare) // it stood before y, which the graph now finds one too far
	if logits, ok := op.Logits(y); !ok || logits != x {
		t.Errorf("the input of the softmax is %v, want x", logits)
	}
	if logits, ok := op.Logits(x); ok {
		t.Errorf("an input is taken for the output of %v", logits)
	}
}

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

func TestNoLoss(t *testing.T) {
	zero := loss.MeanSquaredError
	zero--
	for _, c := range []struct {
		l    loss.Loss
		name string
	}{{zero, "loss(0)"}, {zero + 100, "loss(100)"}} {
		l, name := c.l, c.name
		if l.String() != name {
			t.Errorf("name %q, want %q", l, name)
		}
		pred := leaf(gorgonia.NewGraph(), "x", tensor.Float64, tensor.Shape{1, 1}, []float64{1})
		_, err := l.Build(pred, pred)
		wording.Check(t, err, name)
	}
}

// Each form of each loss reports targets that do not fit.
func TestTargetsThatDoNotFit(t *testing.T) {
	for _, activation := range []func(*gorgonia.Node) (*gorgonia.Node, error){nil, op.Sigmoid, op.Softmax} {
		for _, l := range all() {
			g := gorgonia.NewGraph()
			pred := leaf(g, "x", tensor.Float64, tensor.Shape{2, 3}, make([]float64, 6))
			if activation != nil {
				pred = gorgonia.Must(activation(pred))
			}
			target := leaf(g, "target", tensor.Float64, tensor.Shape{3, 3}, make([]float64, 9))
			_, err := l.Build(pred, target)
			wording.Check(t, err, "(3, 3)", "(2")
		}
	}
}

// The loss of logits is that of the activation's outputs, with the same gradients, whether the activation is in the net
// or not. A weight multiplies both.
func TestOptions(t *testing.T) {
	three, one := []float64{1.5, -2, 0.25, 40, 0, -1000}, []float64{3, -0.5, 0}
	for _, c := range []struct {
		loss       loss.Loss
		activation func(*gorgonia.Node) (*gorgonia.Node, error)
		shape      tensor.Shape
		x, target  []float64
	}{
		{loss.BinaryCrossentropy, op.Sigmoid, tensor.Shape{3, 1}, one, []float64{0, 1, 1}},
		{loss.CategoricalCrossentropy, op.Softmax, tensor.Shape{2, 3}, three, []float64{0, 1, 0, 1, 0, 0}},
		{loss.SparseCategoricalCrossentropy, op.Softmax, tensor.Shape{2, 3}, three, []float64{1, 0}},
	} {
		t.Run(c.loss.String(), func(t *testing.T) {
			value, grad := evaluate(t, c.loss, c.activation, tensor.Float64, c.shape, c.x, c.target)
			logits := loss.Options{Loss: c.loss, FromLogits: true}
			for name, activation := range map[string]func(*gorgonia.Node) (*gorgonia.Node, error){"linear": nil, "activated": c.activation} {
				got, d := evaluate(t, logits, activation, tensor.Float64, c.shape, c.x, c.target)
				golden.Near(t, name, []float64{got}, []float64{value}, 0)
				golden.Near(t, name+", gradient", d, grad, 0)
			}
			for i := range grad {
				grad[i] *= -0.75
			}
			logits.Weight = -0.75
			got, d := evaluate(t, logits, nil, tensor.Float64, c.shape, c.x, c.target)
			golden.Near(t, "weight", []float64{got}, []float64{-0.75 * value}, 1e-15)
			golden.Near(t, "weight, gradient", d, grad, 1e-15)
			if got := loss.Base(loss.Options{Loss: logits}); got != c.loss {
				t.Errorf("the loss is %v, want %v", got, c.loss)
			}
			if want := c.loss.String() + " from logits times -0.75"; logits.String() != want {
				t.Errorf("it is called %q, want %q", logits, want)
			}
		})
	}
	pred := leaf(gorgonia.NewGraph(), "x", tensor.Float64, tensor.Shape{1, 1}, []float64{1})
	_, err := loss.Options{Loss: loss.MeanSquaredError, FromLogits: true}.Build(pred, pred)
	wording.Check(t, err, "mse", "logits", "cross-entropy")
}
