package op_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/op"
)

// checkAgainstStock compares the output and all gradients of our operation with those of the same thing made of
// Gorgonia's own, all of which pass central differences themselves.
func checkAgainstStock(t *testing.T, ours, stock builder, fixed int, inputs ...array) {
	t.Helper()
	got := newTrial(t, ours, tensor.Float64, fixed, inputs...)
	want := newTrial(t, stock, tensor.Float64, fixed, inputs...)
	got.run(t)
	want.run(t)
	if !got.y.Shape().Eq(want.y.Shape()) {
		t.Fatalf("output %v, want %v", got.y.Shape(), want.y.Shape())
	}
	golden.Near(t, "y", values(t, got.y), values(t, want.y), 1e-12)
	for i := range want.grads {
		golden.Near(t, "gradient of input "+got.in[i].Name(), values(t, got.grads[i]), values(t, want.grads[i]), 1e-12)
	}
}

// must lets stock expressions nest; a panic fails the test.
func must(n *gorgonia.Node, err error) *gorgonia.Node { return gorgonia.Must(n, err) }

func TestDenseAgainstStock(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 7))
		// more than one row, column and output: Gorgonia computes products of vectors differently
		rows, in, out := size(rng, 2, 9), size(rng, 2, 9), size(rng, 2, 9)
		x, w, b := random(rng, rows, in), random(rng, in, out), random(rng, out)
		for _, relu := range []bool{false, true} {
			stock := func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
				y := must(gorgonia.Mul(in[0], in[1]))
				if len(in) > 2 {
					y = must(gorgonia.BroadcastAdd(y, in[2], nil, []byte{0}))
				}
				if relu {
					return gorgonia.Rectify(y)
				}
				return y, nil
			}
			checkAgainstStock(t, denseOp(relu), stock, 0, x, w, b)
			checkAgainstStock(t, denseOp(relu), stock, 0, x, w)
		}
	}
}

func TestActivationsAgainstStock(t *testing.T) {
	for _, c := range []struct {
		name        string
		ours, stock func(*gorgonia.Node) (*gorgonia.Node, error)
	}{
		{"Sigmoid", op.Sigmoid, gorgonia.Sigmoid},
		{"Tanh", op.Tanh, gorgonia.Tanh},
		{"ReLU", op.ReLU, gorgonia.Rectify},
		{"Softmax", op.Softmax, func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.SoftMax(x) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(6) {
				rng := rand.New(rand.NewPCG(seed, 8))
				// at least two columns: stock SoftMax of one column has a wrong gradient
				checkAgainstStock(t, one(c.ours), one(c.stock), 0, random(rng, size(rng, 2, 9), size(rng, 2, 9)))
			}
		})
	}
}

// Stock convolutions have images (rows, channels, height, width), kernels (filters, channels,
// height, width), and the same padding on both sides, as "same" has for odd kernels at stride 1.
func TestConv2DAgainstStock(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 9))
		strides, kernel := [2]int{size(rng, 1, 3), size(rng, 1, 3)}, [2]int{size(rng, 1, 4), size(rng, 1, 4)}
		same, relu := seed&1 != 0, seed&2 != 0
		pad := []int{0, 0}
		if same {
			strides, kernel = [2]int{1, 1}, [2]int{2*size(rng, 0, 2) + 1, 2*size(rng, 0, 2) + 1}
			pad = []int{kernel[0] / 2, kernel[1] / 2}
		}
		channels, filters := size(rng, 1, 4), size(rng, 2, 4)
		inputs := []array{random(rng, size(rng, 1, 3), size(rng, 6, 9), size(rng, 6, 9), channels),
			random(rng, kernel[0], kernel[1], channels, filters), random(rng, filters)}
		stock := func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
			x, w := must(gorgonia.Transpose(in[0], 0, 3, 1, 2)), must(gorgonia.Transpose(in[1], 3, 2, 0, 1))
			y := must(gorgonia.Conv2d(x, w, kernel[:], pad, strides[:], []int{1, 1}))
			if len(in) > 2 {
				b := must(gorgonia.Reshape(in[2], tensor.Shape{1, filters, 1, 1}))
				y = must(gorgonia.BroadcastAdd(y, b, nil, []byte{0, 2, 3}))
			}
			if relu {
				y = must(gorgonia.Rectify(y))
			}
			return gorgonia.Transpose(y, 0, 2, 3, 1)
		}
		name := fmt.Sprintf("x%v,w%v,strides%v,same=%v,relu=%v", inputs[0].shape, inputs[1].shape, strides, same, relu)
		t.Run(name, func(t *testing.T) {
			checkAgainstStock(t, convOp(strides, same, relu), stock, 0, inputs...)
			checkAgainstStock(t, convOp(strides, same, relu), stock, 0, inputs[:2]...)
		})
	}
}

