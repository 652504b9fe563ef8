//go:build (amd64 || arm64) && !purego

package gemm

import (
	"sync"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/window"
)

// fastConvolution is one of the three convolution kernels in assembly. The micro-kernels of the matrix product
// read an image in place: neighbouring pixels are rows of A, a row of the kernel is a segment of the
// sum. So that no pixel is special, an image is first copied into a frame of zeros.
//
// A zero of the frame times NaN or infinity would be NaN where the plain loop has no such term. The kernels check
// that the other factor is finite.
type fastConvolution struct {
	window.Window
	y, x, w, bias []float32 // or their gradients
	filters       int
	relu          bool
	kind          kind
	panels        panels // of the second factor, but for the kernel's gradient
	partials      []float32
	rows, images  int // of a piece
}

type kind int

const (
	forward kind = iota
	gradInput
	gradKernel
)

// convolutionPiece is the multiply-adds of a piece: some 20 µs.
const convolutionPiece = 1 << 20

var fastConvolutions sync.Pool

// Conv2D computes the kernel of that name and reports whether it did: not if w is small, or if zeros outside the images
// meet numbers that are not finite. Then y is of no use.
func Conv2D(y, x, w, bias []float32, s window.Window, filters int, relu bool) bool {
	f := fastConvolution{Window: s, y: y, x: x, w: w, bias: bias, filters: filters, relu: relu, kind: forward}
	return len(w) >= leastProduct && f.forward()
}

// Conv2DGradInput computes the kernel of that name and reports whether it did, as Conv2D.
func Conv2DGradInput(dx, dy, w []float32, s window.Window, filters int) bool {
	f := fastConvolution{Window: s, y: dy, x: dx, w: w, filters: filters, kind: gradInput}
	return len(w) >= leastProduct && f.gradInput()
}

// Conv2DGradKernel computes the kernel of that name and reports whether it did, as Conv2D.
func Conv2DGradKernel(dw, x, dy []float32, s window.Window, filters int) bool {
	f := fastConvolution{Window: s, y: dy, x: x, w: dw, filters: filters, kind: gradKernel}
	return len(dw) >= leastProduct && f.gradKernel()
}

func (f *fastConvolution) Piece(i int) {
	if f.kind == gradKernel {
		size := len(f.w)
		f.gradKernelOf(f.partials[i*size:][:size], i*f.images, min((i+1)*f.images, f.Batch))
		return
	}
	height := f.OutHeight
	if f.kind == gradInput {
		height = f.Height
	}
	runs := ceilDiv(height, f.rows)
	row := i % runs * f.rows
	rows := min(f.rows, height-row)
	for image := i / runs * f.images; image < min((i/runs+1)*f.images, f.Batch); image++ {
		if f.kind == forward {
			f.forwardRows(image, row, rows)
		} else {
			f.gradInputRows(image, row, rows)
		}
	}
}

// cut makes pieces of some rows of an image, or of some images, and runs them. work is the multiply-adds of a row.
func (f *fastConvolution) cut(height, work int) {
	f.rows, f.images = height, 1
	if height*work > 2*convolutionPiece {
		f.rows = max(1, convolutionPiece/work)
	} else {
		f.images = max(1, min(f.Batch, convolutionPiece/2/(height*work)))
	}
	pieces := ceilDiv(height, f.rows) * ceilDiv(f.Batch, f.images)
	if pieces == 1 {
		f.Piece(0)
		return
	}
	parallel.Region(&fastConvolutions, pieces, *f)
}

// frame is an image in a frame of zeros.
type frame struct {
	pixels        []float32
	height, width int
	channels      int
}

// fill copies rows of an image: the frame's pixel (0, 0) is the image's (top, left), and the image's rows and pixels
// lie spreadHeight and spreadWidth apart in the frame.
func (f *frame) fill(image []float32, height, width, top, left, spreadHeight, spreadWidth int) {
	clear(f.pixels)
	row := width * f.channels
	for r := range height {
		at := r*spreadHeight - top
		if at < 0 || at >= f.height {
			continue
		}
		to := f.pixels[at*f.width*f.channels:][:f.width*f.channels]
		from := image[r*row:][:row]
		if spreadWidth == 1 {
			first := max(0, left)
			last := min(width, f.width+left)
			if first < last {
				copy(to[(first-left)*f.channels:], from[first*f.channels:last*f.channels])
			}
			continue
		}
		for c := range width {
			if p := c*spreadWidth - left; p >= 0 && p < f.width {
				copy(to[p*f.channels:][:f.channels], from[c*f.channels:])
			}
		}
	}
}

