package kernel

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/parallel"
)

// averaging is the arguments of the two kernels of average pooling.
type averaging[T Float] struct {
	y, x []T
	Window
	isGradient bool
	run        int // output rows of one piece; images in the gradient
}

var averagings sync.Pool

// all runs a kernel of n output rows or images in pieces.
func (s averaging[T]) all(n, run int) {
	s.y, s.x = s.y[:s.Rows()*s.OutWidth*s.Channels], s.x[:s.Batch*s.Height*s.Width*s.Channels]
	if s.run = run; n > run {
		parallel.Region(&averagings, ceilDiv(n, run), s)
		return
	}
	s.Piece(0)
}

func (s *averaging[T]) Piece(i int) {
	if s.isGradient {
		s.gradient(i*s.run, min((i+1)*s.run, s.Batch))
	} else {
		s.forward(i*s.run, min((i+1)*s.run, s.Rows()))
	}
}

// AveragePool2D takes the mean of each window, per channel:
//
//	for n, oy, ox, c := range y {
//		y[n,oy,ox,c] = mean_ky,kx x[n, oy*StrideHeight-PadTop+ky, ox*StrideWidth-PadLeft+kx, c]
//	}
//
// without the pixels outside the image, which do not count either. x is Batch×Height×Width×Channels, y
// Batch×OutHeight×OutWidth×Channels. All levels give the same bits.
func AveragePool2D[T Float](y, x []T, s Window) {
	rows := s.Rows()
	averaging[T]{y: y, x: x, Window: s}.all(rows, pieceRows(rows, s.OutWidth*s.Channels*s.KernelHeight*s.KernelWidth))
}

// forward computes output rows lo … hi-1 of the batch.
func (s *averaging[T]) forward(lo, hi int) {
	size := s.Height * s.Width * s.Channels
	for row := lo; row < hi; row++ {
		x := s.x[row/s.OutHeight*size:][:size]
		for w, ox := firstRun(&s.Window, row%s.OutHeight), 0; ox < s.OutWidth; ox += w.pixels {
			w.next(&s.Window, ox)
			y := s.y[(row*s.OutWidth+ox)*s.Channels:][:w.pixels*s.Channels]
			for ; len(y) > 0; y = y[s.Channels:] {
				mean(y[:s.Channels], x, w)
				w.first += w.step
			}
		}
	}
}

// mean computes the mean of the first pixel of a run per channel.
func mean[T Float](y, x []T, r poolRun) {
	clear(y)
	for row := range r.rows {
		for column := range r.columns {
			x := x[r.first+row*r.stride+column*r.channels:][:len(y)]
			for c, v := range x {
				y[c] += v
			}
		}
	}
	count := T(r.rows * r.columns)
	for c := range y {
		y[c] /= count
	}
}

// AveragePool2DGrad computes the gradient of AveragePool2D in its input: each pixel of a window gets an equal share of
// dy. Windows may overlap. Shapes as in AveragePool2D. All levels give the same bits.
func AveragePool2DGrad[T Float](dx, dy []T, s Window) {
	averaging[T]{y: dy, x: dx, Window: s, isGradient: true}.all(s.Batch,
		pieceRows(s.Batch, (s.Height*s.Width+s.OutHeight*s.OutWidth*s.KernelHeight*s.KernelWidth)*s.Channels))
}

// gradient does images lo … hi-1.
func (s *averaging[T]) gradient(lo, hi int) {
	size, out := s.Height*s.Width*s.Channels, s.OutHeight*s.OutWidth*s.Channels
	for image := lo; image < hi; image++ {
		dx, dy := s.x[image*size:][:size], s.y[image*out:][:out]
		clear(dx)
		for oy := range s.OutHeight {
			for w, ox := firstRun(&s.Window, oy), 0; ox < s.OutWidth; ox += w.pixels {
				w.next(&s.Window, ox)
				for range w.pixels {
					share(dx, dy[:s.Channels], w)
					dy = dy[s.Channels:]
					w.first += w.step
				}
			}
		}
	}
}

// share adds its share of dy to each pixel of the first window of a run.
func share[T Float](dx, dy []T, r poolRun) {
	count := T(r.rows * r.columns)
	for row := range r.rows {
		for column := range r.columns {
			dx := dx[r.first+row*r.stride+column*r.channels:][:len(dy)]
			for c, v := range dy {
				dx[c] += v / count
			}
		}
	}
}
