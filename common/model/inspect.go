package model

import (
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
)

// Layer is a layer of a net.
type Layer struct {
	layer.Layer
	Name   string   // Keras' automatic name: dense, dense_1
	Params []*Param // its weights, kernel before bias
	Output []int    // the shape of one row of its output; nil: the layer does not fit
}

// ParamCount is the number of values of the layer's weights.
func (l Layer) ParamCount() int { return count(l.Params) }

// Layers lists the layers from input to output.
func (n *Net) Layers() []Layer {
	list := make([]Layer, len(n.layers))
	for i, l := range n.layers {
		list[i] = l.Layer
		list[i].Output = slices.Clone(l.Output)
	}
	return list
}

// InputShape is the shape of one row of the input.
func (n *Net) InputShape() []int { return n.input.Clone() }

// OutputShape is the shape of one row of the output, nil for a net whose layers do not fit.
func (n *Net) OutputShape() []int {
	if len(n.layers) == 0 {
		return nil
	}
	return slices.Clone(n.output())
}

// RowSize is the number of values of one row in the net: its input and the outputs of all layers.
func (n *Net) RowSize() int {
	values := n.input.TotalSize()
	for _, l := range n.layers {
		values += tensor.Shape(l.Output).TotalSize()
	}
	return values
}

// ParamCount is the number of values of all weights.
func (n *Net) ParamCount() int { return count(n.params) }

func count(params []*Param) int {
	values := 0
	for _, p := range params {
		values += p.Size()
	}
	return values
}

// Statistics is how many sums over a batch a layer's statistics have at most; 0 if no layer has any in training. The
// net must be compiled.
func (n *Net) Statistics() int {
	most := 0
	for _, l := range n.layers {
		for _, p := range l.Params {
			if l.batchStatistics {
				most = max(most, 2*p.Size()) // two for each value of the last axis
			}
		}
	}
	return most
}

// Config is what the net was compiled with, its defaults filled in; Start is nil.
func (n *Net) Config() Config { return n.config }

// Shape is the shape of the parameter.
func (p *Param) Shape() []int { return p.shape.Clone() }

// Size is the number of its values.
func (p *Param) Size() int { return p.shape.TotalSize() }
