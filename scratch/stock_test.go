package main

import (
	"errors"
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// stock is a net of stock Gorgonia ops on the tape machine, one graph for all weights and samples.
type stock struct {
	x, d    []float64   // memory of the input nodes
	weights [][]float64 // memory of the weight nodes
	nodes   G.Nodes     // the weights
	grads   G.Nodes     // ∂loss/∂weights
	machine G.VM
}

func newStock(r rule) (autodiff, error) {
	g := G.NewGraph()
	matrix := func(name string, rows, cols int) (*G.Node, []float64) {
		t := tensor.New(tensor.WithShape(rows, cols), tensor.Of(tensor.Float64))
		return G.NewMatrix(g, tensor.Float64, G.WithShape(rows, cols), G.WithName(name), G.WithValue(t)), t.Float64s()
	}
	s := &stock{}
	var x, d, v *G.Node
	x, s.x = matrix("x", 3, 1)
	d, s.d = matrix("d", 1, 1)
	weight := func(name string, rows, cols int) *G.Node {
		node, memory := matrix(name, rows, cols)
		s.nodes, s.weights = append(s.nodes, node), append(s.weights, memory)
		return node
	}
	switch r.weights {
	case 3:
		v = G.Must(G.Mul(weight("W", 1, 3), x))
	case 16:
		y1 := G.Must(G.Sigmoid(G.Must(G.Mul(weight("W1", 4, 3), x))))
		v = G.Must(G.Mul(weight("W2", 1, 4), y1))
	}
	y := G.Must(G.Sigmoid(v))
	var loss *G.Node
	if r.name == "cross-entropy" {
		// 1-y is written φ(-v): Log(1-y) would take the node y out of the graph.
		one := G.NewConstant(1.0)
		hit := G.Must(G.HadamardProd(d, G.Must(G.Log(y))))
		miss := G.Must(G.HadamardProd(G.Must(G.Sub(one, d)), G.Must(G.Log(G.Must(G.Sigmoid(G.Must(G.Neg(v))))))))
		loss = G.Must(G.Neg(G.Must(G.Sum(G.Must(G.Add(hit, miss))))))
	} else {
		loss = G.Must(G.Mul(G.NewConstant(0.5), G.Must(G.Sum(G.Must(G.Square(G.Must(G.Sub(d, y))))))))
	}
	var err error
	if s.grads, err = G.Grad(loss, s.nodes...); err != nil {
		return nil, err
	}
	s.machine = G.NewTapeMachine(g)
	return s, nil
}

// set copies the flat weights w into the weight nodes.
func (s *stock) set(w []float64) {
	for _, memory := range s.weights {
		w = w[copy(memory, w):]
	}
}

// run computes the gradients for one sample.
func (s *stock) run(x []float64, d float64) error {
	s.machine.Reset()
	copy(s.x, x)
	s.d[0] = d
	return s.machine.RunAll()
}

func (s *stock) gradient(w, x []float64, d float64) ([]float64, error) {
	s.set(w)
	if err := s.run(x, d); err != nil {
		return nil, err
	}
	var flat []float64
	for i, grad := range s.grads {
		value, ok := grad.Value().(*tensor.Dense)
		if !ok || !value.Shape().Eq(s.nodes[i].Shape()) {
			return nil, fmt.Errorf("gradient of %s: want shape %v, got %v", s.nodes[i].Name(), s.nodes[i].Shape(), grad.Value())
		}
		flat = append(flat, value.Float64s()...)
	}
	return flat, nil
}

func (s *stock) train(w []float64, X [][]float64, D []float64, alpha float64, epochs int) ([]float64, error) {
	s.set(w)
	solver := G.NewVanillaSolver(G.WithLearnRate(alpha))
	model := G.NodesToValueGrads(s.nodes)
	for range epochs {
		for i, x := range X {
			if err := errors.Join(s.run(x, D[i]), solver.Step(model)); err != nil {
				return nil, err
			}
		}
	}
	return slices.Concat(s.weights...), nil
}
