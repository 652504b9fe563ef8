package kernel

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/gemm"
	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
	"gorgonia-lectures/common/kernel/internal/window"
)

// convolution is the arguments of the three convolution kernels.
type convolution[T Float] struct {
	y, x, w, bias []T
	Window
	filters int
	relu    bool
	kind    convolutionKind
	run     int  // output rows of the batch in one piece; for the input's gradient input rows
	finite  bool // the second factor (w; for the kernel's gradient dy) has no NaN and no infinity
}

var convolutions sync.Pool

// convolutionOf cuts the slices to their lengths.
func convolutionOf[T Float](kind convolutionKind, y, x, w []T, s Window, filters int) convolution[T] {
	return convolution[T]{
		y: y[:s.Rows()*s.OutWidth*filters], x: x[:s.Batch*s.Height*s.Width*s.Channels],
		w: w[:s.KernelSize(filters)], Window: s, filters: filters, kind: kind,
	}
}

// all runs a kernel of n rows, many in pieces.
func (s convolution[T]) all(n, run int) {
	if s.run = run; n > run {
		parallel.Region(&convolutions, ceilDiv(n, run), s)
		return
	}
	s.Piece(0)
}

// Piece computes one run of rows.
func (s *convolution[T]) Piece(i int) {
	lo, hi := i*s.run, (i+1)*s.run
	switch s.kind {
	case convolutionForward:
		s.forward(lo, min(hi, s.Rows()))
	case convolutionGradInput:
		s.gradInput(lo, min(hi, s.Batch*s.Height))
	case convolutionGradKernel:
		size := s.KernelSize(s.filters)
		s.gradKernel(s.w[i*size:][:size], lo, min(hi, s.Rows()))
	}
}

type convolutionKind int

const (
	convolutionForward convolutionKind = iota
	convolutionGradInput
	convolutionGradKernel
)

// Conv2D computes the convolution layer y = x * w + bias, then max(0, ·) if relu:
//
//	for n, oy, ox, f := range y {
//		y[n,oy,ox,f] = bias[f] + Σ_ky,kx,c x[n, oy*StrideHeight-PadTop+ky, ox*StrideWidth-PadLeft+kx, c] * w[ky,kx,c,f]
//	}
//
// without the pixels outside the image. x is Batch×Height×Width×Channels, w KernelHeight×KernelWidth×
// Channels×filters, y Batch×OutHeight×OutWidth×filters; bias has filters elements or is nil. It is a
// cross-correlation, as in Keras.
func Conv2D[T Float](y, x, w, bias []T, s Window, filters int, relu bool) {
	c := convolutionOf(convolutionForward, y, x, w, s, filters)
	c.relu = relu
	if bias != nil {
		c.bias = bias[:filters]
	}
	if vector.Runs[T]() && gemm.Conv2D(vector.Single(c.y), vector.Single(c.x), vector.Single(c.w), vector.Single(c.bias),
		s, filters, relu) {
		return
	}
	c.finite = finite.Parallel(c.w)
	rows := c.Rows()
	c.all(rows, pieceRows(rows, s.OutWidth*len(c.w)))
}

// Small kernels have short rows. forward first copies their taps side by side into a buffer on the stack.
const (
	shortRow = 24
	mostTaps = 128
)

// forward computes output rows lo … hi-1 of the batch.
func (s *convolution[T]) forward(lo, hi int) {
	var buffer [mostTaps]T
	short := s.KernelWidth*s.Channels < shortRow && s.KernelHeight*s.KernelWidth*s.Channels <= mostTaps
	for row := lo; row < hi; row++ {
		image, oy := row/s.OutHeight, row%s.OutHeight
		iy := oy*s.StrideHeight - s.PadTop
		ky0, ky1 := window.Taps(iy, s.KernelHeight, s.Height)
		for ox := range s.OutWidth {
			y := s.y[(row*s.OutWidth+ox)*s.filters:][:s.filters]
			if s.bias != nil {
				copy(y, s.bias)
			} else {
				clear(y)
			}
			ix := ox*s.StrideWidth - s.PadLeft
			kx0, kx1 := window.Taps(ix, s.KernelWidth, s.Width)
			x := s.x[((image*s.Height+iy+ky0)*s.Width+ix+kx0)*s.Channels:]
			w := s.w[(ky0*s.KernelWidth+kx0)*s.Channels*s.filters:]
			run := (kx1 - kx0) * s.Channels
			if short && kx1-kx0 == s.KernelWidth {
				patch := buffer[:0]
				for ky := range ky1 - ky0 {
					patch = append(patch, x[ky*s.Width*s.Channels:][:run]...)
				}
				addProductOf(s.finite, y, patch, 1, w, s.filters, len(patch))
			} else {
				for ky := range ky1 - ky0 {
					addProductOf(s.finite, y, x[ky*s.Width*s.Channels:], 1, w[ky*s.KernelWidth*s.Channels*s.filters:], s.filters, run)
				}
			}
			if s.relu {
				relu(y, y)
			}
		}
	}
}
