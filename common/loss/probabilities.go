package loss

import (
	"slices"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/internal/libm"
	"gorgonia-lectures/common/op"
)

// Probabilities is what makes probabilities of a row of a net's output, (rows, ...), along its last axis and in place;
// nil if the output is no logits. Logits are what the loss takes for them by its Options, and what a linear last layer
// gives to a cross-entropy; several linear outputs are logits for a loss that is not one of this package, too.
func Probabilities(l Loss, output *gorgonia.Node, linear bool) func(row []float64) {
	options, _ := l.(Options)
	if _, done := op.Logits(output); done || !options.FromLogits && !linear {
		return nil
	}
	if rows := output.Shape()[0]; output.Shape().TotalSize() == rows && Base(l) != BinaryCrossentropy {
		return nil // the softmax of one number is 1
	}
	if b, ok := Base(l).(builtin); ok && b.known() {
		return builtins[b].probabilities
	}
	return softmax
}

// sigmoids replaces logits by the sigmoid of each.
func sigmoids(row []float64) {
	for i, x := range row {
		row[i] = 1 / (1 + libm.Exp(-x))
	}
}

// softmax replaces logits by their softmax.
func softmax(row []float64) {
	top, sum := slices.Max(row), 0.0
	for i, x := range row {
		row[i] = libm.Exp(x - top)
		sum += row[i]
	}
	for i := range row {
		row[i] /= sum
	}
}
