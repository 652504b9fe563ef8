package model

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/libm"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/op"
)

// Probabilities is the output of the net, (rows, output...), as probabilities if it is logits, else the output itself.
// Logits are what the loss takes for them by its Options, and what a linear last layer gives to a cross-entropy; several
// linear outputs are logits for a loss that is not one of package loss, too.
func (n *Net) Probabilities(output *tensor.Dense) *tensor.Dense {
	if !n.logits {
		return output
	}
	values := Float64s(output)
	probabilities(values, n.output()[len(n.output())-1], loss.Base(n.config.Loss) == loss.BinaryCrossentropy)
	result := newTensor(output.Dtype(), output.Shape())
	SetFloat64s(result, values)
	return result
}

// probabilities replaces logits by the sigmoid of each, or by the softmax of each row.
func probabilities(values []float64, width int, sigmoid bool) {
	if sigmoid {
		for i, x := range values {
			values[i] = 1 / (1 + libm.Exp(-x))
		}
		return
	}
	for row := range slices.Chunk(values, width) {
		top, sum := slices.Max(row), 0.0
		for i, x := range row {
			row[i] = libm.Exp(x - top)
			sum += row[i]
		}
		for i := range row {
			row[i] /= sum
		}
	}
}

// givesLogits reports whether the output of the net, whose node is given, is logits for its loss.
func (n *Net) givesLogits(output *gorgonia.Node) bool {
	if _, done := op.Logits(output); done {
		return false
	}
	options, _ := n.config.Loss.(loss.Options)
	logits := options.FromLogits || n.Linear()
	switch loss.Base(n.config.Loss) {
	case loss.MeanSquaredError:
		return false
	case loss.BinaryCrossentropy:
		return logits
	}
	return logits && n.output().TotalSize() > 1
}

// Linear reports whether no activation follows the sums of the last Dense or Conv2D, so that the output may be logits.
func (n *Net) Linear() bool {
	for _, s := range slices.Backward(n.layers) {
		switch l := layer.Unwrap(s.Layer.Layer).(type) {
		case layer.Dense:
			return l.Activation == layer.Linear
		case layer.Conv2D:
			return l.Activation == layer.Linear
		case layer.ActivationLayer:
			if l.Activation != layer.Linear {
				return false
			}
		case layer.Flatten, layer.Reshape, layer.Dropout, layer.BatchNormalization, layer.Rescaling,
			layer.MaxPool2D, layer.AveragePool2D, layer.GlobalMaxPool2D, layer.GlobalAveragePool2D:
		default:
			return false
		}
	}
	return false
}
