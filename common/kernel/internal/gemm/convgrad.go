//go:build (amd64 || arm64) && !purego

package gemm

import (
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// gradInput is a convolution of dy, spread by the strides, with the kernel rotated by half a turn. f.w is the kernel
// as it is; its rotated form goes into a buffer.
func (f *fastConvolution) gradInput() bool {
	if !finite.Parallel(f.w) {
		return false
	}
	rotated := takeBuffer(len(f.w))
	f.rotate(rotated.use)
	if f.StrideHeight != 1 || f.StrideWidth != 1 || !f.sweepBack(rotated.use).run() {
		f.gradInputTiles(rotated.use)
	}
	rotated.put()
	return true
}

func (f *fastConvolution) rotate(kernel []float32) {
	tap := f.Channels * f.filters
	taps := f.KernelHeight * f.KernelWidth
	for i := range taps {
		transposeRows(kernel[(taps-1-i)*tap:], f.Channels, f.w[i*tap:], f.filters, f.Channels, f.filters)
	}
}

func (f *fastConvolution) gradInputTiles(kernel []float32) {
	var work *buffer
	f.panels, work = weights(kernel, f.KernelHeight*f.KernelWidth*f.filters, f.Channels)
	f.cut(f.Height, f.Width*len(f.w))
	work.put()
}

// gradInputRows computes rows of an image's input gradient.
func (f *fastConvolution) gradInputRows(image, row, rows int) {
	height, width := rows+f.KernelHeight-1, f.Width+f.KernelWidth-1
	size := f.OutHeight * f.OutWidth * f.filters
	work := takeBuffer(height * width * f.filters)
	dy := frame{pixels: work.use, width: width, channels: f.filters, height: height}
	dy.fill(f.y[image*size:][:size], f.OutHeight, f.OutWidth,
		row-(f.KernelHeight-1-f.PadTop), -(f.KernelWidth - 1 - f.PadLeft), f.StrideHeight, f.StrideWidth)
	dx := f.x[(image*f.Height+row)*f.Width*f.Channels:][:rows*f.Width*f.Channels]
	s := sweep{
		a: work.use, width: width * f.filters, pixel: f.filters, row: width * f.filters,
		k: f.KernelWidth * f.filters, segments: f.KernelHeight,
		c: dx, rows: rows, columns: f.Width, n: f.Channels,
	}
	s.run(f.panels)
	work.put()
}

// gradKernel sums over runs of images, each in a buffer of its own. It returns false if zeros outside the images may have
// made the result NaN, for the plain loop to decide.
func (f *fastConvolution) gradKernel() bool {
	f.images = max(ceilDiv(f.Batch, 8), min(f.Batch, convolutionPiece/2/(f.OutHeight*f.OutWidth*len(f.w))))
	if s, ok := f.lists(); ok && s.run(f.w) {
		return finite.Parallel(f.w)
	}
	f.gradKernelTiles()
	return !f.framed() || finite.Parallel(f.w)
}

func (f *fastConvolution) gradKernelTiles() {
	pieces := ceilDiv(f.Batch, f.images)
	if pieces == 1 {
		f.gradKernelOf(f.w, 0, f.Batch)
		return
	}
	work := takeBuffer(pieces * len(f.w))
	f.partials = work.use
	parallel.Region(&fastConvolutions, pieces, *f)
	vector.AddRows(f.w, f.partials)
	work.put()
}

// gradKernelOf stores in dw the share of images lo … hi-1 in the kernel's gradient.
func (f *fastConvolution) gradKernelOf(dw []float32, lo, hi int) {
	height := (f.OutHeight-1)*f.StrideHeight + f.KernelHeight
	width := (f.OutWidth-1)*f.StrideWidth + f.KernelWidth
	if !f.framed() {
		height, width = f.Height, f.Width
	}
	in, pixels := f.Height*f.Width*f.Channels, f.OutHeight*f.OutWidth
	var work, columns *buffer
	x := frame{width: width, channels: f.Channels, height: height}
	if f.framed() {
		work = takeBuffer(height * width * f.Channels)
		x.pixels = work.use
	}
	for image := lo; image < hi; image++ {
		a, dy := f.x[image*in:][:in], f.y[image*pixels*f.filters:][:pixels*f.filters]
		if f.framed() {
			x.fill(a, f.Height, f.Width, -f.PadTop, -f.PadLeft, 1, 1)
			a = work.use
		}
		b, ok := inPlace(dy, f.filters)
		if !ok {
			if columns == nil {
				_, size := panelCount(pixels, f.filters)
				columns = takeBuffer(size)
			}
			packRows(columns.use, dy, pixels, f.filters, f.filters)
			b = packed(columns.use, pixels)
		}
		f.gradKernelImage(dw, a, width*f.Channels, b, image == lo)
	}
	columns.put()
	work.put()
}

// gradKernelImage adds one image's share: for each row of the kernel a product of its taps and channels by the
// pixels, summed row by row of the image.
func (f *fastConvolution) gradKernelImage(dw, a []float32, row int, b panels, first bool) {
	_, width := tileSize()
	m, pixel := f.KernelWidth*f.Channels, f.StrideWidth*f.Channels
	t := tile{
		aRow: 4, aK: 4 * pixel, aSegment: 4 * (f.StrideHeight*row - f.OutWidth*pixel), bK: b.row, cRow: 4 * f.filters,
		k: f.OutWidth, segments: f.OutHeight, start: startC,
	}
	if first {
		t.start = startZero
	}
	for ky := range f.KernelHeight {
		// the assembly checks no bounds
		_ = a[(ky+(f.OutHeight-1)*f.StrideHeight)*row+(f.OutWidth-1)*pixel+m-1]
		t.a = unsafe.Pointer(&a[ky*row])
		for j := 0; j < f.filters; j += width {
			narrow := t.setColumns(min(width, f.filters-j))
			t.b = unsafe.Add(b.data, j/width*b.next)
			t.c = unsafe.Pointer(&dw[ky*m*f.filters+j])
			t.over(m, narrow, prefetch{}, 0)
		}
	}
}
