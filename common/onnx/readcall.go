package onnx

import (
	"errors"
	"fmt"
	"math"

	"gorgonia-lectures/common/internal/text"
)

// call is a node that is being computed.
type call struct {
	*operation
	*builder
	attributes map[string]setting // that were not looked at
	err        error              // of one of them
}

// take is an attribute of a type, which is not left then.
func (c *call) take(name string, kind int64) (a setting, ok bool) {
	a, ok = c.attributes[name]
	delete(c.attributes, name)
	if ok && a.kind != kind {
		c.fail("attribute %s is of type %d, want %d", name, a.kind, kind)
		return a, false
	}
	return a, ok
}

// fail notes the first error of an attribute.
func (c *call) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// integer is an attribute, or its default.
func (c *call) integer(name string, standard int) int {
	a, ok := c.take(name, typeInt)
	if !ok {
		return standard
	}
	return c.small(name, a.int)
}

// small is a number that an int32 holds.
func (c *call) small(name string, v int64) int {
	if v < math.MinInt32 || v > math.MaxInt32 {
		c.fail("%s is %d, want a number of 32 bits", name, v)
		return 0
	}
	return int(v)
}

// integers is an attribute; nil if there is none.
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

// number is an attribute, or its default.
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

// word is an attribute, or its default.
func (c *call) word(name, standard string) string {
	a, ok := c.take(name, typeString)
	if !ok {
		return standard
	}
	return a.text
}

// only fails unless an attribute has the one value that is supported.
func (c *call) only(name string, want int) {
	if v := c.integer(name, want); v != want {
		c.fail("%s is %d, want %d", name, v, want)
	}
}

// has reports whether there is an input i.
func (c *call) has(i int) bool { return i < len(c.inputs) && c.inputs[i] != "" }

// input is what the input i stands for.
func (c *call) input(i int) (value, error) {
	if !c.has(i) {
		return value{}, fmt.Errorf("it has no input %d", i+1)
	}
	return c.values[c.inputs[i]], nil
}

// net is input i, which the net computes.
func (c *call) net(i int) (*step, error) {
	s, err := c.folded(i)
	if err == nil && s.folded != nil {
		err = errors.New("it takes pixels as rows, want a Reshape that makes pictures of them again")
	}
	return s, err
}

// folded is net for an operator that sees the last axis only: others may be one with that of the rows.
func (c *call) folded(i int) (*step, error) {
	v, err := c.input(i)
	switch {
	case err != nil:
		return nil, err
	case v.step == nil:
		return nil, fmt.Errorf("its input %s does not depend on the net's input", text.Brief(c.inputs[i]))
	case v.step.logs:
		return nil, errors.New("it takes the output of a LogSoftmax, which may only be the last node")
	}
	return v.step, nil
}

// tensor is input i, which is a tensor of the file.
func (c *call) tensor(i int) (*constant, error) {
	v, err := c.input(i)
	switch {
	case err != nil:
		return nil, err
	case v.constant == nil:
		return nil, fmt.Errorf("its input %s is computed, want a tensor of the file", text.Brief(c.inputs[i]))
	}
	return v.constant, nil
}

// weights is tensor for numbers of the net.
func (c *call) weights(i int) (*constant, error) {
	t, err := c.tensor(i)
	if err == nil && t.kind != c.kind {
		err = fmt.Errorf("%v has %s, want %s as the input of the net", t, kindName(t.kind), kindName(c.kind))
	}
	return t, err
}

// scalar is input i, one number of the file.
func (c *call) scalar(i int) (float64, error) {
	t, err := c.weights(i)
	if err != nil {
		return 0, err
	}
	if t.size() != 1 {
		return 0, fmt.Errorf("%v has the shape %v, want one number", t, t.dims)
	}
	list, err := numbersIn[float64](t)
	if err != nil {
		return 0, fmt.Errorf("%v: %w", t, err)
	}
	return list[0], nil
}

// numbers is input i, whole numbers that were computed or are a tensor of the file.
func (c *call) sizes(i int) (sizes, error) {
	v, err := c.input(i)
	switch {
	case err != nil:
		return sizes{}, err
	case v.sizes != nil:
		return *v.sizes, nil
	case v.constant == nil:
		return sizes{}, fmt.Errorf("its input %s is computed by the net, want whole numbers", text.Brief(c.inputs[i]))
	case len(v.constant.dims) > 1:
		return sizes{}, fmt.Errorf("%v has the shape %v, want one axis", v.constant, v.constant.dims)
	}
	list, err := v.constant.list()
	s := sizes{scalar: len(v.constant.dims) == 0}
	for _, n := range list {
		s.list = append(s.list, size{n: n})
	}
	return s, err
}

// known is sizes without those that the file leaves open.
func (c *call) known(i int) ([]int, error) {
	s, err := c.sizes(i)
	if err != nil {
		return nil, err
	}
	var list []int
	for _, size := range s.list {
		if size.name != "" {
			return nil, fmt.Errorf("its input %s depends on the number of rows", text.Brief(c.inputs[i]))
		}
		list = append(list, c.small(text.Brief(c.inputs[i]), size.n))
	}
	return list, c.err
}

// axes are those of an attribute, or of an input in later operator sets, counted from 0 for the rows of a value of so
// many axes. nil: there are none.
func (c *call) axes(input, dims int) ([]int, error) {
	list := c.integers("axes")
	if c.has(input) {
		var err error
		if list, err = c.known(input); err != nil {
			return nil, err
		}
	}
	seen := map[int]bool{}
	for i, axis := range list {
		list[i] = c.axis(axis, dims)
		if seen[list[i]] {
			c.fail("axis %d is named twice", axis)
		}
		seen[list[i]] = true
	}
	return list, c.err
}

// axis is one of dims, counted from the end if negative.
func (c *call) axis(axis, dims int) int {
	if axis < -dims || axis >= dims {
		c.fail("axis %d, want one of %d", axis, dims)
		return 0
	}
	return (axis + dims) % dims
}
