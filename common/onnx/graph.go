package onnx

import (
	"fmt"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
)

const (
	inputName  = "input"
	outputName = "output"
	graphTitle = "sequential"
)

// graph is a net as a chain of ONNX operators. Nodes are called after their layer, as dense/Gemm, and the last value of
// a layer as the layer, but for the last value of all.
//
// Windows of ONNX slide over images that have their channels first. An image gets that form before the first layer
// that needs it, and loses it before the first one that needs the other.
type graph struct {
	nodes        []node
	initializers []initializer

	layer string // the one that nodes are added for
	value string // the newest
	first bool   // it has its channels first: (rows, channels, height, width)
	shape []int  // of one of its rows, with the channels last
}

// node is a NodeProto.
type node struct {
	name, op   string
	inputs     []string
	output     string
	attributes []attribute
}

// attribute has an int, a float64, which becomes a float32, or a []int. Those of a node are in alphabetical order.
type attribute struct {
	name  string
	value any
}

// initializer is a TensorProto of integers or of floats, row-major.
type initializer struct {
	name string
	dims []int
	ints []int64
	at   func(i int) float32 // of floats; not to be called in a net without weights
}

// size is how many numbers there are.
func (t initializer) size() int64 {
	n := int64(1)
	for _, d := range t.dims {
		n *= int64(d)
	}
	return n
}

// floats is how many of them are floats: all or none.
func (t initializer) floats() int {
	if t.ints != nil {
		return 0
	}
	return int(t.size())
}

// newGraph is the graph of a net with the weights, in the order of Params. They may be nil if only the sizes matter.
func newGraph(net *model.Net, weights []*tensor.Dense) (*graph, error) {
	g := &graph{value: inputName, shape: net.InputShape()}
	for i, l := range net.Layers() {
		output, err := l.OutputShape(g.shape)
		if err == nil {
			g.layer = l.Name
			nodes := len(g.nodes)
			if err = g.add(l, weights[:len(l.Params)]); len(g.nodes) > nodes {
				g.rename(l.Name)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("layer %d (%s): %w", i+1, l.Kind(), err)
		}
		weights, g.shape = weights[len(l.Params):], output
	}
	g.layer = outputName
	g.channelsLast()
	if len(g.nodes) == 0 {
		g.node(opIdentity, nil)
	}
	g.rename(outputName)
	return g, nil
}

// rename gives the newest value another name.
func (g *graph) rename(value string) {
	g.nodes[len(g.nodes)-1].output = value
	g.value = value
}

// node adds a node, which takes the newest value and others, and gives the newest.
func (g *graph) node(op string, others []string, attributes ...attribute) {
	name := g.layer + "/" + op
	for count := 1; g.has(name); count++ {
		name = fmt.Sprintf("%s/%s_%d", g.layer, op, count)
	}
	g.nodes = append(g.nodes, node{name, op, append([]string{g.value}, others...), name, attributes})
	g.value = name
}

// has reports whether a node of the layer has the name.
func (g *graph) has(name string) bool {
	for i := len(g.nodes) - 1; i >= 0 && strings.HasPrefix(g.nodes[i].name, g.layer+"/"); i-- {
		if g.nodes[i].name == name {
			return true
		}
	}
	return false
}

// floats adds an initializer of the layer and returns its name.
func (g *graph) floats(name string, dims []int, at func(i int) float32) []string {
	name = g.layer + "." + name
	g.initializers = append(g.initializers, initializer{name: name, dims: dims, at: at})
	return []string{name}
}

// constant is floats for one number, which numbers of any shape can be computed with.
func (g *graph) constant(name string, v float64) []string {
	return g.floats(name, nil, func(int) float32 { return float32(v) })
}

// ints is floats for a list of integers.
func (g *graph) ints(name string, values ...int) []string {
	name = g.layer + "." + name
	t := initializer{name: name, dims: []int{len(values)}}
	for _, v := range values {
		t.ints = append(t.ints, int64(v))
	}
	g.initializers = append(g.initializers, t)
	return []string{name}
}

// channelsFirst brings images into the form of windows.
func (g *graph) channelsFirst() {
	if !g.first {
		g.node(opTranspose, nil, attribute{"perm", []int{0, 3, 1, 2}})
		g.first = true
	}
}

// channelsLast brings images into the net's own form.
func (g *graph) channelsLast() {
	if g.first {
		g.node(opTranspose, nil, attribute{"perm", []int{0, 2, 3, 1}})
		g.first = false
	}
}

// inOrder brings values into the order that they have in the net; their shape may differ. One pixel has the same order
// in both forms, and so has one channel.
func (g *graph) inOrder() {
	if g.first && (g.shape[2] == 1 || g.shape[0]*g.shape[1] == 1) {
		g.first = false
	}
	g.channelsLast()
}

// axis is where the channels are.
func (g *graph) axis() int {
	if g.first {
		return 1
	}
	return -1
}

// perChannel is the shape of n numbers for the channels: those are the last axis, or the first one of an image.
func (g *graph) perChannel(n int) []int {
	if g.first && n > 1 {
		return []int{n, 1, 1}
	}
	return []int{n}
}
