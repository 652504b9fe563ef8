package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gorgonia-lectures/common/layer"
)

// picture returns input 0, images (channels, height, width) in the file, as (height, width, channels).
func (c *call) picture() (*step, error) {
	in, err := c.net(0)
	switch {
	case err != nil:
		return nil, err
	case len(in.layout) != 3:
		return nil, fmt.Errorf("its input has %d axes, want 4: (batch, channels, height, width)", len(in.layout)+1)
	case !in.layout.is(pictureOrder):
		return nil, orderError{errors.New("its input is not (batch, channels, height, width), " +
			"want a Transpose before it")}
	}
	dims := in.layout.dims()
	return in.as([]int{dims[1], dims[2], dims[0]}), nil
}

// onPicture adds a layer whose input and output are images.
func (c *call) onPicture(in *step, l layer.Layer, weights ...weight) (value, error) {
	s, err := in.add(c.operation, l, nil, weights...)
	if err != nil {
		return value{}, err
	}
	s.layout = channelsFirst(s.shape[2], s.shape[0], s.shape[1])
	return value{step: s}, nil
}

// conv reads a convolution. Its kernel is (filters, channels, height, width) in the file and (height, width, channels,
// filters) in the net.
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
		return value{}, fmt.Errorf("%v has shape %v, want 4 axes: (filters, channels, height, width)",
			kernel, kernel.dims)
	}
	filters, channels, height, width := kernel.dims[0], kernel.dims[1], kernel.dims[2], kernel.dims[3]
	switch group := c.integer("group", 1); {
	case group != 1:
		return value{}, fmt.Errorf("group is %d, want 1: no layer has grouped convolutions", group)
	case channels != in.shape[2]:
		return value{}, fmt.Errorf("%v is for %d channels, want %d as its input has", kernel, channels, in.shape[2])
	}
	l := layer.Conv2D{Filters: filters, Kernel: layer.Size{Height: height, Width: width}, NoBias: !c.has(2)}
	w, err := c.window(in, l.Kernel)
	if err != nil {
		return value{}, err
	}
	l.Stride = w.stride
	if l.Padding, err = w.padding(); err != nil {
		if in, err = in.add(c.operation, w.zeroPadding(), nil); err != nil {
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
			return value{}, fmt.Errorf("%v has shape %v, want [%d]", bias, bias.dims, filters)
		}
		weights = append(weights, weight{from: bias})
	}
	return c.onPicture(in, l, weights...)
}

// globalAverage takes the mean of each channel.
func (c *call) globalAverage() (value, error) { return c.global(layer.GlobalAveragePool2D{}) }

// globalMax takes the maximum of each channel.
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

// reduce reads a reduction over height and width as the global pool l.
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
	delete(c.attributes, "noop_with_empty_axes") // axes are wanted
	slices.Sort(axes)
	if len(in.layout) != 3 || len(axes) != 2 || axes[0] == 0 {
		return value{}, fmt.Errorf("it reduces the axes %v of %d, want height and width of images", axes, len(in.layout)+1)
	}
	height, width := axes[0]-1, axes[1]-1
	channels := 3 - height - width
	if !in.layout.is([]int{height, width, channels}) {
		return value{}, orderError{fmt.Errorf("it reduces the axes %v, want height and width", axes)}
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

// pad reads padding by zeros around images.
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
		zeros := layer.ZeroPadding2D{Top: before[h], Bottom: after[h], Left: before[w], Right: after[w]}
		if zeros == (layer.ZeroPadding2D{}) { // the layer's zero value pads by one pixel
			return value{step: in}, nil
		}
		dims := in.layout.dims()
		s, err := in.as([]int{dims[h-1], dims[w-1], dims[ch-1]}).add(c.operation, zeros, nil)
		if err != nil {
			return value{}, err
		}
		dims[h-1], dims[w-1] = s.shape[0], s.shape[1]
		s.layout = inOrder(dims, order)
		return value{step: s}, nil
	}
	return value{}, orderError{fmt.Errorf("pads are %v, want them on height and width of images only", pads)}
}
