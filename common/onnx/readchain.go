package onnx

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/layer"
)

// chained is the net of a file.
type chained struct {
	dtype   tensor.Dtype
	input   []int // the shape of a row
	layers  []layer.Layer
	weights []weight // in the order of the layers' parameters
}

// value is what a name in the file stands for: exactly one field is set.
type value struct {
	step     *step
	constant *constant
	sizes    *sizes
}

// sizes are integers that were computed from shapes and constants, such as the target shape of a Reshape.
type sizes struct {
	list   []size
	scalar bool
}

// builder computes the value of each node.
type builder struct {
	values map[string]value
	rows   size  // of the batch axis of the input
	kind   int64 // the data type of the input
}

// operators has, by operator, the function that computes a node's value.
type operators map[string]func(*call) (value, error)

// orderError is the error for values that are in another order than an operator needs. The input in another order may
// avoid it.
type orderError struct{ error }

// chain returns the net of the graph. An input of three axes is tried as images with the channels first and last: which
// of the two it is, only the nodes show.
func (g *content) chain() (*chained, error) {
	needed, err := g.check()
	if err != nil {
		return nil, err
	}
	in, err := g.input()
	if err != nil {
		return nil, err
	}
	c := &chained{dtype: tensor.Float32}
	switch in.kind {
	case dataFloat:
	case dataDouble:
		c.dtype = tensor.Float64
	case 0:
		return nil, fmt.Errorf("input %s is not a tensor, want one of float32", text.Brief(in.name))
	default:
		return nil, fmt.Errorf("input %s has %s, want float32: export the model for such an input",
			text.Brief(in.name), kindName(in.kind))
	}
	dims, err := in.row()
	if err != nil {
		return nil, err
	}
	starts := []*step{{shape: dims, layout: rowMajor(dims)}}
	if len(dims) == 3 {
		start := &step{shape: []int{dims[1], dims[2], dims[0]}, layout: channelsFirst(dims[0], dims[1], dims[2])}
		starts = append(starts, start)
		if dims[0] <= 4 && dims[0] < dims[2] { // probably the channels: try this order first
			slices.Reverse(starts)
		}
	}
	for i, start := range starts {
		b := &builder{values: map[string]value{in.name: {step: start}}, rows: in.shape[0], kind: in.kind}
		err = b.build(g, needed)
		if err == nil {
			c.input = start.shape
			err = c.collect(b.values[g.outputs[0].name].step)
		}
		if _, order := errors.AsType[orderError](err); !order || i == len(starts)-1 {
			break
		}
	}
	return c, err
}

// build computes the values of all nodes.
func (b *builder) build(g *content, needed []*operation) error {
	for _, t := range g.tensors {
		b.values[t.name] = value{constant: t}
	}
	for _, n := range needed { // first of all, or else the error would name what follows from it
		if _, err := n.computer(); err != nil {
			return fmt.Errorf("%v: %w", n, err)
		}
	}
	for _, n := range needed {
		v, err := b.apply(n)
		if err != nil {
			return fmt.Errorf("%v: %w", n, err)
		}
		b.values[n.outputs[0]] = v
	}
	return nil
}

// computer returns the function that computes the node, or why there is none.
func (n *operation) computer() (func(*call) (value, error), error) {
	if n.domain != "" && n.domain != "ai.onnx" {
		return nil, fmt.Errorf("the operator is of domain %s, want one of ONNX's own", text.Brief(n.domain))
	}
	for name, a := range n.attributes {
		if a.graph {
			return nil, fmt.Errorf("attribute %s is a subgraph, want a net without branches and loops", text.Brief(name))
		}
	}
	for _, o := range []operators{layerOperators, shapeOperators, functionOperators} {
		if compute := o[n.op]; compute != nil {
			return compute, nil
		}
	}
	return nil, errors.New("the operator is not supported: common/onnx/README.md lists those that are")
}

// apply computes a node.
func (b *builder) apply(n *operation) (value, error) {
	compute, err := n.computer()
	if err != nil {
		return value{}, err
	}
	c := &call{operation: n, builder: b, attributes: maps.Clone(n.attributes)}
	v, err := compute(c)
	if err == nil {
		err = c.err
	}
	if err == nil && len(c.attributes) > 0 {
		err = fmt.Errorf("attribute %s is not supported", text.Brief(slices.Sorted(maps.Keys(c.attributes))[0]))
	}
	return v, err
}

// collect sets the layers and weights up to the last step.
func (c *chained) collect(last *step) error {
	if last == nil {
		return errors.New("the output of the graph does not depend on its input")
	}
	if last.folded != nil {
		return fmt.Errorf("%v: the output has more rows than the input, want one for each", last.node)
	}
	dims := last.layout.dims()
	switch order := upTo(len(dims)); {
	case last.layout.is(order):
		last = last.as(atLeastOne(dims))
	case len(dims) == 3 && last.layout.is(pictureOrder):
		last = last.as([]int{dims[1], dims[2], dims[0]})
	default:
		return fmt.Errorf("%v: %w", last.node, orderError{errors.New("the output has the axes in another order")})
	}
	var steps []*step
	for s := last; s.before != nil; s = s.before {
		if s.layer == nil {
			begins := ""
			if s.begin != s.node {
				begins = fmt.Sprintf(", which begins with %v", s.begin)
			}
			return fmt.Errorf("%v: no layer computes this function%s, want an activation of package layer", s.node, begins)
		}
		steps = append(steps, s)
	}
	slices.Reverse(steps)
	for _, s := range steps {
		c.weights = append(c.weights, s.weights...)
		if i := len(c.layers) - 1; i >= 0 {
			if l := fused(c.layers[i], s.layer); l != nil {
				c.layers[i] = l
				continue
			}
		}
		c.layers = append(c.layers, s.layer)
	}
	if c.layers == nil {
		c.layers = []layer.Layer{layer.ActivationLayer{}}
	}
	return nil
}

// atLeastOne returns dims, or [1] if there are no axes: a row of a net has at least one.
func atLeastOne(dims []int) []int {
	if len(dims) == 0 {
		return []int{1}
	}
	return dims
}

// fused returns a Dense or Conv2D with the activation of the layer l after it; nil if they stay two layers.
func fused(before, l layer.Layer) layer.Layer {
	a, ok := l.(layer.ActivationLayer)
	if !ok {
		return nil
	}
	switch b := before.(type) {
	case layer.Dense:
		if b.Activation == layer.Linear {
			b.Activation = a.Activation
			return b
		}
	case layer.Conv2D:
		if b.Activation == layer.Linear {
			b.Activation = a.Activation
			return b
		}
	}
	return nil
}
