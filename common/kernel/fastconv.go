//go:build (amd64 || arm64) && !purego

package kernel

import (
	"sync"
	"unsafe"
)

// fastConvolution is one of the three convolution kernels in assembly. The micro-kernels of the matrix product
// read an image in place: neighbouring pixels are rows of A, a row of the kernel is a segment of the
// sum. So that no pixel is special, an image is first copied into a frame of zeros.
//
// A zero of the frame times NaN or infinity would be NaN where the plain loop has no such term. The kernels check
// that the other factor is finite.
type fastConvolution struct {
	Window
	y, x, w, bias []float32 // as in convolution
	filters       int
	relu          bool
	kind          convolutionKind
	panels        panels // of the second factor, but for the kernel's gradient
	partials      []float32
	rows, images  int // of a piece
}

// convolutionPiece is the multiply-adds of a piece: some 20 µs.
const convolutionPiece = 1 << 20

var fastConvolutions sync.Pool

// fast computes the kernel in assembly if it can. If it returns false, the output is of no use.
func (s *convolution[T]) fast() bool {
	if !assembly[T]() || len(s.w) < leastProduct {
		return false
	}
	f := fastConvolution{Window: s.Window, y: single(s.y), x: single(s.x), w: single(s.w), bias: single(s.bias),
		filters: s.filters, relu: s.relu, kind: s.kind}
	switch f.kind {
	case convolutionForward:
		return f.forward()
	case convolutionGradInput:
		return f.gradInput()
	}
	return f.gradKernel()
}

func (f *fastConvolution) piece(i int) {
	if f.kind == convolutionGradKernel {
		size := len(f.w)
		f.gradKernelOf(f.partials[i*size:][:size], i*f.images, min((i+1)*f.images, f.Batch))
		return
	}
	height := f.OutHeight
	if f.kind == convolutionGradInput {
		height = f.Height
	}
	runs := ceilDiv(height, f.rows)
	row := i % runs * f.rows
	rows := min(f.rows, height-row)
	for image := i / runs * f.images; image < min((i/runs+1)*f.images, f.Batch); image++ {
		if f.kind == convolutionForward {
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
		f.piece(0)
		return
	}
	region(&fastConvolutions, pieces, *f)
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
func (s *Window) framed() bool {
	return s.PadTop > 0 || s.PadLeft > 0 ||
		(s.OutHeight-1)*s.StrideHeight+s.KernelHeight > s.Height ||
		(s.OutWidth-1)*s.StrideWidth+s.KernelWidth > s.Width
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
	if finite := Finite(f.w); finite && f.sweep().run() {
		return true
	} else if f.framed() && !finite {
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
