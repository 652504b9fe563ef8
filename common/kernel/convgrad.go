package kernel

import (
	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/gemm"
	"gorgonia-lectures/common/kernel/internal/vector"
	"gorgonia-lectures/common/kernel/internal/window"
)

// Conv2DGradInputWork returns the length of Conv2DGradInput's scratch slice for the same shape.
func Conv2DGradInputWork(s Window, filters int) int {
	return s.KernelSize(filters)
}

// Conv2DGradInput computes the gradient of Conv2D (without ReLU) in its input:
//
//	for n, iy, ix, c := range dx {
//		dx[n,iy,ix,c] = Σ_ky,kx,f dy[n,oy,ox,f] * w[ky,kx,c,f]
//	}
//
// over the taps for which oy = (iy+PadTop-ky)/StrideHeight and ox = (ix+PadLeft-kx)/StrideWidth are whole and inside
// the output. Shapes as in Conv2D; work has at least Conv2DGradInputWork elements.
func Conv2DGradInput[T Float](dx, dy, w, work []T, s Window, filters int) {
	c := convolutionOf(convolutionGradInput, dy, dx, w, s, filters)
	if vector.Runs[T]() && gemm.Conv2DGradInput(vector.Single(c.x), vector.Single(c.y), vector.Single(c.w), s, filters) {
		return
	}
	w = c.w
	c.w = work[:len(w)]
	c.flip(w)
	c.finite = finite.Parallel(c.w)
	rows := s.Batch * s.Height
	// one division after the other: the product of the strides may not fit an int
	c.all(rows, pieceRows(rows, s.Width*len(w)/s.StrideHeight/s.StrideWidth))
}

// flip stores w with the columns of the kernel from right to left and each tap transposed to filters×Channels, so
// that at stride 1 neighbouring output pixels are multiplied by neighbouring rows.
func (s *convolution[T]) flip(w []T) {
	tap := s.Channels * s.filters
	for ky := range s.KernelHeight {
		for kx := range s.KernelWidth {
			from := w[(ky*s.KernelWidth+kx)*tap:][:tap]
			to := s.w[(ky*s.KernelWidth+s.KernelWidth-1-kx)*tap:][:tap]
			transpose(to, from, s.filters, s.filters, s.Channels)
		}
	}
}

// gradInput computes rows lo … hi-1 of the batch's input gradient.
func (s *convolution[T]) gradInput(lo, hi int) {
	tap := s.Channels * s.filters
	for row := lo; row < hi; row++ {
		image, iy := row/s.Height, row%s.Height
		for ix := range s.Width {
			dx := s.x[(row*s.Width+ix)*s.Channels:][:s.Channels]
			clear(dx)
			for ky := range s.KernelHeight {
				oy, ok := origin(iy+s.PadTop-ky, s.StrideHeight, s.OutHeight)
				if !ok {
					continue
				}
				dy := s.y[(image*s.OutHeight+oy)*s.OutWidth*s.filters:][:s.OutWidth*s.filters]
				w := s.w[ky*s.KernelWidth*tap:][:s.KernelWidth*tap]
				s.gradPixel(dx, dy, w, ix+s.PadLeft)
			}
		}
	}
}

// gradPixel adds one kernel row's share to the gradient of the pixel at the padded column ix.
func (s *convolution[T]) gradPixel(dx, dy, w []T, ix int) {
	tap := s.Channels * s.filters
	if s.StrideWidth == 1 {
		first := ix - (s.KernelWidth - 1) // the output column of the flipped kernel's first tap
		kx0, kx1 := window.Taps(first, s.KernelWidth, s.OutWidth)
		if kx0 < kx1 {
			addProductOf(s.finite, dx, dy[(first+kx0)*s.filters:], 1, w[kx0*tap:], s.Channels, (kx1-kx0)*s.filters)
		}
		return
	}
	for kx := range s.KernelWidth {
		if ox, ok := origin(ix-kx, s.StrideWidth, s.OutWidth); ok {
			addProductOf(s.finite, dx, dy[ox*s.filters:], 1, w[(s.KernelWidth-1-kx)*tap:], s.Channels, s.filters)
		}
	}
}

