// Package diagram describes the structure of a net in the DOT language of Graphviz: Gorgonia's graph with a box around
// the nodes of each layer, or the layers as Keras' plot_model draws them.
//
//	dot -Tsvg xor.dot > xor.svg
//
// The same net gives the same bytes.
package diagram

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// The look of both diagrams; the colours are those of package chart.
const head = `	fontname="Helvetica"; fontsize=12; labeljust=l;
	node [fontname="Helvetica" fontsize=11 shape=box style=filled fillcolor=white color="#666666"];
	edge [color="#666666"];
`

const (
	variable  = `shape=ellipse fillcolor="#CDE5F2"` // inputs and targets
	parameter = `shape=box style="filled,rounded" fillcolor="#FBE7C0"`
)

// Node is a node of the graph that Graph draws.
type Node struct {
	*gorgonia.Node
	Layer     int   // index of the layer in Net.Layers, of the loss their number, or Outside
	Parameter bool  // a weight of the layer
	Operands  []int // indices of the nodes that an operation takes, in its order
}

// Outside is the Layer of the input and of the target.
const Outside = -1

// Nodes lists the nodes of the graph that computes the loss of one row in training, without the gradients; operands
// come first. The net must be compiled.
func Nodes(net *model.Net) ([]Node, error) {
	g, err := net.Graph(model.Train, 1)
	if err != nil {
		return nil, err
	}
	var list []Node
	index := map[*gorgonia.Node]int{}
	var visit func(n *gorgonia.Node, layer int) int
	visit = func(n *gorgonia.Node, layer int) int {
		if i, ok := index[n]; ok {
			return i
		}
		var from []int
		for _, operand := range operands(g.Expr, n) {
			from = append(from, visit(operand, layer))
		}
		index[n], list = len(list), append(list, Node{n, layer, slices.Contains(g.Params, n), from})
		return index[n]
	}
	visit(g.Input, Outside)
	for i, output := range g.Layers {
		visit(output, i)
	}
	visit(g.Target, Outside)
	visit(g.Loss, len(g.Layers))
	return list, nil
}

// Graph returns the graph of Nodes: an ellipse for the input and the target, a rounded box for each parameter, a box
// for each operation, with their shapes, and a cluster for each layer. Arrows show the flow of values. The net must be
// compiled.
func Graph(net *model.Net) ([]byte, error) {
	nodes, err := Nodes(net)
	if err != nil {
		return nil, err
	}
	var titles []string
	for _, l := range net.Layers() {
		titles = append(titles, fmt.Sprintf("%s (%s)", l.Name, kind(l)))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph net {\n\trankdir=LR;\n%s", head)
	write := func(indent string, layer int) {
		for i, n := range nodes {
			if n.Layer != layer {
				continue
			}
			style, label := "", n.Name()
			switch {
			case layer == Outside:
				style = " " + variable
			case n.Parameter:
				style = " " + parameter
			case n.Op() != nil:
				label = n.Op().String()
			}
			fmt.Fprintf(&b, "%sn%d [label=%s%s];\n", indent, i, quote(label+"\n"+shapeText(n.Shape())), style)
		}
	}
	write("\t", Outside)
	for i, title := range append(titles, "loss") {
		fmt.Fprintf(&b, "\tsubgraph cluster_%d {\n\t\tlabel=%s; style=filled; color=\"#E2E2E2\"; fillcolor=\"#F5F5F5\";\n",
			i, quote(title))
		write("\t\t", i)
		b.WriteString("\t}\n")
	}
	for i, n := range nodes {
		for _, operand := range n.Operands {
			fmt.Fprintf(&b, "\tn%d -> n%d;\n", operand, i)
		}
	}
	b.WriteString("}\n")
	return b.Bytes(), nil
}

// operands returns the inputs of an operation, in its order. Gorgonia's edges point from an operation to its inputs.
func operands(g *gorgonia.ExprGraph, n *gorgonia.Node) []*gorgonia.Node {
	var list []*gorgonia.Node
	for it := g.From(n.ID()); it.Next(); {
		list = append(list, it.Node().(*gorgonia.Node))
	}
	return list
}

// Layers returns a box for each layer with its name, its kind, and the shapes of its input and output, as Keras'
// plot_model draws them with show_shapes. The net must be compiled.
func Layers(net *model.Net) ([]byte, error) {
	g, err := net.Graph(model.Forward, 1)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph layers {\n\trankdir=TB;\n%s\tnode [shape=record];\n", head)
	before := rowsText(g.Input.Shape())
	box := func(i int, name, input, output string) {
		label := fmt.Sprintf("%s|{input:|output:}|{{%s}|{%s}}", name, input, output)
		fmt.Fprintf(&b, "\tlayer%d [label=%s];\n", i, quote(label))
		if i > 0 {
			fmt.Fprintf(&b, "\tlayer%d -> layer%d;\n", i-1, i)
		}
	}
	box(0, "input", before, before)
	for i, l := range net.Layers() {
		after := rowsText(g.Layers[i].Shape())
		box(i+1, fmt.Sprintf("%s: %s", l.Name, kind(l)), before, after)
		before = after
	}
	b.WriteString("}\n")
	return b.Bytes(), nil
}

// kind is the layer's type: Dense, and Softmax of a SoftmaxLayer; of another package's, Keras' class name.
func kind(l model.Layer) string {
	source, name, _ := strings.Cut(fmt.Sprintf("%T", layer.Unwrap(l.Layer)), ".")
	if source != "layer" {
		return l.Kind()
	}
	return strings.TrimSuffix(name, "Layer")
}

func shapeText(shape tensor.Shape) string {
	if shape.IsScalar() {
		return "scalar"
	}
	return "(" + strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(shape)), " ", ", "), "[]") + ")"
}

// rowsText formats a shape with Keras' None for the number of rows.
func rowsText(shape tensor.Shape) string {
	if len(shape) == 1 {
		return "(None,)"
	}
	return "(None, " + strings.TrimPrefix(shapeText(shape[1:]), "(")
}

// quote makes a string of DOT. Its escapes are a backslash before a quote, and \n for a new line.
func quote(s string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, "\n", `\n`, `\`, `\\`).Replace(s) + `"`
}
