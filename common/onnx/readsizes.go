package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gorgonia-lectures/common/internal/text"
)

// reshapeSizes reshapes a scalar to a list of one value, or a list to a scalar.
func (c *call) reshapeSizes(target sizes) (value, error) {
	s, err := c.sizes(0)
	if err != nil {
		return value{}, err
	}
	if len(target.list) > 1 {
		return value{}, fmt.Errorf("it reshapes integers to %d axes, want at most one", len(target.list))
	}
	s.scalar = len(target.list) == 0
	return value{sizes: &s}, nil
}

// cast reads a Cast between int32 and int64, and one that changes nothing.
func (c *call) cast() (value, error) {
	v, err := c.input(0)
	if err != nil {
		return value{}, err
	}
	to := int64(c.integer("to", 0))
	delete(c.attributes, "saturate") // of 8-bit floats
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
		return value{}, fmt.Errorf("it casts to %s, want the data type of its input", kindName(to))
	}
	return v, nil
}

// constant returns the node's attribute as a tensor.
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
	return value{}, errors.New("it has no value of a supported type, want a tensor, floats or integers")
}

// shape returns the shape of a step in the file, with the batch axis.
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

// clamp converts an index, counted from the end if negative, to one from 0 to n.
func clamp(i, n int) int {
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

// gather selects values of a list by their indices.
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
			return value{}, fmt.Errorf("index %v of a list of %d values, want an index in it", i, len(s.list))
		}
		to.list = append(to.list, s.list[k])
	}
	return value{sizes: &to}, nil
}

// slice returns a contiguous part of a list.
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
			return value{}, errors.New("it slices several axes, want one")
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
			return value{}, cmp.Or(err, fmt.Errorf("steps are %v, want [1]", steps))
		}
	}
	s.list = s.list[bounds[0]:max(bounds[0], bounds[1])]
	return value{sizes: &s}, nil
}

// concat concatenates lists.
func (c *call) concat() (value, error) {
	var to sizes
	for i, name := range c.inputs {
		if c.values[name].step != nil {
			return value{}, errors.New("it joins branches of the net, want a chain of layers")
		}
		s, err := c.sizes(i)
		if err != nil {
			return value{}, err
		}
		if s.scalar {
			return value{}, fmt.Errorf("its input %s is a scalar, want a list", text.Brief(name))
		}
		if to.list = append(to.list, s.list...); len(to.list) > maxParts {
			return value{}, fmt.Errorf("a list of more than %d values", maxParts)
		}
	}
	c.axis(c.integer("axis", 0), 1)
	return value{sizes: &to}, nil
}
