package onnx

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia-lectures/common/layer"
)

// window describes how a kernel or a pool slides over images. Padding that no window covers is left out.
type window struct {
	stride     layer.Size
	axes       [2]slide
	beyondPads bool // the last window goes beyond the pads of the file, as ceil_mode allows
}

// slide is the window on one axis.
type slide struct {
	size, kernel, stride, out int
	before, after             int // the pixels of padding that windows cover
}

// window reads the attributes of a convolution or a pool.
func (c *call) window(in *step, kernel layer.Size) (window, error) {
	if shape := c.integers("kernel_shape"); shape != nil && !slices.Equal(shape, []int{kernel.Height, kernel.Width}) {
		return window{}, fmt.Errorf("kernel_shape is %v, want %v like the kernel", shape, []int{kernel.Height, kernel.Width})
	}
	strides, err := c.pair("strides")
	if err != nil {
		return window{}, err
	}
	dilations, err := c.pair("dilations")
	if err != nil {
		return window{}, err
	}
	if dilations != [2]int{1, 1} {
		return window{}, fmt.Errorf("dilations are %v, want 1: no layer has dilated windows", dilations)
	}
	up := c.integer("ceil_mode", 0) != 0
	pads := c.integers("pads")
	auto := c.word("auto_pad", "NOTSET")
	switch {
	case pads == nil:
		pads = make([]int, 4)
	case len(pads) != 4 || slices.Min(pads) < 0 || slices.Max(pads) > 1<<15:
		return window{}, fmt.Errorf("pads are %v, want four from 0 to %d", pads, 1<<15)
	case auto != "NOTSET" && slices.Max(pads) > 0:
		return window{}, fmt.Errorf("pads are %v and auto_pad is %q, want one of them", pads, auto)
	}
	w := window{stride: layer.Size{Height: strides[0], Width: strides[1]}}
	for i, s := range []slide{{size: in.shape[0], kernel: kernel.Height}, {size: in.shape[1], kernel: kernel.Width}} {
		s.stride, s.before = strides[i], pads[i]
		after := pads[2+i]
		if s.kernel < 1 || s.stride < 1 {
			return window{}, fmt.Errorf("a kernel of %v with strides of %v, want at least 1", kernel, strides)
		}
		switch auto {
		case "NOTSET", "VALID":
			room := s.size + s.before + after - s.kernel
			if room < 0 {
				return window{}, fmt.Errorf("a kernel of %v does not fit an input of %dx%d", kernel, in.shape[0], in.shape[1])
			}
			s.out = room/s.stride + 1
			if up && room%s.stride != 0 && s.out*s.stride < s.size+s.before { // the last window begins inside
				s.out++
			}
		case "SAME_UPPER", "SAME_LOWER":
			s.out = (s.size-1)/s.stride + 1
			after = max((s.out-1)*s.stride+s.kernel-s.size, 0)
			s.before = after / 2
			if auto == "SAME_LOWER" {
				s.before = after - s.before
			}
			after -= s.before
		default:
			return window{}, fmt.Errorf("auto_pad is %q, want NOTSET, VALID, SAME_UPPER or SAME_LOWER", auto)
		}
		s.after = max((s.out-1)*s.stride+s.kernel-s.size-s.before, 0)
		w.beyondPads = w.beyondPads || s.after > after
		w.axes[i] = s
	}
	return w, nil
}

// pair returns an attribute of two integers; 1, 1 if there is none.
func (c *call) pair(name string) ([2]int, error) {
	list := c.integers(name)
	switch {
	case list == nil:
		return [2]int{1, 1}, nil
	case len(list) != 2:
		return [2]int{}, fmt.Errorf("%s are %v, want two: only images are supported", name, list)
	}
	return [2]int(list), nil
}

// valid reports whether no window covers padding, and same whether the padding is that of layer.Same.
func (s slide) valid() bool { return s.before == 0 && s.after == 0 }
func (s slide) same() bool {
	return s.out == (s.size-1)/s.stride+1 && s.before == max((s.out-1)*s.stride+s.kernel-s.size, 0)/2
}

