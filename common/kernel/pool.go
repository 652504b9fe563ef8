package kernel

// pooling is the arguments of the two pooling kernels.
type pooling[T Float] struct {
	y, x  []T
	index []int32
	Window
}

// MaxPool2D takes the largest pixel of each window, per channel:
//
//	for n, oy, ox, c := range y {
//		y[n,oy,ox,c] = max_ky,kx x[n, oy*StrideHeight-PadTop+ky, ox*StrideWidth-PadLeft+kx, c]
//	}
//
// where pixels outside the image are left out. index gets the place of the maximum in its image,
// (iy*Width+ix)*Channels+c. Of equal pixels the first in row order wins, as in Keras; the first NaN wins over all
// numbers, as in PyTorch. x is Batch×Height×Width×Channels, y and index Batch×OutHeight×OutWidth×Channels.
func MaxPool2D[T Float](y []T, index []int32, x []T, s Window) {
	size := s.rows() * s.OutWidth * s.Channels
	p := pooling[T]{y: y[:size], x: x[:s.Batch*s.Height*s.Width*s.Channels], index: index[:size], Window: s}
	rows := s.rows()
	run := pieceRows(rows, 4*s.OutWidth*s.Channels*s.KernelHeight*s.KernelWidth)
	if run >= rows {
		p.forward(0, rows)
		return
	}
	q := p // a copy that may escape, so that p stays on the stack
	parallel(ceilDiv(rows, run), jobFunc(func(piece int) { q.forward(piece*run, min((piece+1)*run, rows)) }))
}

// forward computes output rows lo … hi-1 of the batch.
func (s *pooling[T]) forward(lo, hi int) {
	size := s.Height * s.Width * s.Channels
	for row := lo; row < hi; row++ {
		image, oy := row/s.OutHeight, row%s.OutHeight
		x := s.x[image*size:][:size]
		iy := oy*s.StrideHeight - s.PadTop
		ky0, ky1 := taps(iy, s.KernelHeight, s.Height)
		for ox := range s.OutWidth {
			ix := ox*s.StrideWidth - s.PadLeft
			kx0, kx1 := taps(ix, s.KernelWidth, s.Width)
			first := ((iy+ky0)*s.Width + ix + kx0) * s.Channels
			y := s.y[(row*s.OutWidth+ox)*s.Channels:][:s.Channels]
			index := s.index[(row*s.OutWidth+ox)*s.Channels:][:s.Channels]
			largest(y, index, x, first, s.Width*s.Channels, ky1-ky0, kx1-kx0)
		}
	}
}

// largest finds the maximum of rows×columns pixels per channel, the first pixel being at first and the rows a stride apart.
func largest[T Float](y []T, index []int32, x []T, first, stride, rows, columns int) {
	channels := len(y)
	index = index[:channels]
	copy(y, x[first:])
	for c := range index {
		index[c] = int32(first + c)
	}
	for row := range rows {
		for column := range columns {
			if at := first + row*stride + column*channels; at > first {
				larger(y, index, x[at:], int32(at))
			}
		}
	}
	for c, v := range y {
		place := int(index[c])
		if v != v {
			place = firstNaN(x, first+c, stride, rows, columns, channels)
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

// firstNaN returns the place of the first NaN of a window that has one.
func firstNaN[T Float](x []T, first, stride, rows, columns, channels int) int {
	for row := range rows {
		for column := range columns {
			i := first + row*stride + column*channels
			if x[i] != x[i] {
				return i
			}
		}
	}
	return first
}

// MaxPool2DGrad computes the gradient of MaxPool2D in its input from the places of the maxima:
//
//	clear(dx)
//	for n, oy, ox, c := range dy {
//		dx[n, index[n,oy,ox,c]] += dy[n,oy,ox,c]
//	}
//
// Windows may overlap. Shapes as in MaxPool2D.
func MaxPool2DGrad[T Float](dx, dy []T, index []int32, s Window) {
	size := s.rows() * s.OutWidth * s.Channels
	p := pooling[T]{y: dy[:size], x: dx[:s.Batch*s.Height*s.Width*s.Channels], index: index[:size], Window: s}
	images := s.Batch
	run := pieceRows(images, 4*(s.Height*s.Width+s.OutHeight*s.OutWidth)*s.Channels)
	if run >= images {
		p.gradient(0, images)
		return
	}
	q := p // a copy that may escape, so that p stays on the stack
	parallel(ceilDiv(images, run), jobFunc(func(piece int) { q.gradient(piece*run, min((piece+1)*run, images)) }))
}

// gradient does images lo … hi-1.
func (s *pooling[T]) gradient(lo, hi int) {
	size, out := s.Height*s.Width*s.Channels, s.OutHeight*s.OutWidth*s.Channels
	for image := lo; image < hi; image++ {
		dx := s.x[image*size:][:size]
		clear(dx)
		index := s.index[image*out:][:out]
		for i, v := range s.y[image*out:][:out] {
			dx[index[i]] += v
		}
	}
}
