package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gorgonia-lectures/common/internal/text"
)

// reshapeSizes makes a list of a number, or the other way round.
func (c *call) reshapeSizes(target sizes) (value, error) {
	s, err := c.sizes(0)
	if err != nil {
		return value{}, err
	}
	if len(target.list) > 1 {
		return value{}, errors.New("a constant on several axes, want whole numbers on one")
	}
	s.scalar = len(target.list) == 0
	return value{sizes: &s}, nil
}

// cast changes the kind of whole numbers, and not that of the net's.
func (c *call) cast() (value, error) {
	v, err := c.input(0)
	if err != nil {
		return value{}, err
	}
	to := int64(c.integer("to", 0))
	delete(c.attributes, "saturate") // of numbers of 8 bits
	delete(c.attributes, "round_mode")
	from := to
	switch {
	case v.step != nil && to != dataFloat && to != dataDouble, v.sizes != nil && to != dataInt64 && to != dataInt32:
		from = 0
	case v.constant != nil && to != v.constant.kind:
		if _, err := v.constant.list(); err != nil || to != dataInt64 && to != dataInt32 {
			from = v.constant.kind
		}
	}
	if from != to {
		return value{}, fmt.Errorf("it gives %s, want the kind of number that its input has", kindName(to))
	}
	return v, nil
}

// constant is an attribute as a tensor.
func (c *call) constant() (value, error) {
	if a, ok := c.take("value", typeTensor); ok && a.tensor != nil {
		t := *a.tensor
		t.name = c.outputs[0]
		return value{constant: &t}, nil
	}
	for _, kind := range []struct {
		name   string
		kind   int64
		scalar bool
	}{{"value_float", typeFloat, true}, {"value_floats", typeFloats, false}, {"value_int", typeInt, true},
		{"value_ints", typeInts, false}} {
		a, ok := c.take(kind.name, kind.kind)
		if !ok {
			continue
		}
		t := &constant{name: c.outputs[0], kind: dataFloat, floats: a.floats, varints: a.ints}
		switch kind.kind {
		case typeFloat:
			t.floats = []float64{a.number}
		case typeInt:
			t.kind, t.varints = dataInt64, []int64{a.int}
		case typeInts:
			t.kind = dataInt64
		}
		if !kind.scalar {
			t.dims = []int{len(t.floats) + len(t.varints)}
		}
		return value{constant: t}, nil
	}
	return value{}, errors.New("it has no value, or one of a kind that is not supported")
}

// shape is that of a value of the net.
func (c *call) shape() (value, error) {
	in, err := c.net(0)
	if err != nil {
		return value{}, err
	}
	s := sizes{list: []size{c.rows}}
	for _, n := range in.layout.dims() {
		s.list = append(s.list, size{n: int64(n)})
	}
	all := len(s.list)
	start, end := clamp(c.integer("start", 0), all), clamp(c.integer("end", all), all)
	s.list = s.list[start:max(start, end)]
	return value{sizes: &s}, nil
}

// clamp counts an index from the end if it is negative, and keeps it in a list of n.
func clamp(i, n int) int {
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

// gather takes numbers of a list.
func (c *call) gather() (value, error) {
	s, err := c.sizes(0)
	if err != nil {
		return value{}, err
	}
	at, err := c.sizes(1)
	if err != nil {
		return value{}, err
	}
	c.axis(c.integer("axis", 0), 1)
	to := sizes{scalar: at.scalar}
	for _, i := range at.list {
		k := i.n
		if k < 0 {
			k += int64(len(s.list))
		}
		if i.name != "" || k < 0 || k >= int64(len(s.list)) || s.scalar {
			return value{}, fmt.Errorf("it takes number %v of %d", i, len(s.list))
		}
		to.list = append(to.list, s.list[k])
	}
	return value{sizes: &to}, nil
}

// slice takes a part of a list.
func (c *call) slice() (value, error) {
	s, err := c.sizes(0)
	if err != nil {
		return value{}, err
	}
	bounds := [2]int{}
	for i := range bounds {
		list, err := c.sizes(1 + i)
		if err != nil {
			return value{}, err
		}
		if len(list.list) != 1 || list.list[0].name != "" {
			return value{}, errors.New("it takes a part on several axes, want one")
		}
		bounds[i] = clamp(int(min(max(list.list[0].n, -maxParts), maxParts)), len(s.list))
	}
	if c.has(3) {
		if _, err := c.axes(3, 1); err != nil {
			return value{}, err
		}
	}
	if c.has(4) {
		if steps, err := c.known(4); err != nil || !slices.Equal(steps, []int{1}) {
			return value{}, cmp.Or(err, fmt.Errorf("steps are %v, want 1", steps))
		}
	}
	s.list = s.list[bounds[0]:max(bounds[0], bounds[1])]
	return value{sizes: &s}, nil
}

// concat joins lists.
func (c *call) concat() (value, error) {
	var to sizes
	for i, name := range c.inputs {
		if c.values[name].step != nil {
			return value{}, errors.New("it joins values of the net: want a chain of layers")
		}
		s, err := c.sizes(i)
		if err != nil {
			return value{}, err
		}
		if s.scalar {
			return value{}, fmt.Errorf("its input %s has no axis", text.Brief(name))
		}
		if to.list = append(to.list, s.list...); len(to.list) > maxParts {
			return value{}, fmt.Errorf("more than %d numbers", maxParts)
		}
	}
	c.axis(c.integer("axis", 0), 1)
	return value{sizes: &to}, nil
}