// origin returns which of out windows begins at the padded position start, if one does.
func origin(start, stride, out int) (int, bool) {
	if start < 0 || start%stride != 0 || start/stride >= out {
		return 0, false
	}
	return start / stride, true
}

// kernelPieces returns into how many runs of output rows the kernel's gradient is cut, and the rows of one. There are
// at most eight, as each needs a buffer of the kernel's size.
func kernelPieces(s Window, filters int) (pieces, run int) {
	rows := s.Rows()
	run = max(pieceRows(rows, s.OutWidth*s.KernelSize(filters)), ceilDiv(rows, 8))
	return ceilDiv(rows, run), run
}

// Conv2DGradKernelWork returns the length of Conv2DGradKernel's scratch slice for the same shape.
func Conv2DGradKernelWork(s Window, filters int) int {
	pieces, _ := kernelPieces(s, filters)
	if pieces == 1 {
		return 0
	}
	return pieces * s.KernelSize(filters)
}

// Conv2DGradKernel computes the gradient of Conv2D (without ReLU) in its kernel:
//
//	for ky, kx, c, f := range dw {
//		dw[ky,kx,c,f] = Σ_n,oy,ox x[n, oy*StrideHeight-PadTop+ky, ox*StrideWidth-PadLeft+kx, c] * dy[n,oy,ox,f]
//	}
//
// without the pixels outside the image. Shapes as in Conv2D; work has at least Conv2DGradKernelWork elements
// and may be nil if that is 0.
func Conv2DGradKernel[T Float](dw, x, dy, work []T, s Window, filters int) {
	c := convolutionOf(convolutionGradKernel, dy, x, dw, s, filters)
	if vector.Runs[T]() && gemm.Conv2DGradKernel(vector.Single(c.w), vector.Single(c.x), vector.Single(c.y), s, filters) {
		return
	}
	dw = c.w
	c.finite = finite.Parallel(c.y)
	pieces, run := kernelPieces(s, filters)
	if pieces > 1 {
		c.w = work[:pieces*len(dw)]
	}
	c.all(s.Rows(), run)
	if pieces > 1 {
		addRows(dw, c.w)
	}
}

// gradKernel stores in dw the share of output rows lo … hi-1 of the batch in the kernel's gradient.
func (s *convolution[T]) gradKernel(dw []T, lo, hi int) {
	clear(dw)
	for row := lo; row < hi; row++ {
		image, oy := row/s.OutHeight, row%s.OutHeight
		iy := oy*s.StrideHeight - s.PadTop
		ky0, ky1 := window.Taps(iy, s.KernelHeight, s.Height)
		for ky := ky0; ky < ky1; ky++ {
			x := s.x[(image*s.Height+iy+ky)*s.Width*s.Channels:][:s.Width*s.Channels]
			for kx := range s.KernelWidth {
				// the output columns whose tap kx lies on the image
				ox0, ox1 := s.columns(kx)
				if ox0 >= ox1 {
					continue
				}
				ix := ox0*s.StrideWidth - s.PadLeft + kx
				dy := s.y[(row*s.OutWidth+ox0)*s.filters:]
				for c := range s.Channels {
					w := dw[((ky*s.KernelWidth+kx)*s.Channels+c)*s.filters:][:s.filters]
					addProductOf(s.finite, w, x[ix*s.Channels+c:], s.StrideWidth*s.Channels, dy, s.filters, ox1-ox0)
				}
			}
		}
	}
}

// columns returns the output columns lo … hi-1 whose tap in kernel column kx lies on the image.
func (s *convolution[T]) columns(kx int) (lo, hi int) {
	first := kx - s.PadLeft // of output column 0
	if first < 0 {
		lo = ceilDiv(-first, s.StrideWidth)
	}
	if last := s.Width - 1 - first; last >= 0 {
		hi = min(s.OutWidth, last/s.StrideWidth+1)
	}
	return lo, hi
}
