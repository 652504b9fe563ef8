package op

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Mask says which random numbers a dropout draws: they are a function of Seed, Layer, *Step, row and
// element alone, so that nothing has to be stored to repeat or to continue a run.
type Mask struct {
	Seed  uint64
	Layer uint32
	Step  *uint64 // read at each run; the model counts it up
	Row   int     // the first row's number in its batch: not 0 where a batch is shared out
}

// Dropout adds inverted dropout on x (rows, ...): each value is 0 with probability rate, and
// else scaled by 1/(1-rate). The gradient has the same mask and the same scale.
func Dropout(x *gorgonia.Node, rate float64, mask Mask) (*gorgonia.Node, error) {
	if !(rate >= 0 && rate < 1) {
		return nil, fmt.Errorf("Dropout: rate %v, want 0 <= rate < 1", rate)
	}
	if mask.Step == nil {
		return nil, fmt.Errorf("Dropout: no step counter")
	}
	if mask.Row < 0 {
		return nil, fmt.Errorf("Dropout: first row %d, want at least 0", mask.Row)
	}
	if x.Dims() < 2 {
		return nil, fmt.Errorf("Dropout: x %v, want (rows, ...) with at least two axes", x.Shape())
	}
	return typed("Dropout", x,
		func() (*gorgonia.Node, error) { return dropout[float32](x, rate, mask, true) },
		func() (*gorgonia.Node, error) { return dropout[float64](x, rate, mask, true) })
}

func dropout[T kernel.Float](x *gorgonia.Node, rate float64, mask Mask, forward bool) (*gorgonia.Node, error) {
	rows := x.Shape()[0]
	cols := x.Shape().TotalSize() / rows
	f := &function[T]{
		name:  "Dropout",
		shape: x.Shape(),
		run: func(y []T, v [][]T) error {
			kernel.Dropout(y, v[0], rows, cols, mask.Row, rate, mask.Seed, mask.Layer, *mask.Step)
			return nil
		},
	}
	if forward {
		f.wrt = []bool{true}
		f.diff = func(_ gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := dropout[T](dy, rate, mask, false)
			return gorgonia.Nodes{dx}, err
		}
	} else {
		f.name = "Dropout.dx"
	}
	return apply(f, x)
}
