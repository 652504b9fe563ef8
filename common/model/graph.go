package model

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

// Mode is what a graph is for.
type Mode int

const (
	Train     Mode = iota + 1 // loss, gradients, dropout on
	Test                      // loss, dropout off
	Forward                   // the output alone
	allLayers                 // the output of each layer
)

// Graph is the net as a Gorgonia graph for one mode and one number of rows.
type Graph struct {
	Expr   *gorgonia.ExprGraph
	Input  *gorgonia.Node // (rows, input...)
	Target *gorgonia.Node // nil in mode Forward
	Output *gorgonia.Node
	Layers gorgonia.Nodes // the output of each layer; the last one is Output
	Loss   *gorgonia.Node // scalar; nil in mode Forward
	Params gorgonia.Nodes // in the order of Net.Params
	Grads  gorgonia.Nodes // of the loss, in the order of Net.Trainable; nil unless in mode Train

	key   graphKey
	bytes int // of its nodes, about

	inputs32, targets32 []float32 // the numbers of Input and Target; nil in the other dtype
	inputs64, targets64 []float64

	machine gorgonia.VM
	own     *vm.Machine          // machine if it is one, else nil
	trained []gorgonia.ValueGrad // the trainable Params with Grads
	updates []update             // to make after a step
	ready   func(param int)      // called for each gradient of a shard as soon as the machine reports it; may be nil
	reduce  func(sums []float64) // adds the sums of the other shards; nil unless a Fit on several ranks runs
}

// update is a weight with its value after a step: a moving statistic.
type update struct {
	param *Param
	node  *gorgonia.Node
}

type graphKey struct {
	mode Mode
	Shard
	inRows bool // gradients that can be are computed while the solver uses them
}

// MachineFunc makes the machine that runs a graph and computes the wanted outputs. It is called while the weights are
// locked: it must not read them through the net.
type MachineFunc func(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error)

// OwnMachine runs graphs on package vm's machine: the default.
func OwnMachine(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
	return vm.New(g, outputs)
}

// TapeMachine runs graphs on Gorgonia's tape machine, which gives the same bits more slowly.
func TapeMachine(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
	return gorgonia.NewTapeMachine(g.ExactSubgraphRoots(outputs...)), nil
}

// Graph builds a new graph of the net on its parameters, to draw it or to run it with any machine. The
// net must be compiled.
func (n *Net) Graph(mode Mode, rows int) (*Graph, error) {
	if !n.compiled {
		return nil, errNotCompiled
	}
	if mode < Train || mode > Forward {
		return nil, fmt.Errorf("unknown mode %d", int(mode))
	}
	if rows < 1 {
		return nil, fmt.Errorf("a graph for %d rows, want at least 1", rows)
	}
	return n.build(graphKey{mode: mode, Shard: whole(rows)})
}

// Gorgonia's graph building has global counters and constants: one at a time.
var building sync.Mutex

// build makes the graph while nothing else runs on its parameters: Gorgonia's tape machine, when it is made, writes
// its engine into their tensors.
func (n *Net) build(key graphKey) (*Graph, error) {
	n.weights.Lock()
	defer n.weights.Unlock()
	return n.buildLocked(key)
}

// buildLocked makes the graph, and a machine that runs it. Gorgonia reports some mistakes by a panic, which is returned
// as an error that names the layer.
func (n *Net) buildLocked(key graphKey) (g *Graph, err error) {
	building.Lock()
	defer building.Unlock()
	at := -1
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
		if err != nil {
			g = nil
			if at >= 0 {
				err = n.layerError(at, err)
			}
		}
	}()

	g = &Graph{Expr: gorgonia.NewGraph(), key: key, bytes: n.graphBytes(key)}
	rows := key.Rows
	inputs := newTensor(n.config.Dtype, withRows(rows, n.input))
	g.Input = variable(g.Expr, "input", inputs)
	g.inputs32, g.inputs64 = numbers(inputs)
	context := layer.Context{
		Training: key.mode == Train,
		Mask:     op.Mask{Step: &n.step, Row: key.First},
	}
	if key.Rows != key.All {
		context.Batch = op.Batch{Rows: key.All, Reduce: func(sums []float64) {
			if g.reduce != nil {
				g.reduce(sums)
			}
		}}
	}
	x := g.Input
	var trainable gorgonia.Nodes
	for i, l := range n.layers {
		at = i
		context.Mask.Seed = l.seed
		var params gorgonia.Nodes
		for _, p := range l.Params {
			node := variable(g.Expr, p.Name, p.Value)
			params = append(params, node)
			if p.Trainable {
				trainable = append(trainable, node)
			}
		}
		context.Update = func(param, value *gorgonia.Node) {
			g.updates = append(g.updates, update{l.Params[slices.Index(params, param)], value})
			if !n.layers[i].batchStatistics { // Compile builds the first graph: others only read
				n.layers[i].batchStatistics = true
			}
		}
		if x, err = l.Build(context, x, params); err != nil {
			return nil, err
		}
		if want := withRows(rows, l.Output); !x.Shape().Eq(want) {
			return nil, fmt.Errorf("built an output of %v, want %v", x.Shape(), want)
		}
		g.Params, g.Layers = append(g.Params, params...), append(g.Layers, x)
	}
	at = -1
	g.Output = x
	outputs := gorgonia.Nodes{g.Output}
	if key.mode == allLayers {
		outputs = slices.Clone(g.Layers)
	}
	if key.mode < Forward {
		target := n.config.Loss.Target(g.Output.Shape())
		if len(target) == 0 || target[0] != rows {
			return nil, fmt.Errorf("loss: %v wants targets of %v for outputs of %v, want (%d, ...)",
				n.config.Loss, target, g.Output.Shape(), rows)
		}
		targets := newTensor(n.config.Dtype, target)
		g.Target = variable(g.Expr, "target", targets)
		g.targets32, g.targets64 = numbers(targets)
		if g.Loss, err = n.config.Loss.Build(g.Output, g.Target); err != nil {
			return nil, fmt.Errorf("loss: %w", err)
		}
		for i, p := range n.trainable {
			if r := p.regularizer; r != (layer.Regularizer{}) {
				if g.Loss, err = op.Penalty(g.Loss, trainable[i], r.L1, r.L2); err != nil {
					return nil, fmt.Errorf("regularizer of %s: %w", p.Name, err)
				}
			}
		}
		outputs = append(outputs, g.Loss)
	}
	for _, u := range g.updates {
		outputs = append(outputs, u.node)
	}
	if key.mode == Train && len(trainable) > 0 {
		if err := g.differentiate(trainable); err != nil {
			return nil, fmt.Errorf("gradients: %w", err)
		}
		for _, grad := range slices.Backward(g.Grads) { // the order of the backward pass
			outputs = append(outputs, grad)
		}
	}
	if g.machine, err = n.config.Machine(g.Expr, outputs); err != nil {
		return nil, fmt.Errorf("machine: %w", err)
	}
	if g.machine == nil {
		return nil, errors.New("machine: Config.Machine returned nil, want a machine")
	}
	g.own, _ = g.machine.(*vm.Machine)
	g.listen()
	if key.inRows && g.own != nil {
		for i, grad := range g.Grads {
			if rows := g.own.InRows(trainable[i], grad); rows != nil {
				g.trained[i] = rows
			}
		}
	}
	return g, nil
}