func TestMaxPool2DAgainstStock(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 10))
		w := op.Window{Size: [2]int{size(rng, 1, 4), size(rng, 1, 4)}, Stride: [2]int{size(rng, 1, 3), size(rng, 1, 3)}}
		x := apart(rng, size(rng, 1, 3), size(rng, 4, 9), size(rng, 4, 9), size(rng, 1, 4))
		stock := func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
			y := must(gorgonia.MaxPool2D(must(gorgonia.Transpose(in[0], 0, 3, 1, 2)), w.Size[:], []int{0, 0}, w.Stride[:]))
			return gorgonia.Transpose(y, 0, 2, 3, 1)
		}
		t.Run(fmt.Sprintf("x%v,%v", x.shape, w), func(t *testing.T) { checkAgainstStock(t, poolOp(w), stock, 0, x) })
	}
}

func TestLossesAgainstStock(t *testing.T) {
	squared := func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.Mean(must(gorgonia.Square(must(gorgonia.Sub(in[0], in[1])))))
	}
	xent := func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.Mean(must(gorgonia.BinaryXent(in[0], in[1])))
	}
	// log(1+e^x) - t·x; a stock Log(1-Sigmoid(x)) removes the sigmoid's node from the graph
	xentOfSigmoid := func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.Mean(must(gorgonia.Sub(must(gorgonia.Softplus(in[0])), must(gorgonia.HadamardProd(in[1], in[0])))))
	}
	// -sum(t·log softmax(x))/rows: the mean over all values times the number of classes
	categorical := func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		classes := gorgonia.NewConstant(-float64(in[0].Shape()[1]))
		terms := must(gorgonia.HadamardProd(in[1], must(gorgonia.LogSoftMax(in[0]))))
		return gorgonia.Mul(must(gorgonia.Mean(terms)), classes)
	}
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 11))
		rows, cols := size(rng, 2, 7), size(rng, 2, 7)
		logits, targets := between(rng, -4, 4, rows, cols), between(rng, 0, 1, rows, cols)
		checkAgainstStock(t, two(op.MeanSquaredError), squared, 1, logits, targets)
		checkAgainstStock(t, two(op.BinaryCrossentropy), xent, 1, between(rng, .05, .95, rows, cols), targets)
		checkAgainstStock(t, two(op.BinaryCrossentropyLogits), xentOfSigmoid, 1, logits, targets)

		labels := classes(rng, rows, cols)
		oneHot := hot(labels, cols)
		onLabels := func(f lossFunc) builder { // as the stock form, from one-hot targets
			return func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
				return f(in[0], leaf(in[0].Graph(), "labels", tensor.Float64, labels))
			}
		}
		checkAgainstStock(t, two(op.CategoricalCrossentropyLogits), categorical, 1, logits, oneHot)
		checkAgainstStock(t, two(ofSoftmax(op.CategoricalCrossentropy)), categorical, 1, logits, oneHot)
		checkAgainstStock(t, onLabels(op.SparseCategoricalCrossentropyLogits), categorical, 1, logits, oneHot)
		checkAgainstStock(t, onLabels(ofSoftmax(op.SparseCategoricalCrossentropy)), categorical, 1, logits, oneHot)
	}
}

func ofSoftmax(f lossFunc) lossFunc {
	return func(logits, target *gorgonia.Node) (*gorgonia.Node, error) {
		return f(must(op.Softmax(logits)), target)
	}
}
