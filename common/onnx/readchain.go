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

// chained is a net as its file has it.
type chained struct {
	dtype   tensor.Dtype
	input   []int // shape of a row
	layers  []layer.Layer
	weights []weight // in the order of the layers' parameters
}

// value is what a name in the file stands for: one of these.
type value struct {
	step     *step
	constant *constant
	sizes    *sizes
}

// sizes are whole numbers that were computed of sizes and constants, as the shape that a Reshape wants.
type sizes struct {
	list   []size
	scalar bool
}

// builder makes the layers of the nodes.
type builder struct {
	values map[string]value
	rows   size  // how many rows the file wants
	kind   int64 // of the net's numbers
}

// operators compute nodes by the names of their operators.
type operators map[string]func(*call) (value, error)

// orderError is an error of values that are in another order than an operator wants. There may be none if the input has
// another order.
type orderError struct{ error }

// chain makes the layers.
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
		if dims[0] <= 4 && dims[0] < dims[2] { // pictures
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

// build makes the layers of the nodes.
func (b *builder) build(g *content, needed []*operation) error {
	for _, t := range g.tensors {
		b.values[t.name] = value{constant: t}
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

// apply computes a node.
func (b *builder) apply(n *operation) (value, error) {
	if n.domain != "" && n.domain != "ai.onnx" {
		return value{}, fmt.Errorf("the operator is of the domain %s, want one of ONNX itself", text.Brief(n.domain))
	}
	for name, a := range n.attributes {
		if a.graph {
			return value{}, fmt.Errorf("attribute %s is a graph: want a net without branches and loops", text.Brief(name))
		}
	}
	var compute func(*call) (value, error)
	for _, o := range []operators{sums, shaping, functions} {
		if compute == nil {
			compute = o[n.op]
		}
	}
	if compute == nil {
		return value{}, errors.New("the operator is not supported: common/onnx/README.md lists those that are")
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

// collect lists the layers up to the last step.
func (c *chained) collect(last *step) error {
	if last == nil {
		return errors.New("the output does not depend on the input")
	}
	if last.folded != nil {
		return fmt.Errorf("%v: the output has more rows than the input", last.node)
	}
	dims := last.layout.dims()
	switch order := upTo(len(dims)); {
	case last.layout.is(order):
		last = last.as(atLeastOne(dims))
	case len(dims) == 3 && last.layout.is(pictureOrder):
		last = last.as([]int{dims[1], dims[2], dims[0]})
	default:
		return fmt.Errorf("%v: %w", last.node, orderError{errors.New("the output has its values in another order")})
	}
	var steps []*step
	for s := last; s.before != nil; s = s.before {
		if s.layer == nil {
			return fmt.Errorf("%v: no layer here computes this function, want an activation of package layer", s.node)
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

// atLeastOne is the shape of a row, which has at least one axis.
func atLeastOne(dims []int) []int {
	if len(dims) == 0 {
		return []int{1}
	}
	return dims
}

// fused is a Dense or Conv2D with the activation that follows it, nil if they stay two layers.
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
