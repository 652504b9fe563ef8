package kernel

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
	"gorgonia-lectures/common/kernel/internal/window"
)

// pooling is the arguments of the two pooling kernels.
type pooling[T Float] struct {
	y, x  []T
	index []int32
	Window
	isGradient bool
	run        int // output rows of one piece; images in the gradient
}

// poolingOf cuts the slices to their lengths.
func poolingOf[T Float](y, x []T, index []int32, s Window) pooling[T] {
	size := s.Rows() * s.OutWidth * s.Channels
	return pooling[T]{y: y[:size], x: x[:s.Batch*s.Height*s.Width*s.Channels], index: index[:size], Window: s}
}

var poolings sync.Pool

// all runs a kernel of n output rows or images, many in pieces.
func (s pooling[T]) all(n, run int) {
	if s.run = run; n > run {
		parallel.Region(&poolings, ceilDiv(n, run), s)
		return
	}
	s.Piece(0)
}

func (s *pooling[T]) Piece(i int) {
	if s.isGradient {
		s.gradient(i*s.run, min((i+1)*s.run, s.Batch))
	} else {
		s.forward(i*s.run, min((i+1)*s.run, s.Rows()))
	}
}

// MaxPool2D takes the largest pixel of each window, per channel:
//
//	for n, oy, ox, c := range y {
//		y[n,oy,ox,c] = max_ky,kx x[n, oy*StrideHeight-PadTop+ky, ox*StrideWidth-PadLeft+kx, c]
//	}
//
// without the pixels outside the image. index gets the index of each maximum in its image, (iy*Width+ix)*Channels+c.
// Of equal pixels the first in row order wins, as in Keras; the first NaN wins over all numbers, as in PyTorch. x is
// Batch×Height×Width×Channels, y and index Batch×OutHeight×OutWidth×Channels. All levels give the same bits.
func MaxPool2D[T Float](y []T, index []int32, x []T, s Window) {
	rows := s.Rows()
	poolingOf(y, x, index, s).all(rows, pieceRows(rows, 2*s.OutWidth*s.Channels*s.KernelHeight*s.KernelWidth))
}

// forward computes output rows lo … hi-1 of the batch.
func (s *pooling[T]) forward(lo, hi int) {
	size := s.Height * s.Width * s.Channels
	for row := lo; row < hi; row++ {
		image, oy := row/s.OutHeight, row%s.OutHeight
		x := s.x[image*size:][:size]
		for w, ox := firstRun(&s.Window, oy), 0; ox < s.OutWidth; ox += w.pixels {
			w.next(&s.Window, ox)
			at, n := (row*s.OutWidth+ox)*s.Channels, w.pixels*s.Channels
			maxima(s.y[at:][:n], s.index[at:][:n], x, w)
		}
	}
}

// MaxPool2DGrad computes the gradient of MaxPool2D in its input from the indices of the maxima:
//
//	clear(dx)
//	for n, oy, ox, c := range dy {
//		dx[n, index[n,oy,ox,c]] += dy[n,oy,ox,c]
//	}
//
// Windows may overlap. Shapes as in MaxPool2D, which must have written index. All levels give the same bits.
func MaxPool2DGrad[T Float](dx, dy []T, index []int32, s Window) {
	p := poolingOf(dy, dx, index, s)
	p.isGradient = true
	p.all(s.Batch, pieceRows(s.Batch, 2*(s.Height*s.Width+s.OutHeight*s.OutWidth)*s.Channels))
}

// gradient does images lo … hi-1.
func (s *pooling[T]) gradient(lo, hi int) {
	size, out := s.Height*s.Width*s.Channels, s.OutHeight*s.OutWidth*s.Channels
	apart := vector.Runs[T]() && s.KernelHeight == s.StrideHeight && s.KernelWidth == s.StrideWidth
	for image := lo; image < hi; image++ {
		dx := s.x[image*size:][:size]
		dy, index := s.y[image*out:][:out], s.index[image*out:][:out]
		if apart && s.spread(dx, dy, index) {
			continue
		}
		clear(dx)
		for i, v := range dy {
			dx[index[i]] += v
		}
	}
}

// poolRun is consecutive output pixels of one row whose windows overlap the image equally.
type poolRun struct {
	pixels, channels int
	first            int // index of the first tap of the first pixel in its image
	step             int // from there to the first tap of the next pixel, in elements
	stride           int // from one row of taps to the next, in elements
	rows, columns    int // taps in the image
	iy               int // image row of the first row of taps
}

// poolCall is the most taps in one call of assembly, which cannot be preempted: some 20 µs.
const poolCall = 1 << 18

