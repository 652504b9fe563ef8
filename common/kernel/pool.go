package kernel

import "sync"

// pooling is the arguments of the two pooling kernels.
type pooling[T Float] struct {
	y, x  []T
	index []int32
	Window
	run int // output rows of one piece; images in the gradient
}

// poolingOf cuts the slices to their lengths.
func poolingOf[T Float](y, x []T, index []int32, s Window) pooling[T] {
	size := s.rows() * s.OutWidth * s.Channels
	return pooling[T]{y: y[:size], x: x[:s.Batch*s.Height*s.Width*s.Channels], index: index[:size], Window: s}
}

// poolMaxima and poolGradient are the jobs of the two kernels.
type (
	poolMaxima[T Float]   struct{ pooling[T] }
	poolGradient[T Float] struct{ pooling[T] }
)

var poolMaximaJobs, poolGradientJobs sync.Pool

func (s *poolMaxima[T]) piece(i int) { s.forward(i*s.run, min((i+1)*s.run, s.rows())) }

func (s *poolGradient[T]) piece(i int) { s.gradient(i*s.run, min((i+1)*s.run, s.Batch)) }

// MaxPool2D takes the largest pixel of each window, per channel:
//
//	for n, oy, ox, c := range y {
//		y[n,oy,ox,c] = max_ky,kx x[n, oy*StrideHeight-PadTop+ky, ox*StrideWidth-PadLeft+kx, c]
//	}
//
// where pixels outside the image are left out. index gets the place of the maximum in its image,
// (iy*Width+ix)*Channels+c. Of equal pixels the first in row order wins, as in Keras; the first NaN wins over all
// numbers, as in PyTorch. x is Batch×Height×Width×Channels, y and index Batch×OutHeight×OutWidth×Channels. All
// levels give the same bits.
func MaxPool2D[T Float](y []T, index []int32, x []T, s Window) {
	p := poolMaxima[T]{poolingOf(y, x, index, s)}
	rows := s.rows()
	p.run = pieceRows(rows, 2*s.OutWidth*s.Channels*s.KernelHeight*s.KernelWidth)
	if p.run >= rows {
		p.forward(0, rows)
		return
	}
	region(&poolMaximaJobs, ceilDiv(rows, p.run), p)
}

// forward computes output rows lo … hi-1 of the batch.
func (s *pooling[T]) forward(lo, hi int) {
	size := s.Height * s.Width * s.Channels
	for row := lo; row < hi; row++ {
		image, oy := row/s.OutHeight, row%s.OutHeight
		x := s.x[image*size:][:size]
		for w, ox := s.first(oy), 0; ox < s.OutWidth; ox += w.pixels {
			w.next(&s.Window, ox)
			at, n := (row*s.OutWidth+ox)*s.Channels, w.pixels*s.Channels
			maxima(s.y[at:][:n], s.index[at:][:n], x, w)
		}
	}
}

// MaxPool2DGrad computes the gradient of MaxPool2D in its input from the places of the maxima:
//
//	clear(dx)
//	for n, oy, ox, c := range dy {
//		dx[n, index[n,oy,ox,c]] += dy[n,oy,ox,c]
//	}
//
// Windows may overlap. Shapes as in MaxPool2D, which has to have written index. All levels give the same bits.
func MaxPool2DGrad[T Float](dx, dy []T, index []int32, s Window) {
	p := poolGradient[T]{poolingOf(dy, dx, index, s)}
	images := s.Batch
	p.run = pieceRows(images, 2*(s.Height*s.Width+s.OutHeight*s.OutWidth)*s.Channels)
	if p.run >= images {
		p.gradient(0, images)
		return
	}
	region(&poolGradientJobs, ceilDiv(images, p.run), p)
}

// gradient does images lo … hi-1.
func (s *pooling[T]) gradient(lo, hi int) {
	size, out := s.Height*s.Width*s.Channels, s.OutHeight*s.OutWidth*s.Channels
	apart := assembly[T]() && s.KernelHeight == s.StrideHeight && s.KernelWidth == s.StrideWidth
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
