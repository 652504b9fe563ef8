package main

import (
	"errors"
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
)

// evaluationRows is the batch size of the graph that validates.
const evaluationRows = 100

// builder adds a net to the graph of x and returns its weights and logits. If weights is nil, it makes new ones. In
// training, it adds dropout.
type builder func(x *G.Node, weights G.Nodes, training bool) (G.Nodes, *G.Node)

// weightsOf returns new weights of these shapes, or nodes that share the memory of the given weights.
func weightsOf(g *G.ExprGraph, weights G.Nodes, shapes ...tensor.Shape) G.Nodes {
	var list G.Nodes
	for i, shape := range shapes {
		value := G.WithInit(G.GlorotU(1))
		if weights != nil {
			value = G.WithValue(weights[i].Value())
		}
		list = append(list, G.NewTensor(g, G.Float32, len(shape), G.WithShape(shape...), G.WithName(fmt.Sprint("w", i)),
			value))
	}
	return list
}

func perceptron(x *G.Node, weights G.Nodes, _ bool) (G.Nodes, *G.Node) {
	w := weightsOf(x.Graph(), weights, tensor.Shape{784, 1000}, tensor.Shape{1, 1000},
		tensor.Shape{1000, 10}, tensor.Shape{1, 10})
	return w, hidden(x, w)
}

// hidden adds a dense layer with ReLU and one without, from four weights.
func hidden(x *G.Node, w G.Nodes) *G.Node {
	flat := G.Must(G.Reshape(x, tensor.Shape{x.Shape()[0], w[0].Shape()[0]}))
	return dense(G.Must(G.Rectify(dense(flat, w[0], w[1]))), w[2], w[3])
}

func dense(x, w, b *G.Node) *G.Node {
	return G.Must(G.BroadcastAdd(G.Must(G.Mul(x, w)), b, nil, []byte{0}))
}

// convolutional builds the lecture's net as far as stock Gorgonia can. Its padding is symmetric, so the 2x2 convolution
// has an output of 15x15 pixels where Keras' "same" has 14x14; the 2x2 pool after it gives 7x7 in both. Convolutions
// have no bias, as in Gorgonia's example.
func convolutional(x *G.Node, weights G.Nodes, training bool) (G.Nodes, *G.Node) {
	w := weightsOf(x.Graph(), weights, tensor.Shape{32, 1, 5, 5}, tensor.Shape{64, 32, 2, 2},
		tensor.Shape{3136, 1000}, tensor.Shape{1, 1000}, tensor.Shape{1000, 10}, tensor.Shape{1, 10})
	for i, kernel := range []int{5, 2} {
		same, one := []int{kernel / 2, kernel / 2}, []int{1, 1}
		x = G.Must(G.Conv2d(x, w[i], tensor.Shape{kernel, kernel}, same, one, one))
		x = G.Must(G.MaxPool2D(G.Must(G.Rectify(x)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	}
	if training {
		x = G.Must(G.Dropout(x, 0.25))
	}
	return w, hidden(x, w[2:])
}

// images is the input of a graph with the memory of its value.
type images struct {
	x       *G.Node
	pixels  *tensor.Dense
	classes []float32
	rows    []int
}

func newImages(rows int) images {
	return images{
		x:       G.NewTensor(G.NewGraph(), G.Float32, 4, G.WithShape(rows, 1, 28, 28), G.WithName("x")),
		pixels:  tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(rows, 1, 28, 28)),
		classes: make([]float32, rows), rows: make([]int, rows),
	}
}

// load copies rows of data, from row first on.
func (m images) load(data dataset.Set, first int) error {
	for i := range m.rows {
		m.rows[i] = first + i
	}
	data.Batch32(m.rows, m.pixels.Float32s(), m.classes)
	return G.Let(m.x, m.pixels)
}

// trainer is a net with its two graphs: one trains a batch, the other predicts.
type trainer struct {
	batch       int
	train, test images

	targets    *tensor.Dense
	y, cost    *G.Node
	learnables G.Nodes
	untrained  [][]float32 // values of learnables
	machine    G.VM
	solver     G.Solver
	loss       float32 // of the newest step

	logits      *G.Node
	testMachine G.VM
}

// newTrainer panics if Gorgonia cannot build the net.
func newTrainer(build builder, batch int) *trainer {
	t := &trainer{batch: batch, train: newImages(batch), test: newImages(evaluationRows),
		solver:  newSolver(),
		targets: tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(batch, 10))}
	g := t.train.x.Graph()
	t.y = G.NewMatrix(g, G.Float32, G.WithShape(batch, 10), G.WithName("y"))
	var logits *G.Node
	t.learnables, logits = build(t.train.x, nil, true)
	// -mean over the rows of Σ y*log softmax(logits)
	logs := G.Must(G.HadamardProd(G.Must(G.LogSoftMax(logits)), t.y))
	t.cost = G.Must(G.Neg(G.Must(G.Mean(G.Must(G.Sum(logs, 1))))))
	if _, err := G.Grad(t.cost, t.learnables...); err != nil {
		panic(err)
	}
	t.machine = G.NewTapeMachine(g, G.BindDualValues(t.learnables...))
	for _, w := range t.learnables {
		t.untrained = append(t.untrained, slices.Clone(w.Value().(*tensor.Dense).Float32s()))
	}
	_, t.logits = build(t.test.x, t.learnables, false)
	t.testMachine = G.NewTapeMachine(t.test.x.Graph())
	return t
}

// restart resets the net to its initial weights, with a new solver.
func (t *trainer) restart() {
	for i, w := range t.learnables {
		copy(w.Value().(*tensor.Dense).Float32s(), t.untrained[i])
	}
	t.solver = newSolver()
}

func newSolver() G.Solver { return G.NewAdamSolver(G.WithLearnRate(0.001)) }

// epoch trains on the complete batches of data.
func (t *trainer) epoch(data dataset.Set) error {
	for first := 0; first+t.batch <= data.Len(); first += t.batch {
		if err := t.step(data, first); err != nil {
			return err
		}
	}
	return nil
}

// step trains on the batch from row first on and keeps its loss.
func (t *trainer) step(data dataset.Set, first int) error {
	if err := t.train.load(data, first); err != nil {
		return err
	}
	oneHot := t.targets.Float32s()
	clear(oneHot)
	for row, class := range t.train.classes {
		oneHot[row*10+int(class)] = 1
	}
	err := errors.Join(G.Let(t.y, t.targets), t.machine.RunAll(), t.solver.Step(G.NodesToValueGrads(t.learnables)))
	if err != nil {
		return err
	}
	t.loss = t.cost.Value().Data().(float32)
	t.machine.Reset()
	return nil
}

// right counts the rows whose class has the largest output. The number of rows must be a multiple of evaluationRows.
func (t *trainer) right(data dataset.Set) (int, error) {
	count := 0
	for first := 0; first < data.Len(); first += evaluationRows {
		if err := errors.Join(t.test.load(data, first), t.testMachine.RunAll()); err != nil {
			return 0, err
		}
		logits := t.logits.Value().(*tensor.Dense).Float32s()
		for row, class := range t.test.classes {
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
