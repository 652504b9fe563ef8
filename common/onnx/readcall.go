package onnx

import (
	"errors"
	"fmt"
	"math"

	"gorgonia-lectures/common/internal/text"
)

// call is a node that is being turned into a step.
type call struct {
	*operation
	*builder
	attributes map[string]setting // those not yet read
	err        error              // the first error of an attribute
}

// take returns an attribute of a type and removes it from those not yet read.
func (c *call) take(name string, kind int64) (a setting, ok bool) {
	a, ok = c.attributes[name]
	delete(c.attributes, name)
	if ok && a.kind != kind {
		c.fail("attribute %s is of type %d, want %d", name, a.kind, kind)
		return a, false
	}
	return a, ok
}

// fail keeps the first error of an attribute.
func (c *call) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// integer returns an attribute of type INT, or its default.
func (c *call) integer(name string, standard int) int {
	a, ok := c.take(name, typeInt)
	if !ok {
		return standard
	}
	return c.small(name, a.int)
}

// small converts a number, which must fit an int32.
func (c *call) small(name string, v int64) int {
	if v < math.MinInt32 || v > math.MaxInt32 {
		c.fail("%s is %d, want a number that fits 32 bits", name, v)
		return 0
	}
	return int(v)
}

// integers returns an attribute of type INTS; nil if there is none.
func (c *call) integers(name string) []int {
	a, ok := c.take(name, typeInts)
	if !ok {
		return nil
	}
	return c.smalls(name, a.ints)
}

func (c *call) smalls(name string, list []int64) []int {
	to := make([]int, len(list))
	for i, v := range list {
		to[i] = c.small(name, v)
	}
	return to
}

// number returns an attribute of type FLOAT, or its default.
func (c *call) number(name string, standard float64) float64 {
	a, ok := c.take(name, typeFloat)
	if !ok {
		return standard
	}
	if a.number-a.number != 0 {
		c.fail("%s is %v, want a finite number", name, a.number)
	}
	return a.number
}

// word returns an attribute of type STRING, or its default.
func (c *call) word(name, standard string) string {
	a, ok := c.take(name, typeString)
	if !ok {
		return standard
	}
	return a.text
}

// only is an error unless an attribute has the one value that is supported, which is also its default.
func (c *call) only(name string, want int) {
	if v := c.integer(name, want); v != want {
		c.fail("%s is %d, want %d", name, v, want)
	}
}

// has reports whether the node has input i, from 0.
func (c *call) has(i int) bool { return i < len(c.inputs) && c.inputs[i] != "" }

// input returns the value of input i.
func (c *call) input(i int) (value, error) {
	if !c.has(i) {
		return value{}, fmt.Errorf("it has no input %d", i+1)
	}
	return c.values[c.inputs[i]], nil
}

// net returns input i as a step of the net.
func (c *call) net(i int) (*step, error) {
	s, err := c.folded(i)
	if err == nil && s.folded != nil {
		err = errors.New("its input has pixels folded into the batch axis, want a Reshape that unfolds them before it")
	}
	return s, err
}

// folded is net for an operator on the last axis only: the other axes may be folded into the batch axis.
func (c *call) folded(i int) (*step, error) {
	v, err := c.input(i)
	switch {
	case err != nil:
		return nil, err
	case v.constant != nil:
		return nil, fmt.Errorf("its input %s is a tensor of the file, want a value of the net: "+
			"common/onnx/README.md tells how to fold computed weights", text.Brief(c.inputs[i]))
	case v.step == nil:
		return nil, fmt.Errorf("its input %s does not depend on the net's input", text.Brief(c.inputs[i]))
	case v.step.logs:
		return nil, errors.New("its input is the output of a LogSoftmax, want LogSoftmax as the last node only")
	}
	return v.step, nil
}

// tensor returns input i, which must be a tensor of the file.
func (c *call) tensor(i int) (*constant, error) {
	v, err := c.input(i)
	switch {
	case err != nil:
		return nil, err
	case v.constant == nil:
		return nil, fmt.Errorf("its input %s is computed by a node, want a tensor of the file: "+
			"common/onnx/README.md tells how to fold computed weights", text.Brief(c.inputs[i]))
	}
	return v.constant, nil
}

// weights is tensor for one with the data type of the net.
func (c *call) weights(i int) (*constant, error) {
	t, err := c.tensor(i)
	if err == nil && t.kind != c.kind {
		err = fmt.Errorf("%v has data type %s, want %s like the input of the net", t, kindName(t.kind), kindName(c.kind))
	}
	return t, err
}

// scalar returns input i, which must be a tensor of the file with one value.
func (c *call) scalar(i int) (float64, error) {
	t, err := c.weights(i)
	if err != nil {
		return 0, err
	}
	if t.size() != 1 {
		return 0, fmt.Errorf("%v has shape %v, want one value", t, t.dims)
	}
	list, err := numbersIn[float64](t)
	if err != nil {
		return 0, fmt.Errorf("%v: %w", t, err)
	}
	return list[0], nil
}

// sizes returns input i, integers that were computed from shapes or are a tensor of the file.
func (c *call) sizes(i int) (sizes, error) {
	v, err := c.input(i)
	switch {
	case err != nil:
		return sizes{}, err
	case v.sizes != nil:
		return *v.sizes, nil
	case v.constant == nil:
		return sizes{}, fmt.Errorf("its input %s depends on the net's input, want integers", text.Brief(c.inputs[i]))
	case len(v.constant.dims) > 1:
		return sizes{}, fmt.Errorf("%v has shape %v, want one axis", v.constant, v.constant.dims)
	}
	list, err := v.constant.list()
	s := sizes{scalar: len(v.constant.dims) == 0}
	for _, n := range list {
		s.list = append(s.list, size{n: n})
	}
	return s, err
}

// known is sizes for integers of which none is dynamic.
func (c *call) known(i int) ([]int, error) {
	s, err := c.sizes(i)
	if err != nil {
		return nil, err
	}
	var list []int
	for _, size := range s.list {
		if size.name != "" {
			return nil, fmt.Errorf("its input %s depends on the batch size, want numbers", text.Brief(c.inputs[i]))
		}
		list = append(list, c.small(text.Brief(c.inputs[i]), size.n))
	}
	return list, c.err
}

// axes returns the axes of a value with dims axes, 0 being the batch axis: those of input i in newer operator sets, of
// the attribute axes in older ones; nil if there is neither.
func (c *call) axes(i, dims int) ([]int, error) {
	list := c.integers("axes")
	if c.has(i) {
		var err error
		if list, err = c.known(i); err != nil {
			return nil, err
		}
	}
	seen := map[int]bool{}
	for i, axis := range list {
		list[i] = c.axis(axis, dims)
		if seen[list[i]] {
			c.fail("axis %d is listed twice", axis)
		}
		seen[list[i]] = true
	}
	return list, c.err
}

// axis converts an axis, counted from the end if negative, to one from 0 to dims-1.
func (c *call) axis(axis, dims int) int {
	if axis < -dims || axis >= dims {
		c.fail("axis is %d, want %d to %d", axis, -dims, dims-1)
		return 0
	}
	return (axis + dims) % dims
}
