package onnx

import (
	"slices"
)

// layout says where the values of a row are in the net's own order, for each axis of the file's tensor but the rows. A
// net of the file may have pictures as (channels, height, width), which are (height, width, channels) here: then the
// axes are {3 of stride 1}, {28 of stride 84}, {28 of stride 3}. A Flatten makes them one axis of three parts. So the
// values need not move, only the weights of the next Dense.
type layout [][]part

// part is one of the numbers that count the values of an axis, the last one fastest. stride is how far the value of the
// next number is.
type part struct{ size, stride int }

// rowMajor is the layout of values in the order of the axes.
func rowMajor(dims []int) layout { return inOrder(dims, upTo(len(dims))) }

// channelsFirst is the layout of pictures (channels, height, width) that are (height, width, channels) here.
func channelsFirst(channels, height, width int) layout {
	return inOrder([]int{channels, height, width}, pictureOrder)
}

// pictureOrder lists the axes of (channels, height, width) from the slowest to the fastest one here.
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

// merged leaves out parts of one value, and makes one of two that are one after the other.
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

// dims is the size of each axis.
func (l layout) dims() []int {
	dims := make([]int, len(l))
	for i, parts := range l {
		dims[i] = sizeOf(parts)
	}
	return dims
}

// is reports whether the values are in the order of the axes, listed from the slowest to the fastest one.
func (l layout) is(order []int) bool {
	want := inOrder(l.dims(), order)
	return slices.EqualFunc(l, want, slices.Equal[[]part])
}

// reshape is the layout of axes with other sizes and the same values in the order of the file. It is false if one of
// them would need values of two parts that are not one after the other.
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
			case p.size%size == 0: // the slower half of it
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

// offsets lists where the values of an axis are.
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
