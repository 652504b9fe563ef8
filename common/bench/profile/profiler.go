package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/gonum/graph"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/vm"
)

// The parts of a step that are not operations of its graph.
const (
	load   = "rows of the batch"
	update = "Adam"
	rest   = "loss, accuracy, and what is left"
)

// profiler adds up the time of each part of a step: from the end of the part before it to its own end.
type profiler struct {
	parameters int

	last  time.Time
	steps int
	nodes map[string]*gorgonia.Node // nodes of the newest graph by key
	order []string                  // the keys in the order of a step
	spent map[string]time.Duration
	err   error // of the machine
}

// add adds the time since the last call to that of key.
func (p *profiler) add(key string) {
	now := time.Now()
	if _, ok := p.spent[key]; !ok {
		if p.spent == nil {
			p.spent = map[string]time.Duration{}
		}
		p.order = append(p.order, key)
	}
	p.spent[key] += now.Sub(p.last)
	p.last = now
}

// restart resets the profiler.
func (p *profiler) restart() { p.steps, p.order, p.spent = 0, nil, nil }

// machine returns the machine of package vm, which reports the end of each operation to the profiler.
func (p *profiler) machine(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
	m, err := vm.New(g, outputs)
	if err != nil {
		return nil, err
	}
	p.nodes = map[string]*gorgonia.Node{}
	for _, n := range g.ExactSubgraphRoots(outputs...).AllNodes() {
		key := fmt.Sprint(n.ID())
		if m.After(n, func() { p.add(key) }) {
			p.nodes[key] = n
		}
	}
	return m, nil
}

// timedSolver times the steps of a solver.
type timedSolver struct {
	solver.Solver
	p *profiler
}

func (p *profiler) solver(s gorgonia.Solver) gorgonia.Solver {
	own, ok := s.(solver.Solver)
	if !ok {
		p.err = errors.New("the solver is not of package solver")
		return s
	}
	return timedSolver{own, p}
}

func (s timedSolver) Step(params []gorgonia.ValueGrad) error {
	s.p.add(rest)
	defer s.p.add(update)
	return s.Solver.Step(params)
}

// timedData times the copying of rows into the graph.
type timedData struct {
	dataset.Set
	p *profiler
}

func (d timedData) Batch32(rows []int, inputs, targets []float32) {
	d.p.add(rest)
	defer d.p.add(load)
	d.Set.Batch32(rows, inputs, targets)
}

// profile is the mean of the profiled steps.
type profile struct {
	step       float64 // seconds
	operations []operation
}

// operation is a part of a step. flops is the number of floating-point operations of a product or convolution, 0 for
// other operations; share is the share of them on nonzeros, in the newest step.
type operation struct {
	name, shape  string
	seconds      float64
	bytes        float64 // of inputs and output; 0: unknown
	flops, share float64
}

// result returns the mean of the steps since restart.
func (p *profiler) result() profile {
	var r profile
	keys := slices.DeleteFunc(slices.Clone(p.order), func(key string) bool { return key == rest })
	for _, key := range append(keys, rest) {
		o := operation{name: key, seconds: p.spent[key].Seconds() / float64(p.steps)}
		r.step += o.seconds
		if n := p.nodes[key]; n != nil {
			o.measure(n)
		}
		if key == update {
			o.bytes = 4 * 7 * float64(p.parameters) // w, m and v are read and written, g is read
			p.addRows(&o)
		}
		r.operations = append(r.operations, o)
	}
	return r
}

// addRows adds to the solver's operations those of the gradients that it computes row by row, which no machine reports.
func (p *profiler) addRows(o *operation) {
	for key, n := range p.nodes {
		if !slices.Contains(p.order, key) {
			var g operation
			g.measure(n)
			o.name, o.flops, o.share = o.name+" with "+g.name, g.flops, g.share
		}
	}
}

// measure sets the operations and bytes of a node, from the shapes and values of its inputs. The graph's edges are in
// the order of the operation's inputs.
func (o *operation) measure(n *gorgonia.Node) {
	inputs := graph.NodesOf(n.Graph().From(n.ID()))
	o.name, o.shape = n.Op().String(), fmt.Sprint(n.Shape())
	o.bytes = 4 * float64(n.Shape().TotalSize())
	var in []*gorgonia.Node
	for _, i := range inputs {
		in = append(in, i.(*gorgonia.Node))
		o.bytes += 4 * float64(in[len(in)-1].Shape().TotalSize())
	}
	if len(in) == 1 && in[0].Value() == nil { // a convolution that is fused with its pooling
		pool := *o
		o.measure(in[0])
		o.name += "+" + pool.name
		o.bytes += 4 * float64(n.Shape().TotalSize()-in[0].Shape().TotalSize())
		o.shape = pool.shape
		return
	}
	if strings.HasPrefix(o.name, "Flatten") {
		o.bytes = 0 // a reshape moves no memory
	}
	kind, gradient, _ := strings.Cut(o.name, ".")
	if kind, _, _ = strings.Cut(kind, "+"); kind != "Dense" && kind != "Conv2D" || len(in) < 2 {
		return
	}
	// each weight of a kernel is used once for each pixel of x: the net's convolutions keep the size of an image
	a, b := in[0].Shape(), in[1].Shape()
	switch gradient {
	case "dw": // x and dy
		o.flops = 2 * float64(a[0]*n.Shape().TotalSize()*pixels(a))
		o.share = both(in[0], in[1])
	case "dx": // dy and w, and perhaps x
		o.flops = 2 * float64(a[0]*b.TotalSize()*pixels(n.Shape()))
		o.share = both(in[0], nil)
		if len(in) > 2 {
			o.share = both(in[0], in[2])
		}
	default: // x and w
		o.flops = 2 * float64(a[0]*b.TotalSize()*pixels(a))
		o.share = both(in[0], nil)
	}
}

// pixels are those of one image, 1 of a row of a matrix.
func pixels(s tensor.Shape) int {
	if len(s) != 4 {
		return 1
	}
	return s[1] * s[2]
}

// both is the share of pairs of a and b, of the same row of the batch, of which neither is 0; for a convolution, whose
// pairs are not all those of an image, about. b may be nil: then the share of a.
func both(a, b *gorgonia.Node) float64 {
	shares := rowShares(a)
	sum := 0.0
	for i, s := range shares {
		if b != nil {
			s *= rowShares(b)[i]
		}
		sum += s
	}
	return sum / float64(len(shares))
}

// rowShares returns the share of nonzeros in each row of the batch.
func rowShares(n *gorgonia.Node) []float64 {
	values, ok := n.Value().Data().([]float32)
	rows := n.Shape()[0]
	if !ok || len(values)%rows != 0 {
		return slices.Repeat([]float64{1}, rows)
	}
	var shares []float64
	for row := range slices.Chunk(values, len(values)/rows) {
		count := 0
		for _, v := range row {
			if v != 0 {
				count++
			}
		}
		shares = append(shares, float64(count)/float64(len(row)))
	}
	return shares
}

func (r profile) flops() (sum float64) {
	for _, o := range r.operations {
		sum += o.flops
	}
	return sum
}

func (r profile) useful() (sum float64) {
	for _, o := range r.operations {
		sum += o.flops * o.share
	}
	return sum
}
