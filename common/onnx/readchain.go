package onnx

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/shape"
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

// step is what the net has computed of a row after some layers.
type step struct {
	before  *step // nil: this is the input
	node    *operation
	layer   layer.Layer // nil: no layer computes it, but one may compute what follows
	weights []weight
	shape   []int  // of a row in the net
	layout  layout // of the axes of the file
	folded  []part // what the file has made rows of
	depth   int    // the number of steps before
	logs    bool   // it is the logarithm of what the layer gives

	value func(float64) float64 // of a function of each value for itself; nil: it is another one
	calls int                   // how many functions are in it
}

// size is the number of values of a row in the net.
func (s *step) size() int { return tensor.Shape(s.shape).TotalSize() }

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

// check is an error unless each name stands for one value, and each node takes values from those before it. It returns
// the nodes that the output needs.
func (g *content) check() ([]*operation, error) {
	known := map[string]bool{}
	add := func(name string) error {
		if known[name] {
			return fmt.Errorf("two values are named %s", text.Brief(name))
		}
		known[name] = true
		return nil
	}
	for _, t := range g.tensors {
		if t.name == "" {
			return nil, errors.New("a tensor of the graph has no name")
		}
		if err := add(t.name); err != nil {
			return nil, err
		}
	}
	// the tensor is the default of an input of its name
	g.inputs = slices.DeleteFunc(g.inputs, func(i info) bool { return known[i.name] })
	for _, i := range g.inputs {
		if err := add(i.name); err != nil {
			return nil, err
		}
	}
	for _, n := range g.nodes {
		for _, name := range n.inputs {
			if name != "" && !known[name] {
				return nil, fmt.Errorf("%v: nothing before it gives its input %s: the nodes are out of order or in a cycle",
					n, text.Brief(name))
			}
		}
		for _, name := range n.outputs {
			if name == "" {
				continue
			}
			if err := add(name); err != nil {
				return nil, fmt.Errorf("%v: %w", n, err)
			}
		}
	}
	if len(g.outputs) != 1 {
		return nil, fmt.Errorf("%d outputs%s, want one", len(g.outputs), listed(g.outputs))
	}
	output := g.outputs[0].name
	if !known[output] || output == "" {
		return nil, fmt.Errorf("no node gives the output %s", text.Brief(output))
	}
	wanted := map[string]bool{output: true}
	var needed []*operation
	for _, n := range slices.Backward(g.nodes) {
		at := slices.IndexFunc(n.outputs, func(name string) bool { return name != "" && wanted[name] })
		switch {
		case at < 0:
			continue
		case at > 0:
			return nil, fmt.Errorf("%v: its output %s is not supported, only the first one", n, text.Brief(n.outputs[at]))
		}
		needed = append(needed, n)
		for _, name := range n.inputs {
			wanted[name] = true
		}
	}
	slices.Reverse(needed)
	return needed, nil
}

// listed names the first inputs or outputs of a graph: " (a, b)".
func listed(list []info) string {
	var names []string
	for _, i := range list[:min(len(list), 5)] {
		names = append(names, text.Brief(i.name))
	}
	if len(list) > len(names) {
		names = append(names, "...")
	}
	if names == nil {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// input is the only one that has no tensor as a default.
func (g *content) input() (info, error) {
	if len(g.inputs) != 1 {
		return info{}, fmt.Errorf("%d inputs%s, want one", len(g.inputs), listed(g.inputs))
	}
	return g.inputs[0], nil
}

// row is the shape of a row of the input.
func (i info) row() ([]int, error) {
	name := text.Brief(i.name)
	if !i.shaped || len(i.shape) < 2 {
		return nil, fmt.Errorf("input %s has %d axes, want at least two: rows, and one axis of a row", name, len(i.shape))
	}
	var dims []int
	for axis, s := range i.shape[1:] {
		if s.name != "" {
			return nil, fmt.Errorf("input %s: axis %d has the open size %s, want a number: "+
				"export the model with an open size of the first axis alone", name, axis+1, s)
		}
		if s.n < 1 || s.n > maxSize {
			return nil, fmt.Errorf("input %s: axis %d has size %d, want 1 to %d", name, axis+1, s.n, maxSize)
		}
		dims = append(dims, int(s.n))
	}
	if _, err := shape.Size(dims, 1, maxSize); err != nil {
		return nil, fmt.Errorf("input %s of shape %v: %w", name, dims, err)
	}
	return dims, nil
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
			return fmt.Errorf("%v: no layer here computes this function", s.node)
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

// then is a step after s, with the same values until it says otherwise.
func (s *step) then(n *operation, l layer.Layer) (*step, error) {
	if s.depth == maxLayers {
		return nil, fmt.Errorf("more than %d layers", maxLayers)
	}
	return &step{before: s, node: n, layer: l, shape: s.shape, layout: s.layout, folded: s.folded, depth: s.depth + 1}, nil
}

// add is then for a layer that gives other values, of which the layout is given.
func (s *step) add(n *operation, l layer.Layer, to layout, weights ...weight) (*step, error) {
	next, err := s.then(n, l)
	if err != nil {
		return nil, err
	}
	next.weights, next.layout = weights, to
	next.shape, err = l.OutputShape(tensor.Shape(s.shape))
	return next, err
}

// as is the step with rows of another shape, and the same values.
func (s *step) as(shape []int) *step {
	if slices.Equal(s.shape, shape) {
		return s
	}
	to := &step{before: s, node: s.node, layer: layer.Reshape{Target: shape}, shape: shape, layout: s.layout,
		folded: s.folded, logs: s.logs, depth: s.depth}
	if len(shape) == 1 {
		to.layer = layer.Flatten{}
	}
	return to
}

// with is the step with its values on other axes of the file.
func (s *step) with(n *operation, l layout) *step {
	to := *s
	to.node, to.layout = n, l
	return &to
}

// inner brings the values of an axis of the file, or of several, to the last axis of a row in the net. It returns where
// each of them is there; nil: in their order. It is an error if they are not beside one another.
func (s *step) inner(parts []part) (*step, []int, error) {
	parts = merged(parts)
	n, last := sizeOf(parts), 0
	for _, p := range parts {
		last += (p.size - 1) * p.stride
	}
	if last != n-1 {
		return nil, nil, orderError{errors.New("its values are in another order, and no layer here moves them: " +
			"want pictures as (channels, height, width) before Conv, pools and BatchNormalization, and a Flatten before Gemm")}
	}
	var at []int
	if len(parts) > 1 {
		at = offsets(parts)
	}
	switch all := s.size(); {
	case s.shape[len(s.shape)-1] == n:
		return s, at, nil
	case all == n:
		return s.as([]int{n}), at, nil
	default:
		return s.as([]int{all / n, n}), at, nil
	}
}

// inverse lists for each place which number is there; nil for nil.
func inverse(at []int) []int {
	if at == nil {
		return nil
	}
	list := make([]int, len(at))
	for i, k := range at {
		list[k] = i
	}
	return list
}