// differentiate adds the gradients of the loss, those of a shard with its weight in the mean over all rows.
func (g *Graph) differentiate(params gorgonia.Nodes) error {
	loss, s := g.Loss, g.key.Shard
	var err error
	if s.Rows != s.All {
		if loss, err = op.Scale(loss, float64(s.Rows)/float64(s.All)); err != nil {
			return err
		}
	}
	if g.Grads, err = gorgonia.Grad(loss, params...); err != nil {
		return err
	}
	g.trained = gorgonia.NodesToValueGrads(params)
	return nil
}

// listen has a machine that can do so report the gradients of a shard, which other ranks wait for.
func (g *Graph) listen() {
	m, ok := g.machine.(interface {
		After(*gorgonia.Node, func()) bool
	})
	if !ok || g.key.Rows == g.key.All {
		return
	}
	for i, grad := range g.Grads { // After is false for a gradient that is a constant
		m.After(grad, func() {
			if g.ready != nil {
				g.ready(i)
			}
		})
	}
}

func withRows(rows int, shape tensor.Shape) tensor.Shape {
	return append(tensor.Shape{rows}, shape...)
}

// variable adds an input node with a tensor.
func variable(g *gorgonia.ExprGraph, name string, t *tensor.Dense) *gorgonia.Node {
	return gorgonia.NewTensor(g, t.Dtype(), t.Dims(),
		gorgonia.WithName(name), gorgonia.WithShape(t.Shape()...), gorgonia.WithValue(t))
}

// load copies rows of the data into the graph's inputs, and into its targets if it has them. After an error they are
// not all there.
func (g *Graph) load(data dataset.Data, rows []int) error {
	if g.inputs32 != nil {
		data.Batch32(rows, g.inputs32, g.targets32)
	} else {
		data.Batch64(rows, g.inputs64, g.targets64)
	}
	return dataset.Err(data)
}

// run computes the outputs for what was loaded.
func (g *Graph) run() error {
	err := g.machine.RunAll()
	g.machine.Reset() // without it the tape machine does nothing in its second run
	return err
}

// update gives moving statistics the values that the newest run computed.
func (g *Graph) update() error {
	for _, u := range g.updates {
		t, err := dense(u.node, u.param.Name, "became")
		if err != nil {
			return err
		}
		overwrite(u.param.Value, t)
	}
	return nil
}

// loss is the value of the newest run.
func (g *Graph) loss() (float64, error) {
	switch v := g.Loss.Value().(type) {
	case *gorgonia.F32:
		return float64(*v), nil
	case *gorgonia.F64:
		return float64(*v), nil
	default:
		return 0, fmt.Errorf("loss is a %T, want a scalar", v)
	}
}

// output is the prediction of the newest run.
func (g *Graph) output() (*tensor.Dense, error) { return dense(g.Output, "output", "is") }

// dense is the value of a node in the newest run. The error says what it is, or became.
func dense(n *gorgonia.Node, name, is string) (*tensor.Dense, error) {
	t, ok := n.Value().(*tensor.Dense)
	if !ok {
		return nil, fmt.Errorf("%s %s a %T, want a dense tensor", name, is, n.Value())
	}
	return t, nil
}