// firstRun returns a run for output row oy without its pixels, which next chooses.
func firstRun(s *Window, oy int) poolRun {
	start := oy*s.StrideHeight - s.PadTop
	ky0, ky1 := window.Taps(start, s.KernelHeight, s.Height)
	return poolRun{
		channels: s.Channels, step: s.StrideWidth * s.Channels, stride: s.Width * s.Channels,
		rows: ky1 - ky0, iy: start + ky0,
	}
}

// next makes r the run that begins with output pixel ox: all that follow with whole windows, or one window
// that an edge cuts off.
func (r *poolRun) next(s *Window, ox int) {
	ix := ox*s.StrideWidth - s.PadLeft
	kx0, kx1 := window.Taps(ix, s.KernelWidth, s.Width)
	r.pixels, r.columns = 1, kx1-kx0
	r.first = (r.iy*s.Width + ix + kx0) * s.Channels
	if r.columns == s.KernelWidth {
		whole := (s.Width-s.KernelWidth-ix)/s.StrideWidth + 1
		r.pixels = min(whole, s.OutWidth-ox, max(1, poolCall/max(1, s.Channels*r.rows*r.columns)))
	}
}

// end is the index after the last tap of the last pixel.
func (r *poolRun) end() int {
	return r.first + (r.pixels-1)*r.step + (r.rows-1)*r.stride + r.columns*r.channels
}

// maxima finds the largest tap of each pixel and channel of a run.
func maxima[T Float](y []T, index []int32, x []T, r poolRun) {
	if vector.Runs[T]() && r.rows > 0 && r.columns > 0 {
		n := r.pixels * r.channels
		vector.PoolMax(vector.Single(y[:n]), index[:n], vector.Single(x[r.first:r.end()]),
			r.pixels, r.channels, r.step, r.stride, r.rows, r.columns, r.first)
		return
	}
	for ; len(y) > 0; y, index = y[r.channels:], index[r.channels:] {
		largest(y[:r.channels], index, x, r)
		r.first += r.step
	}
}

// largest finds the largest tap of the first pixel of a run per channel.
func largest[T Float](y []T, index []int32, x []T, r poolRun) {
	index = index[:len(y)]
	copy(y, x[r.first:])
	for c := range index {
		index[c] = int32(r.first + c)
	}
	for row := range r.rows {
		for column := range r.columns {
			if at := r.first + row*r.stride + column*r.channels; at > r.first {
				larger(y, index, x[at:], int32(at))
			}
		}
	}
	for c, v := range y {
		i := int(index[c])
		if v != v {
			i = firstNaN(x, c, r)
			index[c] = int32(i)
		}
		y[c] = x[i] // and not v, as max turns -0 into 0
	}
}

// larger replaces y and index by the pixel x and its index at, in the channels where x is larger. There is no branch,
// which would be mispredicted all the time. NaN wins in y, but not in index.
func larger[T Float](y []T, index []int32, x []T, at int32) {
	x, index = x[:len(y)], index[:len(y)]
	for c, v := range x {
		i := index[c]
		if v > y[c] {
			i = at + int32(c)
		}
		index[c] = i
		y[c] = max(y[c], v)
	}
}

// firstNaN returns the index of the first NaN in channel c of the first pixel of a run, which has one.
func firstNaN[T Float](x []T, c int, r poolRun) int {
	for row := range r.rows {
		for column := range r.columns {
			i := r.first + c + row*r.stride + column*r.channels
			if x[i] != x[i] {
				return i
			}
		}
	}
	return r.first + c
}

// spread computes in assembly the gradient of an image whose windows do not overlap: it writes each element once, and
// clears those below and to the right of the last window. It reports whether all windows have a pixel; if not,
// dx is of no use.
func (s *pooling[T]) spread(dx, dy []T, index []int32) bool {
	for oy := range s.OutHeight {
		for w, ox := firstRun(&s.Window, oy), 0; ox < s.OutWidth; ox += w.pixels {
			w.next(&s.Window, ox)
			at, n := (oy*s.OutWidth+ox)*s.Channels, w.pixels*s.Channels
			if w.rows < 1 || w.columns < 1 {
				return false
			}
			vector.PoolGrad(vector.Single(dx[w.first:w.end()]), vector.Single(dy[at:][:n]), index[at:][:n],
				w.pixels, w.channels, w.step, w.stride, w.rows, w.columns, w.first)
		}
	}
	width := s.Width * s.Channels
	right := min(s.Width, s.OutWidth*s.StrideWidth-s.PadLeft) * s.Channels
	below := min(s.Height, s.OutHeight*s.StrideHeight-s.PadTop)
	if right < width {
		for iy := range below {
			clear(dx[iy*width:][right:width])
		}
	}
	clear(dx[below*width:])
	return true
}
