package op

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/random"
)

// Mask selects the random numbers of a dropout or of noise. They depend on Seed, *Step, row and element alone, so that
// a run can be repeated or resumed without any stored state.
type Mask struct {
	Seed uint32  // of the layer
	Step *uint64 // the number of the layer's call in training, from 0; read at each run; the model increments it
	Row  int     // the index of the first row in its batch; above 0 on a rank with a later shard
}

// draw returns the random numbers of the next run.
func (m Mask) draw() random.Draw { return random.NewDraw(uint64(m.Seed), *m.Step) }

// Dropout adds inverted dropout on x (rows, ...): each value becomes 0 with probability rate, or is
// scaled by 1/(1-rate). The gradient has the same mask and the same scale.
func Dropout(x *gorgonia.Node, rate float64, mask Mask) (*gorgonia.Node, error) {
	if !(rate >= 0 && rate < 1) {
		return nil, fmt.Errorf("Dropout: rate %v, want 0 <= rate < 1", rate)
	}
	if err := mask.check("Dropout", x); err != nil {
		return nil, err
	}
	return typed("Dropout", x,
		ownGradient("Dropout", x, true, dropout[float32](x.Shape(), rate, mask)),
		ownGradient("Dropout", x, true, dropout[float64](x.Shape(), rate, mask)))
}

// check returns an error for a mask without a step or with a negative row, and for an x without rows.
func (m Mask) check(name string, x *gorgonia.Node) error {
	switch {
	case m.Step == nil:
		return fmt.Errorf("%s: the mask has no Step, want a step counter", name)
	case m.Row < 0:
		return fmt.Errorf("%s: first row %d, want at least 0", name, m.Row)
	case x.Dims() < 2:
		return fmt.Errorf("%s: x %v, want (rows, ...) with at least two axes", name, x.Shape())
	}
	return nil
}

func dropout[T kernel.Float](shape tensor.Shape, rate float64, mask Mask) func(y, x []T) {
	first := mask.Row * (shape.TotalSize() / shape[0])
	return func(y, x []T) { kernel.Dropout(y, x, first, rate, mask.draw()) }
}

// SpatialDropout2D is Dropout of whole channels of images, x (rows, height, width, channels): a row and a channel share
// one random number.
func SpatialDropout2D(x *gorgonia.Node, rate float64, mask Mask) (*gorgonia.Node, error) {
	if !(rate >= 0 && rate < 1) {
		return nil, fmt.Errorf("SpatialDropout2D: rate %v, want 0 <= rate < 1", rate)
	}
	if err := mask.check("SpatialDropout2D", x); err != nil {
		return nil, err
	}
	if x.Dims() != 4 {
		return nil, fmt.Errorf("SpatialDropout2D: x %v, want (rows, height, width, channels)", x.Shape())
	}
	return typed("SpatialDropout2D", x,
		ownGradient("SpatialDropout2D", x, true, spatialDropout[float32](x.Shape(), rate, mask)),
		ownGradient("SpatialDropout2D", x, true, spatialDropout[float64](x.Shape(), rate, mask)))
}

func spatialDropout[T kernel.Float](s tensor.Shape, rate float64, mask Mask) func(y, x []T) {
	var work []T // both the forward run and the gradient fill it before they read it
	return func(y, x []T) {
		if work == nil {
			work = make([]T, s[0]*s[3])
		}
		kernel.SpatialDropout(y, x, work, s[0], s[1]*s[2], s[3], mask.Row, rate, mask.draw())
	}
}

// GaussianNoise adds a normal number of mean 0 and the given standard deviation to each value of x (rows, ...). Its
// gradient is dy.
func GaussianNoise(x *gorgonia.Node, stddev float64, mask Mask) (*gorgonia.Node, error) {
	if !(stddev >= 0 && stddev <= math.MaxFloat64) {
		return nil, fmt.Errorf("GaussianNoise: standard deviation %v, want a number from 0 on", stddev)
	}
	if err := mask.check("GaussianNoise", x); err != nil {
		return nil, err
	}
	return typed("GaussianNoise", x,
		func() (*gorgonia.Node, error) { return gaussianNoise[float32](x, stddev, mask) },
		func() (*gorgonia.Node, error) { return gaussianNoise[float64](x, stddev, mask) })
}

func gaussianNoise[T kernel.Float](x *gorgonia.Node, stddev float64, mask Mask) (*gorgonia.Node, error) {
	first := mask.Row * (x.Shape().TotalSize() / x.Shape()[0])
	return apply(&function[T]{
		name:  "GaussianNoise",
		shape: x.Shape(),
		run: func(y []T, v [][]T) {
			kernel.GaussianNoise(y, v[0], first, stddev, mask.draw())
		},
		diff: func(_ gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) { return gorgonia.Nodes{dy}, nil },
	}, x)
}
