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

// graph is a net as a chain of ONNX operators. A node is named after its layer, as dense/Gemm, and the output of a
// layer like the layer; the output of the last one is named output.
//
// Convolutions and pools of ONNX take images with the channels first. Images are transposed before the first layer that
// needs this, and back before the first one that needs the channels last.
type graph struct {
	nodes        []node
	initializers []initializer

	layer string // the layer that nodes are added for
	value string // the output of the last node
	first bool   // value has its channels first: (batch, channels, height, width)
	shape []int  // of a row of value, with the channels last
}

// node is a NodeProto.
type node struct {
	name, op   string
	inputs     []string
	output     string
	attributes []attribute
}

// attribute has an int, a float64, which is written as float32, or a []int. A node has its attributes in alphabetical
// order.
type attribute struct {
	name  string
	value any
}

// initializer is a TensorProto of integers or of floats, row-major.
type initializer struct {
	name string
	dims []int
	ints []int64
	at   func(i int) float32 // value i of floats; nil in a graph without weights
}

// size is the number of values.
func (t initializer) size() int64 {
	n := int64(1)
	for _, d := range t.dims {
		n *= int64(d)
	}
	return n
}

// floats is the number of values if they are floats, 0 if they are integers.
func (t initializer) floats() int {
	if t.ints != nil {
		return 0
	}
	return int(t.size())
}

// newGraph is the graph of a net with the weights, in the order of Params. They may be nil if the graph is not written.
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

// rename renames the output of the last node.
func (g *graph) rename(value string) {
	g.nodes[len(g.nodes)-1].output = value
	g.value = value
}

// node adds a node whose inputs are g.value and others, and whose output becomes g.value.
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

// floats adds an initializer of floats, named after the layer, and returns its name as the input of a node.
func (g *graph) floats(name string, dims []int, at func(i int) float32) []string {
	name = g.layer + "." + name
	g.initializers = append(g.initializers, initializer{name: name, dims: dims, at: at})
	return []string{name}
}

// constant is floats for a scalar, which broadcasts to any shape.
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

// channelsFirst transposes images to (channels, height, width).
func (g *graph) channelsFirst() {
	if !g.first {
		g.node(opTranspose, nil, attribute{"perm", []int{0, 3, 1, 2}})
		g.first = true
	}
}

// channelsLast transposes images to (height, width, channels).
func (g *graph) channelsLast() {
	if g.first {
		g.node(opTranspose, nil, attribute{"perm", []int{0, 2, 3, 1}})
		g.first = false
	}
}

// inOrder brings the values of a row into the order that they have in the net, before an operator that flattens or
// reshapes them. With one channel or one pixel both orders are the same.
func (g *graph) inOrder() {
	if g.first && (g.shape[2] == 1 || g.shape[0]*g.shape[1] == 1) {
		g.first = false
	}
	g.channelsLast()
}

// axis is the channel axis.
func (g *graph) axis() int {
	if g.first {
		return 1
	}
	return -1
}

// perChannel is the shape of n values, one for each channel or one for all, that broadcasts to g.value.
func (g *graph) perChannel(n int) []int {
	if g.first && n > 1 {
		return []int{n, 1, 1}
	}
	return []int{n}
}
