package layer

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/shape"
	"gorgonia-lectures/common/op"
)

// Reshape gives each row another shape with the same number of values, in row-major order.
type Reshape struct {
	Target []int // one size may be -1: it follows from the others
}

// Kind is Keras' class name.
func (Reshape) Kind() string { return "Reshape" }

// OutputShape is Target; the error names a target that the row does not fit.
func (r Reshape) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	target := tensor.Shape(slices.Clone(r.Target))
	free := slices.Index(target, -1)
	if free >= 0 {
		target[free] = 1
	}
	known, err := shape.Size(target, 1, math.MaxInt32)
	if err != nil {
		return nil, fmt.Errorf("target %v: %w", r.Target, err)
	}
	values := input.TotalSize()
	if free >= 0 {
		target[free] = values / known
	}
	if len(target) == 0 || target.TotalSize() != values || values == 0 {
		return nil, fmt.Errorf("target %v does not fit the %d values of the input %v", r.Target, values, input)
	}
	return target, nil
}

// Params is nil: the layer learns nothing.
func (Reshape) Params(tensor.Shape) []Param { return nil }

// Build adds a view of x.
func (r Reshape) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	target, err := r.OutputShape(x.Shape()[1:])
	if err != nil {
		return nil, err
	}
	return op.Reshape(x, target)
}
