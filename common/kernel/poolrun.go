package kernel

// poolRun is some output pixels of one row whose windows lie in the image in the same way.
type poolRun struct {
	pixels, channels int
	first            int // place of the first tap of the first pixel in its image
	step             int // from there to the first tap of the next pixel, in elements
	stride           int // from one row of taps to the next, in elements
	rows, columns    int // taps in the image
	iy               int // image row of the first row of taps
}

// poolCall is the most taps that are done in one call of assembly, which cannot be preempted: some 20 µs.
const poolCall = 1 << 18

// first returns a run for output row oy without its pixels; next has to choose them.
func (s *Window) first(oy int) poolRun {
	start := oy*s.StrideHeight - s.PadTop
	ky0, ky1 := taps(start, s.KernelHeight, s.Height)
	return poolRun{
		channels: s.Channels, step: s.StrideWidth * s.Channels, stride: s.Width * s.Channels,
		rows: ky1 - ky0, iy: start + ky0,
	}
}

// next makes r the run that begins with output pixel ox: all that follow with whole windows, or one window
// that is cut off by an edge.
func (r *poolRun) next(s *Window, ox int) {
	ix := ox*s.StrideWidth - s.PadLeft
	kx0, kx1 := taps(ix, s.KernelWidth, s.Width)
	r.pixels, r.columns = 1, kx1-kx0
	r.first = (r.iy*s.Width + ix + kx0) * s.Channels
	if r.columns == s.KernelWidth {
		whole := (s.Width-s.KernelWidth-ix)/s.StrideWidth + 1
		r.pixels = min(whole, s.OutWidth-ox, max(1, poolCall/max(1, s.Channels*r.rows*r.columns)))
	}
}

// end is the place behind the last tap of the last pixel.
func (r *poolRun) end() int {
	return r.first + (r.pixels-1)*r.step + (r.rows-1)*r.stride + r.columns*r.channels
}

// maxima finds the largest tap of each pixel and channel of a run.
func maxima[T Float](y []T, index []int32, x []T, r poolRun) {
	if assembly[T]() && singleMaxima(single(y), index, single(x), r) {
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
		place := int(index[c])
		if v != v {
			place = firstNaN(x, c, r)
			index[c] = int32(place)
		}
		y[c] = x[place] // and not v, as max turns -0 into 0
	}
}

// larger puts the pixel x, which is at the place at, where it is larger than y. There is no branch, as one would be
// mispredicted all the time; NaN wins in y, but not in index.
func larger[T Float](y []T, index []int32, x []T, at int32) {
	x, index = x[:len(y)], index[:len(y)]
	for c, v := range x {
		place := index[c]
		if v > y[c] {
			place = at + int32(c)
		}
		index[c] = place
		y[c] = max(y[c], v)
	}
}

// firstNaN returns the place of the first NaN in channel c of the first pixel of a run that has one.
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

// spread is the gradient of an image whose windows stand side by side: each element is written once, and those that no window
// has, below and to the right of the last, are cleared. It reports whether there is assembly for it.
func (s *pooling[T]) spread(dx, dy []T, index []int32) bool {
	for oy := range s.OutHeight {
		for w, ox := s.first(oy), 0; ox < s.OutWidth; ox += w.pixels {
			w.next(&s.Window, ox)
			at, n := (oy*s.OutWidth+ox)*s.Channels, w.pixels*s.Channels
			if !singleSpread(single(dx), single(dy[at:][:n]), index[at:][:n], w) {
				return false
			}
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