// errPads is the error for padding that is neither Valid nor Same.
var errPads = errors.New("pads differ from those of Keras' padding same")

// padding returns Valid or Same, or errPads.
func (w window) padding() (layer.Padding, error) {
	switch {
	case w.axes[0].valid() && w.axes[1].valid():
		return layer.Valid, nil
	case w.axes[0].same() && w.axes[1].same():
		return layer.Same, nil
	}
	return 0, errPads
}

// zeroPadding returns the layer after which the window needs no padding.
func (w window) zeroPadding() layer.ZeroPadding2D {
	return layer.ZeroPadding2D{Top: w.axes[0].before, Bottom: w.axes[0].after,
		Left: w.axes[1].before, Right: w.axes[1].after}
}

// pool reads the attributes of a pool.
func (c *call) pool() (in *step, size layer.Size, w window, err error) {
	if in, err = c.picture(); err != nil {
		return nil, size, w, err
	}
	shape := c.integers("kernel_shape")
	if len(shape) != 2 {
		return nil, size, w, fmt.Errorf("kernel_shape is %v, want two sizes: only images are supported", shape)
	}
	size = layer.Size{Height: shape[0], Width: shape[1]}
	if w, err = c.window(in, size); err != nil {
		return nil, size, w, err
	}
	for _, s := range w.axes {
		if s.before >= s.kernel || s.after >= s.kernel {
			return nil, size, w, fmt.Errorf("a window of %v covers nothing but padding, want smaller pads", size)
		}
	}
	return in, size, w, nil
}

// maxPool takes the maximum of each window. ONNX pads with -Inf; zeros are the same if no value is negative.
func (c *call) maxPool() (value, error) {
	in, size, w, err := c.pool()
	if err != nil {
		return value{}, err
	}
	c.only("storage_order", 0)
	l := layer.MaxPool2D{Pool: size, Stride: w.stride}
	if l.Padding, err = w.padding(); err != nil {
		if !in.positive() {
			return value{}, fmt.Errorf("%w, want those, or a Relu before it", err)
		}
		if in, err = in.add(c.operation, w.zeroPadding(), nil); err != nil {
			return value{}, err
		}
	}
	return c.onPicture(in, l)
}

// positive reports whether no value is negative.
func (s *step) positive() bool {
	for ; ; s = s.before {
		switch l := s.layer.(type) {
		case layer.ActivationLayer:
			switch l.Activation {
			case layer.ReLU, layer.Sigmoid, layer.Softmax, layer.Softplus, layer.Exponential, layer.HardSigmoid, layer.ReLU6:
				return true
			}
			return false
		case layer.ReLULayer:
			return l.NegativeSlope == 0
		case layer.MaxPool2D, layer.AveragePool2D, layer.ZeroPadding2D, layer.Reshape, layer.Flatten:
		default:
			return false
		}
	}
}

// averagePool takes the mean of each window; with count_include_pad the padding counts as zeros.
func (c *call) averagePool() (value, error) {
	in, size, w, err := c.pool()
	if err != nil {
		return value{}, err
	}
	counted := c.integer("count_include_pad", 0) != 0
	l := layer.AveragePool2D{Pool: size, Stride: w.stride}
	switch l.Padding, err = w.padding(); {
	case !counted && err != nil:
		return value{}, fmt.Errorf("%w, want those, or count_include_pad 1", err)
	case counted && w.beyondPads:
		return value{}, errors.New("ceil_mode and count_include_pad are both 1, want one of them: no layer computes both")
	case counted && (err != nil || l.Padding == layer.Same):
		l.Padding = layer.Valid
		if in, err = in.add(c.operation, w.zeroPadding(), nil); err != nil {
			return value{}, err
		}
	}
	return c.onPicture(in, l)
}
