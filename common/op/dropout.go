package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Mask selects the random numbers of a dropout. They depend on Seed, Layer, *Step, row and element alone, so
// that a run can be repeated or resumed without any stored state.
type Mask struct {
	Seed  uint64
	Layer uint32
	Step  *uint64 // read at each run; the model increments it
	Row   int     // the first row's number in its batch: above 0 on a rank that has a later shard
}

// Dropout adds inverted dropout on x (rows, ...): each value becomes 0 with probability rate, or is
// scaled by 1/(1-rate). The gradient has the same mask and the same scale.
func Dropout(x *gorgonia.Node, rate float64, mask Mask) (*gorgonia.Node, error) {
	if !(rate >= 0 && rate < 1) {
		return nil, fmt.Errorf("Dropout: rate %v, want 0 <= rate < 1", rate)
	}
	if mask.Step == nil {
		return nil, fmt.Errorf("Dropout: the mask has no Step, want a step counter")
	}
	if mask.Row < 0 {
		return nil, fmt.Errorf("Dropout: first row %d, want at least 0", mask.Row)
	}
	if x.Dims() < 2 {
		return nil, fmt.Errorf("Dropout: x %v, want (rows, ...) with at least two axes", x.Shape())
	}
	return typed("Dropout", x,
		ownGradient("Dropout", x, dropout[float32](x.Shape(), rate, mask)),
		ownGradient("Dropout", x, dropout[float64](x.Shape(), rate, mask)))
}

func dropout[T kernel.Float](shape tensor.Shape, rate float64, mask Mask) func(y, x []T) {
	rows := shape[0]
	cols := shape.TotalSize() / rows
	return func(y, x []T) {
		kernel.Dropout(y, x, rows, cols, mask.Row, rate, mask.Seed, mask.Layer, *mask.Step)
	}
}
