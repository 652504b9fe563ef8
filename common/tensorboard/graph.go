package tensorboard

import (
	"fmt"
	"strings"

	"gorgonia-lectures/common/diagram"
	"gorgonia-lectures/common/model"
)

// Field numbers of tensorflow/core/framework/{graph,node_def,attr_value,versions}.proto, those that are written.
const (
	graphNode     = 1
	graphVersions = 4
	nodeName      = 1
	nodeOp        = 2
	nodeInput     = 3
	nodeAttr      = 5
	attrList      = 1
	attrShape     = 7
	producer      = 1
)

// graphProducer is the oldest version of a GraphDef that every TensorFlow 2 reads.
const graphProducer = 22

// graph is a message GraphDef of the graph that diagram.Graph draws: it computes the loss of one row in training. The
// names of a layer's nodes begin with its name, so that TensorBoard shows a box for each layer, which opens.
func graph(net *model.Net) ([]byte, error) {
	nodes, err := diagram.Nodes(net)
	if err != nil {
		return nil, err
	}
	var scopes []string
	for _, l := range net.Layers() {
		scopes = append(scopes, l.Name)
	}
	scopes = append(scopes, "loss")
	names, used := make([]string, len(nodes)), map[string]int{}
	var g message
	for i, n := range nodes {
		name, op := n.Name(), "Placeholder"
		switch {
		case n.Layer == diagram.Outside:
		case n.Parameter:
			op = "VariableV2"
			name = strings.TrimPrefix(name, scopes[n.Layer]+".")
		case n.Op() == nil:
			op, name = "Const", "Const"
		default:
			op = letters(n.Op().String())
			name = op
		}
		if n.Layer != diagram.Outside {
			name = scopes[n.Layer] + "/" + name
		}
		if used[name]++; used[name] > 1 {
			name = fmt.Sprintf("%s_%d", name, used[name]-1)
		}
		names[i] = name
		node := message(nil).text(nodeName, name).text(nodeOp, op)
		for _, operand := range n.Operands {
			node = node.text(nodeInput, names[operand])
		}
		var axes message
		for _, size := range n.Shape() {
			axes = axes.bytes(shapeAxis, message(nil).number(axisSize, int64(size)))
		}
		shapes := message(nil).bytes(attrList, message(nil).bytes(attrShape, axes))
		node = node.bytes(nodeAttr, message(nil).text(mapKey, "_output_shapes").bytes(mapValue, shapes))
		g = g.bytes(graphNode, node)
	}
	return g.bytes(graphVersions, message(nil).number(producer, graphProducer)), nil
}

// letters removes the characters from an operation's name that are not allowed in TensorFlow's names.
func letters(name string) string {
	kept := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return -1
	}
	name, _, _ = strings.Cut(name, "{")
	return strings.Map(kept, name)
}
