package onnx

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia-lectures/common/layer"
)

// layerOperators are the operators that become a layer with weights, a pool or padding, and Dropout.
var layerOperators = operators{
	opConv:              (*call).conv,
	opGemm:              (*call).gemm,
	opMatMul:            (*call).matMul,
	opMaxPool:           (*call).maxPool,
	opAveragePool:       (*call).averagePool,
	opGlobalAveragePool: (*call).globalAverage,
	opGlobalMaxPool:     (*call).globalMax,
	opReduceMean:        (*call).reduceMean,
	opReduceMax:         (*call).reduceMax,
	opBatchNorm:         (*call).batchNormalization,
	opPad:               (*call).pad,
	opDropout:           (*call).dropout,
}

// gemm reads alpha·x·b + beta·c as a Dense.
func (c *call) gemm() (value, error) {
	in, err := c.folded(0)
	if err != nil {
		return value{}, err
	}
	if len(in.layout) != 1 {
		return value{}, fmt.Errorf("its input has %d axes, want 2: put a Flatten before it", len(in.layout)+1)
	}
	c.only("transA", 0)
	alpha, beta := c.number("alpha", 1), c.number("beta", 1)
	kernel, err := c.weights(1)
	if err != nil {
		return value{}, err
	}
	s, err := c.dense(in, kernel, c.integer("transB", 0) != 0, alpha)
	if err != nil || !c.has(2) || beta == 0 {
		return value{step: s}, err
	}
	bias, err := c.weights(2)
	if err != nil {
		return value{}, err
	}
	s, err = s.biased(bias, beta)
	return value{step: s}, err
}

// matMul reads x·b as a Dense without a bias.
func (c *call) matMul() (value, error) {
	in, err := c.folded(0)
	if err != nil {
		return value{}, err
	}
	kernel, err := c.weights(1)
	if err != nil {
		return value{}, err
	}
	if len(in.layout) == 0 {
		return value{}, errors.New("its input has one axis, want at least 2")
	}
	s, err := c.dense(in, kernel, false, 1)
	return value{step: s}, err
}

// dense adds alpha times the product with a kernel (in, units), or (units, in) if it is transposed.
func (c *call) dense(in *step, kernel *constant, transposed bool, alpha float64) (*step, error) {
	last := len(in.layout) - 1
	values := sizeOf(in.layout[last])
	if len(kernel.dims) != 2 {
		return nil, fmt.Errorf("%v has shape %v, want 2 axes", kernel, kernel.dims)
	}
	rows, units := kernel.dims[0], kernel.dims[1]
	if transposed {
		rows, units = units, rows
	}
	if rows != values {
		return nil, fmt.Errorf("%v is for %d inputs, want %d as its input has", kernel, rows, values)
	}
	if units < 1 {
		return nil, fmt.Errorf("%v has shape %v, want at least one unit", kernel, kernel.dims)
	}
	in, at, err := in.inner(in.layout[last])
	if err != nil {
		return nil, err
	}
	from := inverse(at)
	w := weight{from: kernel}
	if transposed || from != nil {
		w.at = func(i int) int {
			row, unit := i/units, i%units
			if from != nil {
				row = from[row]
			}
			if transposed {
				return unit*rows + row
			}
			return row*units + unit
		}
	}
	if alpha != 1 {
		w.value = func(v float64) float64 { return alpha * v }
	}
	wider := func(parts []part) (to []part) {
		for _, p := range parts {
			to = append(to, part{p.size, p.stride / values * units})
		}
		return to
	}
	to := make(layout, last+1)
	for i, parts := range in.layout[:last] {
		to[i] = wider(parts)
	}
	to[last] = merged([]part{{units, 1}})
	s, err := in.add(c.operation, layer.Dense{Units: units, NoBias: true}, to, w)
	if err == nil {
		s.folded = wider(in.folded)
	}
	return s, err
}

// unbiased reports whether the step's layer is a Dense or Conv2D without a bias.
func (s *step) unbiased() bool {
	switch l := s.layer.(type) {
	case layer.Dense:
		return l.NoBias
	case layer.Conv2D:
		return l.NoBias
	}
	return false
}

// biased returns an unbiased step with factor times the tensor as its bias.
func (s *step) biased(bias *constant, factor float64) (*step, error) {
	units := s.shape[len(s.shape)-1]
	w := weight{from: bias}
	switch n := bias.size(); {
	case n == 1:
		w.at = func(int) int { return 0 }
	case n != units || bias.dims[len(bias.dims)-1] != n:
		return nil, fmt.Errorf("%v has shape %v, want [%d]", bias, bias.dims, units)
	}
	if factor != 1 {
		w.value = func(v float64) float64 { return factor * v }
	}
	to := *s
	switch l := s.layer.(type) {
	case layer.Dense:
		l.NoBias = false
		to.layer = l
	case layer.Conv2D:
		l.NoBias = false
		to.layer = l
	}
	to.weights = []weight{s.weights[0], w}
	return &to, nil
}

// batchNormalization normalizes along axis 1 of the file, the channels.
func (c *call) batchNormalization() (value, error) {
	in, err := c.folded(0)
	if err != nil {
		return value{}, err
	}
	if c.integer("training_mode", 0) != 0 {
		return value{}, errTraining
	}
	epsilon, momentum := c.number("epsilon", 1e-5), c.number("momentum", 0.9)
	if len(in.layout) == 0 {
		return value{}, errors.New("its input has one axis, want at least 2")
	}
	n := sizeOf(in.layout[0])
	in, at, err := in.inner(in.layout[0])
	if err != nil {
		return value{}, err
	}
	from := inverse(at)
	var weights []weight
	for i := 1; i <= 4; i++ {
		t, err := c.weights(i)
		if err != nil {
			return value{}, err
		}
		if !slices.Equal(t.dims, []int{n}) {
			return value{}, fmt.Errorf("%v has shape %v, want [%d]", t, t.dims, n)
		}
		weights = append(weights, weight{from: t, at: places(from)})
	}
	l := layer.BatchNormalization{Epsilon: orNone(epsilon), Momentum: orNone(momentum)}
	s, err := in.add(c.operation, l, in.layout, weights...)
	return value{step: s}, err
}

// orNone converts a setting for layer.BatchNormalization, which takes 0 as the default and a negative one as 0.
func orNone(v float64) float64 {
	if v == 0 {
		return -1
	}
	return v
}

// places is weight.at from a list of indices; nil for nil.
func places(list []int) func(int) int {
	if list == nil {
		return nil
	}
	return func(i int) int { return list[i] }
}

// errTraining is the error of a net that was exported as it trains.
var errTraining = errors.New("training_mode is true, want false: export the model for inference, " +
	"in PyTorch after its eval()")

// dropout returns its input: a Dropout is the identity in prediction.
func (c *call) dropout() (value, error) {
	delete(c.attributes, "seed")
	if c.has(2) {
		training, err := c.known(2)
		if err != nil {
			return value{}, err
		}
		if slices.ContainsFunc(training, func(v int) bool { return v != 0 }) {
			return value{}, errTraining
		}
	}
	return c.input(0)
}