// framed reports whether a window extends beyond its image.
func (f *fastConvolution) framed() bool {
	return f.PadTop > 0 || f.PadLeft > 0 ||
		(f.OutHeight-1)*f.StrideHeight+f.KernelHeight > f.Height ||
		(f.OutWidth-1)*f.StrideWidth+f.KernelWidth > f.Width
}

// weights returns the panels of a matrix of k rows and n columns, in place or packed into a buffer.
func weights(w []float32, k, n int) (panels, *buffer) {
	if p, ok := inPlace(w, n); ok {
		return p, nil
	}
	_, size := panelCount(k, n)
	b := takeBuffer(size)
	packRows(b.use, w, k, n, n)
	return packed(b.use, k), b
}

func (f *fastConvolution) forward() bool {
	if isFinite := finite.Parallel(f.w); isFinite && f.sweep().run() {
		return true
	} else if f.framed() && !isFinite {
		return false
	}
	f.forwardTiles()
	return true
}

func (f *fastConvolution) forwardTiles() {
	var work *buffer
	f.panels, work = weights(f.w, f.KernelHeight*f.KernelWidth*f.Channels, f.filters)
	f.cut(f.OutHeight, f.OutWidth*len(f.w))
	work.put()
}

// forwardRows computes rows of an image's output.
func (f *fastConvolution) forwardRows(image, row, rows int) {
	size := f.Height * f.Width * f.Channels
	height := (rows-1)*f.StrideHeight + f.KernelHeight
	width := (f.OutWidth-1)*f.StrideWidth + f.KernelWidth
	a := f.x[image*size:][:size]
	var work *buffer
	if f.framed() {
		work = takeBuffer(height * width * f.Channels)
		in := frame{pixels: work.use, width: width, channels: f.Channels, height: height}
		in.fill(a, f.Height, f.Width, row*f.StrideHeight-f.PadTop, -f.PadLeft, 1, 1)
		a = work.use
	} else {
		width = f.Width
		a = a[row*f.StrideHeight*width*f.Channels:]
	}
	y := f.y[(image*f.OutHeight+row)*f.OutWidth*f.filters:][:rows*f.OutWidth*f.filters]
	s := sweep{
		a: a, width: width * f.Channels, pixel: f.StrideWidth * f.Channels, row: f.StrideHeight * width * f.Channels,
		k: f.KernelWidth * f.Channels, segments: f.KernelHeight,
		c: y, rows: rows, columns: f.OutWidth, n: f.filters, bias: f.bias, relu: f.relu,
	}
	s.run(f.panels)
	work.put()
}

// sweep is the trajectory of a window over an image: a tile's rows are neighbouring pixels.
type sweep struct {
	a           []float32
	width       int // elements from a row of the window to the next
	pixel, row  int // elements from an output pixel's window to the next one's, and from an output row's
	k, segments int // elements of a row of the window, and its rows

	c             []float32 // rows x columns pixels of n elements
	rows, columns int
	n             int
	bias          []float32
	relu          bool
}

func (s *sweep) run(b panels) {
	most, width := tileSize()
	// the assembly checks no bounds
	_ = s.a[(s.rows-1)*s.row+(s.columns-1)*s.pixel+(s.segments-1)*s.width+s.k-1]
	_ = s.c[s.rows*s.columns*s.n-1]
	t := tile{
		aRow: 4 * s.pixel, aK: 4, aSegment: 4 * (s.width - s.k), bK: b.row, cRow: 4 * s.n,
		aNext: 4 * s.row, cNext: 4 * s.columns * s.n, k: s.k, segments: s.segments, count: s.rows,
		start: startZero,
	}
	if s.bias != nil {
		t.start = startBias
	}
	if s.relu {
		t.relu = 1
	}
	tiles := ceilDiv(s.columns, most)
	for j := 0; j < s.n; j += width {
		narrow := t.setColumns(min(width, s.n-j))
		t.b = unsafe.Add(b.data, j/width*b.next)
		if s.bias != nil {
			t.bias = unsafe.Pointer(&s.bias[j])
		}
		// tiles of even height side by side, each down all rows
		for i := range tiles {
			first, last := i*s.columns/tiles, (i+1)*s.columns/tiles
			t.a = unsafe.Pointer(&s.a[first*s.pixel])
			t.c = unsafe.Pointer(&s.c[first*s.n+j])
			t.run(last-first, narrow)
		}
	}
}
