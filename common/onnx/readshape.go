package onnx

import (
	"errors"
	"fmt"
	"slices"
)

// shapeOperators are the operators that change no value of the net: they change its axes, or compute the integers for a
// Reshape.
var shapeOperators = operators{
	opReshape:   (*call).reshape,
	opFlatten:   (*call).flatten,
	opTranspose: (*call).transpose,
	opSqueeze:   (*call).squeeze,
	opUnsqueeze: (*call).unsqueeze,
	opIdentity:  func(c *call) (value, error) { return c.input(0) },
	opCast:      (*call).cast,
	opConstant:  (*call).constant,
	"Shape":     (*call).shape,
	"Gather":    (*call).gather,
	"Slice":     (*call).slice,
	opConcat:    (*call).concat,
}

// reshape changes the shape of rows, or folds values of a row into the batch axis and back.
func (c *call) reshape() (value, error) {
	v, err := c.input(0)
	if err != nil {
		return value{}, err
	}
	copied := c.integer("allowzero", 0) == 0
	target, err := c.sizes(1)
	if err != nil {
		return value{}, err
	}
	if v.step == nil {
		return c.reshapeSizes(target)
	}
	in := v.step
	dims, folded, ok := c.target(in, target.list, copied)
	if !ok {
		return value{}, fmt.Errorf("it reshapes to %v, from batch size %v and rows of %v: want the batch axis kept",
			target.list, c.rows, in.layout.dims())
	}
	axes, ok := append(layout{in.folded}, in.layout...).reshape(append([]int{folded}, dims...))
	if !ok {
		return value{}, orderError{fmt.Errorf("its input has the axes of %v in another order, and no layer transposes them",
			in.layout.dims())}
	}
	to := in.with(c.operation, axes[1:])
	to.folded = axes[0]
	return value{step: to}, nil
}

// target applies the sizes of a Reshape to a step: dims are the new axes of a row, and folded is how many values of a
// row are folded into the batch axis. Some exporters fold all pixels into it, and unfold them later. copied: a 0 keeps
// the size of the axis.
func (c *call) target(in *step, list []size, copied bool) (dims []int, folded int, ok bool) {
	if len(list) == 0 {
		return nil, 0, false
	}
	before := in.layout.dims()
	total := in.size()
	free, product := -1, 1
	for i, s := range list[1:] {
		n := s.n
		switch {
		case n == 0 && copied && i < len(before):
			n = int64(before[i])
		case n == -1 && free < 0:
			free, n = i, 1
		}
		if s.name != "" || n < 1 || n > int64(total/product) {
			return nil, 0, false
		}
		dims, product = append(dims, int(n)), product*int(n)
	}
	switch first := list[0]; {
	case first == c.rows:
		folded = 1
	case first.name != "":
		return nil, 0, false
	case first.n == 0 && copied:
		folded = sizeOf(in.folded)
	case first.n == -1 && free < 0:
		folded = total / product
	case first.n > 0 && c.rows.name == "" && c.rows.n > 0 && first.n%c.rows.n == 0 && first.n/c.rows.n <= int64(total):
		folded = int(first.n / c.rows.n)
	default:
		return nil, 0, false
	}
	if free >= 0 {
		dims[free] = max(total/(product*folded), 1)
		product *= dims[free]
	}
	return dims, folded, product*folded == total
}

// flatten joins all axes but the batch axis.
func (c *call) flatten() (value, error) {
	in, err := c.net(0)
	if err != nil {
		return value{}, err
	}
	if axis := c.integer("axis", 1); c.axis(axis, len(in.layout)+1) != 1 {
		return value{}, fmt.Errorf("axis is %d, want 1", axis)
	}
	return value{step: in.with(c.operation, layout{merged(slices.Concat(in.layout...))})}, nil
}

// transpose permutes the axes of rows.
func (c *call) transpose() (value, error) {
	in, err := c.net(0)
	if err != nil {
		return value{}, err
	}
	axes := len(in.layout) + 1
	perm := c.integers("perm")
	if sorted := slices.Sorted(slices.Values(perm)); !slices.Equal(sorted, upTo(axes)) || perm[0] != 0 {
		return value{}, fmt.Errorf("perm is %v, want the axes 0 to %d with the batch axis 0 first", perm, axes-1)
	}
	to := make(layout, 0, axes-1)
	for _, axis := range perm[1:] {
		to = append(to, in.layout[axis-1])
	}
	return value{step: in.with(c.operation, to)}, nil
}

// squeeze removes axes of size 1.
func (c *call) squeeze() (value, error) {
	v, err := c.input(0)
	if err != nil {
		return value{}, err
	}
	if v.step == nil {
		s, err := c.sizes(0)
		if _, err := c.axes(1, 1); err != nil {
			return value{}, err
		}
		s.scalar = true
		if err == nil && len(s.list) != 1 {
			err = fmt.Errorf("its input has %d values, want one", len(s.list))
		}
		return value{sizes: &s}, err
	}
	in := v.step
	axes, err := c.axes(1, len(in.layout)+1)
	if err != nil {
		return value{}, err
	}
	dims := in.layout.dims()
	if axes == nil {
		return value{}, errors.New("it has no axes, want the axes to remove")
	}
	var to layout
	for i, parts := range in.layout {
		if !slices.Contains(axes, i+1) {
			to = append(to, parts)
		} else if dims[i] != 1 {
			return value{}, fmt.Errorf("axis %d has size %d, want 1", i+1, dims[i])
		}
	}
	if slices.Contains(axes, 0) {
		return value{}, errors.New("it removes the batch axis, want it kept")
	}
	return value{step: in.with(c.operation, to)}, nil
}

// unsqueeze adds axes of size 1.
func (c *call) unsqueeze() (value, error) {
	v, err := c.input(0)
	if err != nil {
		return value{}, err
	}
	if v.step == nil {
		s, err := c.sizes(0)
		if err == nil && !s.scalar {
			err = fmt.Errorf("its input is a list of %d values, want a scalar", len(s.list))
		}
		if _, failed := c.axes(1, 1); failed != nil {
			return value{}, failed
		}
		s.scalar = false
		return value{sizes: &s}, err
	}
	in := v.step
	count := len(in.layout) + 1
	if c.has(1) {
		list, err := c.sizes(1)
		if err != nil {
			return value{}, err
		}
		count += len(list.list)
	} else {
		count += len(c.attributes["axes"].ints)
	}
	axes, err := c.axes(1, count)
	if err != nil {
		return value{}, err
	}
	if slices.Contains(axes, 0) || count > maxParts {
		return value{}, fmt.Errorf("axes are %v, want the batch axis 0 first and at most %d axes", axes, maxParts)
	}
	var to layout
	rest := in.layout
	for axis := 1; axis < count; axis++ {
		if slices.Contains(axes, axis) {
			to = append(to, nil)
		} else {
			to, rest = append(to, rest[0]), rest[1:]
		}
	}
	return value{step: in.with(c.operation, to)}, nil
}
