package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gorgonia-lectures/common/layer"
)

// sums are the operators that compute values of others, and those that do nothing.
var sums = operators{
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

// picture is input 0 as rows (height, width, channels), which the file has as (channels, height, width).
func (c *call) picture() (*step, error) {
	in, err := c.net(0)
	switch {
	case err != nil:
		return nil, err
	case len(in.layout) != 3:
		return nil, fmt.Errorf("its input has %d axes, want 4: (rows, channels, height, width)", len(in.layout)+1)
	case !in.layout.is(pictureOrder):
		return nil, orderError{errors.New("its input is not (rows, channels, height, width): " +
			"want a Transpose before it")}
	}
	dims := in.layout.dims()
	return in.as([]int{dims[1], dims[2], dims[0]}), nil
}

// onPicture adds a layer to a picture.
func (c *call) onPicture(in *step, l layer.Layer, weights ...weight) (value, error) {
	s, err := in.add(c.operation, l, nil, weights...)
	if err != nil {
		return value{}, err
	}
	s.layout = channelsFirst(s.shape[2], s.shape[0], s.shape[1])
	return value{step: s}, nil
}

// conv is a convolution; its kernel (filters, channels, height, width) is (height, width, channels, filters) here.
func (c *call) conv() (value, error) {
	in, err := c.picture()
	if err != nil {
		return value{}, err
	}
	kernel, err := c.weights(1)
	if err != nil {
		return value{}, err
	}
	if len(kernel.dims) != 4 {
		return value{}, fmt.Errorf("%v has the shape %v, want 4 axes: (filters, channels, height, width)",
			kernel, kernel.dims)
	}
	filters, channels, height, width := kernel.dims[0], kernel.dims[1], kernel.dims[2], kernel.dims[3]
	switch group := c.integer("group", 1); {
	case group != 1:
		return value{}, fmt.Errorf("group is %d, want 1: no layer here convolves groups of channels apart", group)
	case channels != in.shape[2]:
		return value{}, fmt.Errorf("%v is for %d channels, and the input has %d", kernel, channels, in.shape[2])
	}
	l := layer.Conv2D{Filters: filters, Kernel: layer.Size{Height: height, Width: width}, NoBias: !c.has(2)}
	w, err := c.window(in, l.Kernel)
	if err != nil {
		return value{}, err
	}
	l.Stride = w.stride
	if l.Padding, err = w.padding(); err != nil {
		if in, err = in.add(c.operation, w.frame(), nil); err != nil {
			return value{}, err
		}
	}
	weights := []weight{{from: kernel, at: func(i int) int {
		f, i := i%filters, i/filters
		ch, i := i%channels, i/channels
		return ((f*channels+ch)*height+i/width)*width + i%width
	}}}
	if !l.NoBias {
		bias, err := c.weights(2)
		if err != nil {
			return value{}, err
		}
		if !slices.Equal(bias.dims, []int{filters}) {
			return value{}, fmt.Errorf("%v has the shape %v, want [%d]", bias, bias.dims, filters)
		}
		weights = append(weights, weight{from: bias})
	}
	return c.onPicture(in, l, weights...)
}

// gemm is alpha·x·b + beta·c.
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

// matMul is x·b.
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

// dense is a product with a kernel (in, units), or (units, in) if it is transposed.
func (c *call) dense(in *step, kernel *constant, transposed bool, alpha float64) (*step, error) {
	last := len(in.layout) - 1
	values := sizeOf(in.layout[last])
	if len(kernel.dims) != 2 {
		return nil, fmt.Errorf("%v has the shape %v, want 2 axes", kernel, kernel.dims)
	}
	rows, units := kernel.dims[0], kernel.dims[1]
	if transposed {
		rows, units = units, rows
	}
	if rows != values {
		return nil, fmt.Errorf("%v is for %d values, and the input has %d", kernel, rows, values)
	}
	if units < 1 {
		return nil, fmt.Errorf("%v has the shape %v, want at least one column", kernel, kernel.dims)
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

// unbiased reports whether the step is a sum of a layer that has no bias and no activation.
func (s *step) unbiased() bool {
	switch l := s.layer.(type) {
	case layer.Dense:
		return l.NoBias
	case layer.Conv2D:
		return l.NoBias
	}
	return false
}

// biased is an unbiased step with factor times the numbers as its bias.
func (s *step) biased(bias *constant, factor float64) (*step, error) {
	units := s.shape[len(s.shape)-1]
	w := weight{from: bias}
	switch n := bias.size(); {
	case n == 1:
		w.at = func(int) int { return 0 }
	case n != units || bias.dims[len(bias.dims)-1] != n:
		return nil, fmt.Errorf("%v has the shape %v, want [%d]", bias, bias.dims, units)
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

// batchNormalization is that of axis 1.
func (c *call) batchNormalization() (value, error) {
	in, err := c.folded(0)
	if err != nil {
		return value{}, err
	}
	c.only("training_mode", 0)
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
			return value{}, fmt.Errorf("%v has the shape %v, want [%d]", t, t.dims, n)
		}
		weights = append(weights, weight{from: t, at: places(from)})
	}
	l := layer.BatchNormalization{Epsilon: orNone(epsilon), Momentum: orNone(momentum)}
	s, err := in.add(c.operation, l, in.layout, weights...)
	return value{step: s}, err
}

// orNone is a setting of BatchNormalization, which takes a negative one for 0.
func orNone(v float64) float64 {
	if v == 0 {
		return -1
	}
	return v
}

// places is weight.at of a list; nil for nil.
func places(list []int) func(int) int {
	if list == nil {
		return nil
	}
	return func(i int) int { return list[i] }
}

// dropout does nothing in prediction.
func (c *call) dropout() (value, error) {
	delete(c.attributes, "seed")
	if c.has(2) {
		training, err := c.known(2)
		if err != nil {
			return value{}, err
		}
		if slices.ContainsFunc(training, func(v int) bool { return v != 0 }) {
			return value{}, errors.New("training_mode is true, want false: export the model for inference")
		}
	}
	return c.input(0)
}

// globalAverage is the mean of each channel.
func (c *call) globalAverage() (value, error) { return c.global(layer.GlobalAveragePool2D{}) }

// globalMax is the largest value of each channel.
func (c *call) globalMax() (value, error) { return c.global(layer.GlobalMaxPool2D{}) }

func (c *call) global(l layer.Layer) (value, error) {
	in, err := c.picture()
	if err != nil {
		return value{}, err
	}
	s, err := in.add(c.operation, l, layout{merged([]part{{in.shape[2], 1}}), nil, nil})
	return value{step: s}, err
}

func (c *call) reduceMean() (value, error) { return c.reduce(layer.GlobalAveragePool2D{}) }

func (c *call) reduceMax() (value, error) { return c.reduce(layer.GlobalMaxPool2D{}) }

// reduce is a global pool if it is over height and width.
func (c *call) reduce(l layer.Layer) (value, error) {
	in, err := c.net(0)
	if err != nil {
		return value{}, err
	}
	axes, err := c.axes(1, len(in.layout)+1)
	if err != nil {
		return value{}, err
	}
	keep := c.integer("keepdims", 1) != 0
	delete(c.attributes, "noop_with_empty_axes") // there are some
	slices.Sort(axes)
	if len(in.layout) != 3 || len(axes) != 2 || axes[0] == 0 {
		return value{}, fmt.Errorf("it is over the axes %v of %d, want height and width of pictures", axes, len(in.layout)+1)
	}
	height, width := axes[0]-1, axes[1]-1
	channels := 3 - height - width
	if !in.layout.is([]int{height, width, channels}) {
		return value{}, orderError{fmt.Errorf("it is over the axes %v, which are not height and width", axes)}
	}
	dims := in.layout.dims()
	var to layout
	for axis := range dims {
		switch {
		case axis == channels:
			to = append(to, merged([]part{{dims[axis], 1}}))
		case keep:
			to = append(to, nil)
		}
	}
	s, err := in.as([]int{dims[height], dims[width], dims[channels]}).add(c.operation, l, to)
	return value{step: s}, err
}

// pad is a frame of zeros around pictures.
func (c *call) pad() (value, error) {
	in, err := c.net(0)
	if err != nil {
		return value{}, err
	}
	axes := len(in.layout) + 1
	if mode := c.word("mode", "constant"); mode != "constant" {
		return value{}, fmt.Errorf("mode is %q, want constant", mode)
	}
	if c.has(2) {
		if v, err := c.scalar(2); err != nil || v != 0 {
			return value{}, cmp.Or(err, fmt.Errorf("it pads with %v, want 0", v))
		}
	}
	pads, err := c.known(1)
	if err != nil {
		return value{}, err
	}
	padded := upTo(axes)
	if c.has(3) {
		if padded, err = c.axes(3, axes); err != nil {
			return value{}, err
		}
	}
	if len(pads) != 2*len(padded) || axes != 4 {
		return value{}, fmt.Errorf("%d pads for %d of %d axes, want two for each of 4", len(pads), len(padded), axes)
	}
	var before, after [4]int
	for i, axis := range padded {
		before[axis], after[axis] = pads[i], pads[len(padded)+i]
	}
	for _, order := range [][]int{pictureOrder, {0, 1, 2}} {
		h, w, ch := order[0]+1, order[1]+1, order[2]+1
		if !in.layout.is(order) || before[0] != 0 || after[0] != 0 || before[ch] != 0 || after[ch] != 0 {
			continue
		}
		frame := layer.ZeroPadding2D{Top: before[h], Bottom: after[h], Left: before[w], Right: after[w]}
		if frame == (layer.ZeroPadding2D{}) { // which is a frame of one pixel
			return value{step: in}, nil
		}
		dims := in.layout.dims()
		s, err := in.as([]int{dims[h-1], dims[w-1], dims[ch-1]}).add(c.operation, frame, nil)
		if err != nil {
			return value{}, err
		}
		dims[h-1], dims[w-1] = s.shape[0], s.shape[1]
		s.layout = inOrder(dims, order)
		return value{step: s}, nil
	}
	return value{}, orderError{fmt.Errorf("pads %v, want them around height and width of pictures", pads)}
}
