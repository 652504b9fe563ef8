package onnx

import (
	"fmt"
	"slices"

	"gorgonia-lectures/common/layer"
)

// one returns the value that all values of the tensor have; ok is false if they differ.
func (c *constant) one() (v float64, ok bool, err error) {
	const most = 1 << 20
	if c.size() == 0 || c.size() > most {
		return 0, false, nil
	}
	list, err := numbersIn[float64](c)
	if err != nil {
		return 0, false, fmt.Errorf("%v: %w", c, err)
	}
	return list[0], !slices.ContainsFunc(list, func(v float64) bool { return v != list[0] }), nil
}

// pairwise reads an operator of two inputs: a step and a tensor, two functions of one step, or two integers.
func pairwise(f func(a, b float64) float64) func(*call) (value, error) {
	return func(c *call) (value, error) {
		a, err := c.input(0)
		if err != nil {
			return value{}, err
		}
		b, err := c.input(1)
		if err != nil {
			return value{}, err
		}
		if len(c.inputs) > 2 {
			return value{}, fmt.Errorf("it has %d inputs, want 2", len(c.inputs))
		}
		var s *step
		switch {
		case a.step == nil && b.step == nil:
			return c.integerResult(f)
		case a.step != nil && b.step != nil:
			s, err = c.joined(func(v []float64) float64 { return f(v[0], v[1]) })
		case a.step != nil:
			s, err = c.withTensor(0, 1, f)
		default:
			s, err = c.withTensor(1, 0, func(b, a float64) float64 { return f(a, b) })
		}
		return value{step: s}, err
	}
}

func truth(v bool) float64 {
	if v {
		return 1
	}
	return 0
}

// where selects the second input where the first one is true, and the third one where it is false.
func (c *call) where() (value, error) {
	if len(c.inputs) != 3 {
		return value{}, fmt.Errorf("it has %d inputs, want 3", len(c.inputs))
	}
	s, err := c.joined(func(v []float64) float64 {
		if v[0] != 0 {
			return v[1]
		}
		return v[2]
	})
	return value{step: s}, err
}

// integerResult computes an integer from two.
func (c *call) integerResult(f func(a, b float64) float64) (value, error) {
	a, err := c.known(0)
	if err != nil {
		return value{}, err
	}
	b, err := c.known(1)
	if err != nil {
		return value{}, err
	}
	sa, _ := c.sizes(0)
	if len(a) != 1 || len(b) != 1 {
		return value{}, fmt.Errorf("its inputs have %d and %d values, want one each", len(a), len(b))
	}
	n := f(float64(a[0]), float64(b[0]))
	if n-n != 0 {
		return value{}, fmt.Errorf("the result is %v, want an integer", n)
	}
	return value{sizes: &sizes{list: []size{{n: int64(n)}}, scalar: sa.scalar}}, nil
}

// withTensor adds f of a step, the input net, and a tensor, the input number. The tensor has one value, or one for each
// value of some adjacent axes: then f must be affine in x, and becomes a frozen BatchNormalization.
func (c *call) withTensor(net, number int, f func(x, number float64) float64) (*step, error) {
	in, err := c.folded(net)
	if err != nil {
		return nil, err
	}
	t, err := c.weights(number)
	if err != nil {
		return nil, err
	}
	parts, err := in.axesOf(t)
	if err != nil {
		return nil, err
	}
	var at []int
	if parts != nil {
		if in, at, err = in.inner(parts); err != nil {
			return nil, err
		}
	}
	if c.op == opAdd && in.unbiased() && at == nil && (parts == nil || sizeOf(parts) == in.shape[len(in.shape)-1]) {
		bias := *t
		bias.dims = []int{t.size()}
		return in.biased(&bias, 1)
	}
	v, same, err := t.one()
	if err != nil {
		return nil, err
	}
	if same {
		return c.elementwise(in, nil, func(x float64) float64 { return f(x, v) })
	}
	// with mean 0 and variance 1, gamma is the slope of f and beta its value at 0
	affine := []string{opAdd, opSub, opMul, opDiv}
	if !slices.Contains(affine, c.op) || c.op == opDiv && net == 1 {
		return nil, fmt.Errorf("%v has several values, want one", t)
	}
	places := places(inverse(at))
	weights := []weight{
		{from: t, at: places, value: func(v float64) float64 { return f(1, v) - f(0, v) }},
		{from: t, at: places, value: func(v float64) float64 { return f(0, v) }},
		filled(0), filled(1),
	}
	return in.add(c.operation, layer.Frozen{Layer: layer.BatchNormalization{Epsilon: -1}}, in.layout, weights...)
}

// filled is a parameter whose values are all v.
func filled(v float64) weight {
	return weight{from: &constant{dims: []int{1}, floats: []float64{v}}, at: func(int) int { return 0 }}
}

// axesOf returns the parts of the axes along which the tensor has more than one value, by ONNX's rules of broadcasting.
// These axes must be adjacent.
func (s *step) axesOf(t *constant) ([]part, error) {
	dims := append([]int{1}, s.layout.dims()...) // the tensor must be the same for all rows
	first, last := len(dims), 0
	skip := len(dims) - len(t.dims)
	if skip < 0 {
		return nil, fmt.Errorf("%v of shape %v has more axes than rows of %v", t, t.dims, s.layout.dims())
	}
	for i, n := range t.dims {
		axis := skip + i
		if n == 1 {
			continue
		}
		if axis < 1 || n != dims[axis] {
			return nil, fmt.Errorf("%v of shape %v does not broadcast to rows of %v", t, t.dims, s.layout.dims())
		}
		first, last = min(first, axis), axis
	}
	var parts []part
	for axis := first; axis <= last; axis++ {
		if t.dims[axis-skip] != dims[axis] {
			return nil, fmt.Errorf("%v of shape %v does not broadcast to rows of %v", t, t.dims, s.layout.dims())
		}
		parts = append(parts, s.layout[axis-1]...)
	}
	return parts, nil
}
