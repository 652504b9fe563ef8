package main

import (
	"errors"
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
)

// evaluationRows is the rows of the graph that validates.
const evaluationRows = 100

// weight is the i-th weight of a net: a new one, or one on the memory of the given weights.
func weight(g *G.ExprGraph, weights G.Nodes, i int, shape ...int) *G.Node {
	name := fmt.Sprint("w", i)
	if weights != nil {
		return G.NewTensor(g, G.Float32, len(shape), G.WithShape(shape...), G.WithName(name),
			G.WithValue(weights[i].Value()))
	}
	return G.NewTensor(g, G.Float32, len(shape), G.WithShape(shape...), G.WithName(name),
		G.WithInit(G.GlorotU(1)))
}

func dense(x, w, b *G.Node) (*G.Node, error) {
	product, err := G.Mul(x, w)
	if err != nil {
		return nil, err
	}
	return G.BroadcastAdd(product, b, nil, []byte{0})
}

func perceptron(g *G.ExprGraph, x *G.Node, weights G.Nodes, _ bool) (G.Nodes, *G.Node, error) {
	w := G.Nodes{weight(g, weights, 0, 784, 1000), weight(g, weights, 1, 1, 1000),
		weight(g, weights, 2, 1000, 10), weight(g, weights, 3, 1, 10)}
	rows := x.Shape()[0]
	flat, err := G.Reshape(x, tensor.Shape{rows, 784})
	if err != nil {
		return nil, nil, err
	}
	logits, err := hidden(flat, w)
	return w, logits, err
}

// hidden is a dense layer with ReLU and one without, on four weights.
func hidden(x *G.Node, w G.Nodes) (*G.Node, error) {
	h, err := dense(x, w[0], w[1])
	if err != nil {
		return nil, err
	}
	if h, err = G.Rectify(h); err != nil {
		return nil, err
	}
	return dense(h, w[2], w[3])
}

// convolutional is the lecture's net as far as stock Gorgonia has it. Its padding is symmetric, so
// the convolution of 2x2 makes 15x15 pixels of 14x14, where Keras' "same" makes 14x14; the pool of
// 2x2 leaves 7x7 of both. Biases of convolutions are left out, as in Gorgonia's example.
func convolutional(g *G.ExprGraph, x *G.Node, weights G.Nodes, training bool) (G.Nodes, *G.Node, error) {
	w := G.Nodes{weight(g, weights, 0, 32, 1, 5, 5), weight(g, weights, 1, 64, 32, 2, 2),
		weight(g, weights, 2, 3136, 1000), weight(g, weights, 3, 1, 1000),
		weight(g, weights, 4, 1000, 10), weight(g, weights, 5, 1, 10)}
	var err error
	for i, kernel := range []int{5, 2} {
		if x, err = convolve(x, w[i], kernel); err != nil {
			return nil, nil, err
		}
	}
	if training {
		if x, err = G.Dropout(x, 0.25); err != nil {
			return nil, nil, err
		}
	}
	rows := x.Shape()[0]
	if x, err = G.Reshape(x, tensor.Shape{rows, 3136}); err != nil {
		return nil, nil, err
	}
	logits, err := hidden(x, w[2:])
	return w, logits, err
}

// convolve is convolution, ReLU and pooling by 2x2.
func convolve(x, w *G.Node, kernel int) (*G.Node, error) {
	y, err := G.Conv2d(x, w, tensor.Shape{kernel, kernel}, []int{kernel / 2, kernel / 2}, []int{1, 1}, []int{1, 1})
	if err != nil {
		return nil, err
	}
	if y, err = G.Rectify(y); err != nil {
		return nil, err
	}
	return G.MaxPool2D(y, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2})
}

// trainer is a net with its two graphs: one trains a batch, the other predicts.
type trainer struct {
	batch                int
	x, y, cost           *G.Node
	learnables           G.Nodes
	machine              G.VM
	solver               G.Solver
	testX, logits        *G.Node
	testMachine          G.VM
	inputs, targets      *tensor.Dense
	testInputs           *tensor.Dense
	rows                 []int
	classes, testClasses []float32
}

