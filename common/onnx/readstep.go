package onnx

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
)

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

// then is a step after s, with the same values until others are set.
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
