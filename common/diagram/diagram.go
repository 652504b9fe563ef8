// Package diagram writes a net in the DOT language of Graphviz, for pictures of its structure: Gorgonia's
// graph with a box around the nodes of each layer, and the layers as Keras' plot_model shows them.
//
//	dot -Tsvg xor.dot > xor.svg
//
// The same net gives the same bytes.
package diagram

import (
	"bytes"
	"fmt"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

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

// Graph is the graph that computes the loss of one row in training, without the gradients: an ellipse for the input and
// the target, a rounded box for each parameter, a box for each operation, with their shapes, the layers
// as clusters. Arrows point where the values go. The net must be compiled.
func Graph(net *model.Net) ([]byte, error) {
	g, err := net.Graph(model.Train, 1)
	if err != nil {
		return nil, err
	}
	layers := net.Layers()
	home := map[*gorgonia.Node]int{} // index of the layer; the last one is that of the loss
	var order []*gorgonia.Node
	for i, end := range append(append(gorgonia.Nodes{}, g.Layers...), g.Loss) {
		if i == 0 {
			home[g.Input], order = -1, append(order, g.Input)
		}
		if i == len(g.Layers) {
			home[g.Target], order = -1, append(order, g.Target)
		}
		for _, n := range newNodes(g.Expr, end, home) {
			home[n], order = i, append(order, n)
		}
	}
	names := map[*gorgonia.Node]string{}
	for i, n := range order {
		names[n] = fmt.Sprintf("n%d", i)
	}
	params := map[*gorgonia.Node]bool{}
	for _, n := range g.Params {
		params[n] = true
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph net {\n\trankdir=LR;\n%s", head)
	write := func(indent string, n *gorgonia.Node) {
		style, label := "", ""
		switch {
		case n == g.Input || n == g.Target:
			style, label = " "+variable, n.Name()
		case params[n]:
			style, label = " "+parameter, n.Name()
		case n.Op() != nil:
			label = n.Op().String()
		default:
			label = n.Name()
		}
		fmt.Fprintf(&b, "%s%s [label=%s%s];\n", indent, names[n], quote(label+"\n"+shapeText(n.Shape())), style)
	}
	for _, n := range order {
		if home[n] < 0 {
			write("\t", n)
		}
	}
	for i := range len(layers) + 1 {
		title := "loss"
		if i < len(layers) {
			title = fmt.Sprintf("%s (%s)", layers[i].Name, kind(layers[i]))
		}
		fmt.Fprintf(&b, "\tsubgraph cluster_%d {\n\t\tlabel=%s; style=filled; color=\"#E2E2E2\"; fillcolor=\"#F5F5F5\";\n", i, quote(title))
		for _, n := range order {
			if home[n] == i {
				write("\t\t", n)
			}
		}
		b.WriteString("\t}\n")
	}
	for _, n := range order {
		for _, operand := range operands(g.Expr, n) {
			fmt.Fprintf(&b, "\t%s -> %s;\n", names[operand], names[n])
		}
	}
	b.WriteString("}\n")
	return b.Bytes(), nil
}

// newNodes lists what end is computed from and has no home yet, operands first.
func newNodes(g *gorgonia.ExprGraph, end *gorgonia.Node, home map[*gorgonia.Node]int) []*gorgonia.Node {
	var list []*gorgonia.Node
	seen := map[*gorgonia.Node]bool{}
	var visit func(n *gorgonia.Node)
	visit = func(n *gorgonia.Node) {
		if _, ok := home[n]; ok || seen[n] {
			return
		}
		seen[n] = true
		for _, operand := range operands(g, n) {
			visit(operand)
		}
		list = append(list, n)
	}
	visit(end)
	return list
}

// operands are what an operation takes, in its order. Gorgonia's edges point from an operation to them.
func operands(g *gorgonia.ExprGraph, n *gorgonia.Node) []*gorgonia.Node {
	var list []*gorgonia.Node
	for it := g.From(n.ID()); it.Next(); {
		list = append(list, it.Node().(*gorgonia.Node))
	}
	return list
}

// Layers is a box for each layer with its name, kind, and the shapes of its input and output, in the form of
// Keras' plot_model with show_shapes. The net must be compiled.
func Layers(net *model.Net) ([]byte, error) {
	g, err := net.Graph(model.Forward, 1)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph layers {\n\trankdir=TB;\n%s\tnode [shape=record];\n", head)
	before := rowsText(g.Input.Shape())
	box := func(i int, name, input, output string) {
		fmt.Fprintf(&b, "\tlayer%d [label=%s];\n", i, quote(fmt.Sprintf("%s|{input:|output:}|{{%s}|{%s}}", name, input, output)))
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

// kind is the layer's type: Dense.
func kind(l model.Layer) string {
	_, name, _ := strings.Cut(fmt.Sprintf("%T", l.Layer), ".")
	return name
}

func shapeText(shape tensor.Shape) string {
	if shape.IsScalar() {
		return "scalar"
	}
	return rowless(shape)
}

// rowsText has Keras' None for the number of rows.
func rowsText(shape tensor.Shape) string {
	if len(shape) == 1 {
		return "(None,)"
	}
	return "(None, " + strings.TrimPrefix(rowless(shape[1:]), "(")
}

func rowless(shape tensor.Shape) string {
	return "(" + strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(shape)), " ", ", "), "[]") + ")"
}

// quote makes a string of DOT. Its escapes are a backslash before a quote, and \n for a new line.
func quote(s string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, "\n", `\n`, `\`, `\\`).Replace(s) + `"`
}
