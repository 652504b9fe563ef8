package onnx

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
)

// wired is the file of a graph from x to y whose nodes name their inputs and outputs.
func wired(t testing.TB, input []int, initializers []initializer, nodes ...node) message {
	t.Helper()
	g := graph{nodes: nodes, initializers: initializers}
	for i := range nodes {
		nodes[i].name = fmt.Sprint(nodes[i].op, i+1)
	}
	m := g.message(nil, nil)
	m.after = message(nil).message(graphInput, valueInfo("x", input)).message(graphOutput, valueInfo("y", nil))
	var b bytes.Buffer
	if err := m.write(&b); err != nil {
		t.Fatal(err)
	}
	return fileOf(b.Bytes(), 17)
}

// calls is a node with explicit inputs and one output.
func calls(output, op string, inputs ...string) node {
	return node{op: op, inputs: inputs, output: output}
}

// A function is the layer that computes it at all numbers, near 0 and far from it, or an error.
func TestFunctions(t *testing.T) {
	dense := calls("h", "MatMul", "x", "w")
	for _, c := range []struct {
		name    string
		numbers map[string]float32
		nodes   []node
		layer   layer.Layer // after the Dense; nil: an error
		facts   []string
	}{
		{"clip to 255", map[string]float32{"low": 0, "high": 255}, []node{calls("y", "Clip", "h", "low", "high")},
			layer.ReLULayer{MaxValue: 255}, nil},
		{"clip from -100 to 100", map[string]float32{"low": -100, "high": 100},
			[]node{calls("y", "Clip", "h", "low", "high")}, nil, []string{"node Clip2", "[-100, 100]"}},
		{"at most 50", map[string]float32{"most": 50}, []node{calls("y", "Min", "h", "most")},
			layer.ReLULayer{NegativeSlope: 1, MaxValue: 50}, nil},
		{"a threshold of 0.1", map[string]float32{"t": 0.1, "zero": 0},
			[]node{calls("above", "Greater", "h", "t"), calls("y", "Where", "above", "h", "zero")},
			layer.ReLULayer{Threshold: float64(float32(0.1))}, nil},
		{"hard shrinkage", map[string]float32{"t": 0.25, "zero": 0},
			[]node{calls("size", "Abs", "h"), calls("above", "Greater", "size", "t"), calls("y", "Where", "above", "h", "zero")},
			nil, []string{"node Where4", "function"}},
		{"shrinkage by 0.001", map[string]float32{"t": 0.001, "zero": 0},
			[]node{calls("size", "Abs", "h"), calls("above", "Greater", "size", "t"), calls("y", "Where", "above", "h", "zero")},
			nil, []string{"node Where4", "function"}},
		{"an exponential up to 30", map[string]float32{"most": 30},
			[]node{calls("e", "Min", "h", "most"), calls("y", "Exp", "e")},
			layer.ActivationLayer{Activation: layer.Exponential}, nil}, // after a ReLULayer
		{"softplus as a formula", map[string]float32{"one": 1},
			[]node{calls("e", "Exp", "h"), calls("s", "Add", "e", "one"), calls("y", "Log", "s")},
			layer.ActivationLayer{Activation: layer.Softplus}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := []initializer{ofAll("w", 1, 4, 3)}
			for name, v := range c.numbers {
				list = append(list, ofAll(name, v))
			}
			net, err := try(wired(t, []int{4}, list, append([]node{dense}, c.nodes...)...))
			if c.layer == nil {
				wording.Check(t, err, c.facts...)
				hostile.Refusal(t, err, 600)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			layers := net.Layers()
			var got layer.Layer = layers[len(layers)-1].Layer
			if d, ok := got.(layer.Dense); ok {
				got = layer.ActivationLayer{Activation: d.Activation}
			}
			if got != c.layer {
				t.Errorf("the last layer is %+v, want %+v", got, c.layer)
			}
		})
	}
}

// Values that are joined must be on the same axes.
func TestJoinedAxes(t *testing.T) {
	turned := calls("t", "Transpose", "a")
	turned.attributes = []attribute{{"perm", []int{0, 2, 1}}}
	_, err := try(wired(t, []int{4, 4}, nil, calls("a", "Relu", "x"), turned, calls("y", "Add", "a", "t")))
	wording.Check(t, err, "node Add3", "axes", "chain")

	net, err := try(wired(t, []int{4, 4}, []initializer{ofInts("s", -1, 2, 8)}, calls("a", "Relu", "x"),
		calls("b", "Reshape", "a", "s"), calls("c", "Relu", "a"), calls("d", "Reshape", "c", "s"),
		calls("y", "Max", "b", "d")))
	if err != nil {
		t.Fatal(err)
	}
	if got := net.OutputShape(); !slices.Equal(got, []int{2, 8}) {
		t.Errorf("the output has the shape %v, want [2 8]", got)
	}

	// a function of which a part comes before a Reshape
	net, err = try(wired(t, []int{4, 4}, []initializer{ofInts("s", -1, 2, 8), ofAll("one", 1)}, calls("a", "Exp", "x"),
		calls("b", "Abs", "a"), calls("c", "Neg", "b"), calls("d", "Reshape", "c", "s"), calls("y", "Neg", "d")))
	if err != nil {
		t.Fatal(err)
	}
	if got := net.OutputShape(); !slices.Equal(got, []int{2, 8}) {
		t.Errorf("the output has the shape %v, want [2 8]", got)
	}
}

// Weights that the file computes are an error that says where to read how they become tensors.
func TestComputedWeights(t *testing.T) {
	turned := calls("w", "Transpose", "v")
	turned.attributes = []attribute{{"perm", []int{1, 0}}}
	weights := []initializer{ofAll("v", 1, 3, 4)}
	_, err := try(wired(t, []int{4}, weights, turned, calls("y", "MatMul", "x", "w")))
	wording.Check(t, err, "node Transpose1", "input v", "tensor of the file", "README.md")
	_, err = try(wired(t, []int{4}, weights, calls("h", "Relu", "x"), calls("y", "MatMul", "x", "h")))
	wording.Check(t, err, "node MatMul2", "input h", "computed", "README.md")
}
