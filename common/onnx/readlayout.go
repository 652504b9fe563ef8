package onnx

import (
	"slices"
)

// layout says, for each axis of the file's tensor but the batch axis, where the values of a row are in the net. A file
// may have images as (channels, height, width), which are (height, width, channels) in the net: for (3, 28, 28) the
// axes are {3 of stride 1}, {28 of stride 84}, {28 of stride 3}. A Flatten makes them one axis of three parts. So no
// layer has to transpose the values: the rows of the next Dense's kernel are reordered.
type layout [][]part

// part is one of the loops over the values of an axis, the last one being the innermost: size values, stride apart.
type part struct{ size, stride int }

// rowMajor is the layout of values in the order of the axes.
func rowMajor(dims []int) layout { return inOrder(dims, upTo(len(dims))) }

// channelsFirst is the layout of images (channels, height, width) that are (height, width, channels) in the net.
func channelsFirst(channels, height, width int) layout {
	return inOrder([]int{channels, height, width}, pictureOrder)
}

// pictureOrder lists the axes of (channels, height, width) from the slowest to the fastest one in the net.
var pictureOrder = []int{1, 2, 0}

// inOrder is the layout of axes whose order, from the slowest to the fastest one, is given.
func inOrder(dims, order []int) layout {
	l := make(layout, len(dims))
	stride := 1
	for _, axis := range slices.Backward(order) {
		l[axis] = merged([]part{{dims[axis], stride}})
		stride *= dims[axis]
	}
	return l
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// merged leaves out parts of size 1 and joins parts that are contiguous.
func merged(parts []part) []part {
	var list []part
	for _, p := range parts {
		last := len(list) - 1
		switch {
		case p.size == 1:
		case last >= 0 && list[last].stride == p.size*p.stride:
			list[last] = part{list[last].size * p.size, p.stride}
		default:
			list = append(list, p)
		}
	}
	return list
}

// sizeOf is the number of values that the parts count.
func sizeOf(parts []part) int {
	n := 1
	for _, p := range parts {
		n *= p.size
	}
	return n
}

// dims lists the size of each axis.
func (l layout) dims() []int {
	dims := make([]int, len(l))
	for i, parts := range l {
		dims[i] = sizeOf(parts)
	}
	return dims
}

// is reports whether the net has the axes in this order, listed from the slowest to the fastest one.
func (l layout) is(order []int) bool {
	want := inOrder(l.dims(), order)
	return slices.EqualFunc(l, want, slices.Equal[[]part])
}

// reshape returns the layout of a Reshape of the file to other sizes. It is false if a part does not divide into the
// new axes.
func (l layout) reshape(dims []int) (layout, bool) {
	parts := merged(slices.Concat(l...))
	to := make(layout, len(dims))
	for i, size := range dims {
		for size > 1 {
			if len(parts) == 0 {
				return nil, false
			}
			p := parts[0]
			switch {
			case size%p.size == 0: // all of it
				to[i] = append(to[i], p)
				size, parts = size/p.size, parts[1:]
			case p.size%size == 0: // its outer loop
				rest := p.size / size
				to[i] = append(to[i], part{size, p.stride * rest})
				parts = append([]part{{rest, p.stride}}, parts[1:]...)
				size = 1
			default:
				return nil, false
			}
		}
		to[i] = merged(to[i])
	}
	return to, len(parts) == 0
}

// offsets lists the offset in the net of each value of an axis.
func offsets(parts []part) []int {
	list := []int{0}
	for _, p := range parts {
		var next []int
		for _, at := range list {
			for i := range p.size {
				next = append(next, at+i*p.stride)
			}
		}
		list = next
	}
	return list
}
