package onnx

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
)

// step is a value of the net: the output of a chain of layers.
type step struct {
	before  *step // nil: this is the input
	node    *operation
	layer   layer.Layer // nil: no layer computes value alone, but one may compute it composed with later functions
	weights []weight
	shape   []int  // of a row in the net
	layout  layout // where the values of a row in the file are in the net
	folded  []part // the values of a row that a Reshape of the file has folded into the batch axis
	depth   int    // the number of steps before
	logs    bool   // the file has the logarithm of the layer's output

	value func(float64) float64 // the elementwise function of before; nil: the layer is not elementwise
	calls int                   // the number of operators composed in value
	begin *operation            // the first of them
}

// size is the number of values of a row in the net.
func (s *step) size() int { return tensor.Shape(s.shape).TotalSize() }

// then returns a step after s by the layer l, with the shape and the layout of s.
func (s *step) then(n *operation, l layer.Layer) (*step, error) {
	if s.depth == maxLayers {
		return nil, fmt.Errorf("more than %d layers", maxLayers)
	}
	return &step{before: s, node: n, layer: l, shape: s.shape, layout: s.layout, folded: s.folded, depth: s.depth + 1,
		begin: n}, nil
}

// add is then for a layer whose output has another layout and maybe another shape.
func (s *step) add(n *operation, l layer.Layer, to layout, weights ...weight) (*step, error) {
	next, err := s.then(n, l)
	if err != nil {
		return nil, err
	}
	next.weights, next.layout = weights, to
	next.shape, err = l.OutputShape(tensor.Shape(s.shape))
	return next, err
}

// as returns the step with its rows reshaped in the net; the values and their layout stay.
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

// with returns the step with another layout, as after a Reshape or Transpose of the file.
func (s *step) with(n *operation, l layout) *step {
	to := *s
	to.node, to.layout = n, l
	return &to
}

// aligned reports whether two steps have the same axes in the file.
func (s *step) aligned(other *step) bool {
	return slices.EqualFunc(s.layout, other.layout, slices.Equal[[]part]) && slices.Equal(s.folded, other.folded)
}

// inner reshapes the step so that the last axis of its rows in the net has the values that parts count: those of an
// axis of the file, or of several. It returns the index on the last axis of each value in the file's order; nil: they
// are in order. It is an error if the values are not adjacent in the net.
func (s *step) inner(parts []part) (*step, []int, error) {
	parts = merged(parts)
	n, last := sizeOf(parts), 0
	for _, p := range parts {
		last += (p.size - 1) * p.stride
	}
	if last != n-1 {
		return nil, nil, orderError{errors.New("its input has the axes in another order, and no layer transposes them: " +
			"want images as (channels, height, width) before Conv, pools and BatchNormalization, and a Flatten before Gemm")}
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

// inverse is the inverse of the permutation at; nil for nil.
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