func newTrainer(build builder, batch int) (*trainer, error) {
	t := &trainer{batch: batch, classes: make([]float32, batch), testClasses: make([]float32, evaluationRows)}
	image := func(rows int) *tensor.Dense {
		return tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(rows, 1, 28, 28))
	}
	t.inputs, t.testInputs = image(batch), image(evaluationRows)
	t.targets = tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(batch, 10))

	g := G.NewGraph()
	t.x = G.NewTensor(g, G.Float32, 4, G.WithShape(batch, 1, 28, 28), G.WithName("x"))
	t.y = G.NewMatrix(g, G.Float32, G.WithShape(batch, 10), G.WithName("y"))
	var logits *G.Node
	var err error
	if t.learnables, logits, err = build(g, t.x, nil, true); err != nil {
		return nil, err
	}
	if t.cost, err = crossEntropy(logits, t.y); err != nil {
		return nil, err
	}
	if _, err := G.Grad(t.cost, t.learnables...); err != nil {
		return nil, err
	}
	t.machine = G.NewTapeMachine(g, G.BindDualValues(t.learnables...))
	t.solver = G.NewAdamSolver(G.WithLearnRate(0.001))

	g = G.NewGraph()
	t.testX = G.NewTensor(g, G.Float32, 4, G.WithShape(evaluationRows, 1, 28, 28), G.WithName("x"))
	if _, t.logits, err = build(g, t.testX, t.learnables, false); err != nil {
		return nil, err
	}
	t.testMachine = G.NewTapeMachine(g)
	return t, nil
}

// crossEntropy is -mean over the rows of Σ y*log softmax(logits).
func crossEntropy(logits, y *G.Node) (*G.Node, error) {
	logs, err := G.LogSoftMax(logits)
	if err != nil {
		return nil, err
	}
	products, err := G.HadamardProd(logs, y)
	if err != nil {
		return nil, err
	}
	rows, err := G.Sum(products, 1)
	if err != nil {
		return nil, err
	}
	mean, err := G.Mean(rows)
	if err != nil {
		return nil, err
	}
	return G.Neg(mean)
}

// load copies rows of data from first on and returns how many there are.
func (t *trainer) load(data dataset.Set, first int, inputs *tensor.Dense, classes []float32) {
	t.rows = t.rows[:0]
	for i := range classes {
		t.rows = append(t.rows, first+i)
	}
	data.Batch32(t.rows, inputs.Float32s(), classes)
}

// step trains on the batch that begins at row first and returns its loss.
func (t *trainer) step(data dataset.Set, first int) (float32, error) {
	t.load(data, first, t.inputs, t.classes)
	oneHot := t.targets.Float32s()
	clear(oneHot)
	for row, class := range t.classes {
		oneHot[row*10+int(class)] = 1
	}
	err := errors.Join(G.Let(t.x, t.inputs), G.Let(t.y, t.targets), t.machine.RunAll(),
		t.solver.Step(G.NodesToValueGrads(t.learnables)))
	if err != nil {
		return 0, err
	}
	loss, ok := t.cost.Value().Data().(float32)
	t.machine.Reset()
	if !ok {
		return 0, fmt.Errorf("the loss is a %T, want a float32", t.cost.Value().Data())
	}
	return loss, nil
}

// right counts the rows whose class has the largest output; the number of rows is a multiple of
// evaluationRows.
func (t *trainer) right(data dataset.Set) (int, error) {
	count := 0
	for first := 0; first < data.Len(); first += evaluationRows {
		t.load(data, first, t.testInputs, t.testClasses)
		if err := errors.Join(G.Let(t.testX, t.testInputs), t.testMachine.RunAll()); err != nil {
			return 0, err
		}
		logits := t.logits.Value().(*tensor.Dense).Float32s()
		for row, class := range t.testClasses {
			best := 0
			for c, logit := range logits[row*10 : row*10+10] {
				if logit > logits[row*10+best] {
					best = c
				}
			}
			if best == int(class) {
				count++
			}
		}
		t.testMachine.Reset()
	}
	return count, nil
}

func (t *trainer) close() error { return errors.Join(t.machine.Close(), t.testMachine.Close()) }
