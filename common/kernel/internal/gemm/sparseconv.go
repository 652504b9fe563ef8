//go:build (amd64 || arm64) && !purego

package gemm

import (
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
	"gorgonia-lectures/common/kernel/internal/window"
)

// After ReLU and pooling a quarter of a convolution's input is not 0, and a thirtieth of the gradient that it gets: in
// the lecture's second one, of 51 million products the forward pass needs 13, each gradient 2. What is not 0 in an image
// is listed in the order of its pixels, and sums run over lists. As in a product no number changes, but for the sign of
// a 0.

// leastColumns is the columns of the narrowest panel.
func leastColumns() int {
	if level.Active() == level.AVX512 {
		return 16
	}
	return 8
}

// sparseSweep is a convolution whose output pixels add up the rows of the kernel that the lists of their windows name.
// A row of a window is a run of pixels, so its list is a run of the image's.
type sparseSweep struct {
	window.Window
	y, x, w, bias []float32
	filters       int
	relu          bool
	images        int // of a piece
}

var sparseSweeps sync.Pool

func (f *fastConvolution) sweep() sparseSweep {
	return sparseSweep{Window: f.Window, y: f.y, x: f.x, w: f.w, bias: f.bias, filters: f.filters, relu: f.relu}
}

// sweepBack is gradInput as the convolution of dy with the rotated kernel. The strides are 1.
func (f *fastConvolution) sweepBack(kernel []float32) sparseSweep {
	s := sparseSweep{Window: f.Window, y: f.x, x: f.y, w: kernel, filters: f.Channels}
	s.Height, s.Width, s.Channels, s.OutHeight, s.OutWidth = f.OutHeight, f.OutWidth, f.filters, f.Height, f.Width
	s.PadTop, s.PadLeft = f.KernelHeight-1-f.PadTop, f.KernelWidth-1-f.PadLeft
	return s
}

// mostSwept is how many samples of x that are not 0 make lists as slow as tiles.
const mostSwept = samples * 45 / 100

// run computes the convolution if x has many zeros, and reports whether it did. w must be finite.
func (s sparseSweep) run() bool {
	least, image := leastColumns(), s.Height*s.Width*s.Channels
	if s.filters < least || s.KernelWidth*s.Channels < least || image > min(mostListed, math.MaxInt32/(4*s.filters)) ||
		s.Height > mostListed/s.bounds() || nonzerosOf(s.x) > mostSwept {
		return false
	}
	s.images = ceilDiv(s.Batch, 16)
	parallel.Region(&sparseSweeps, ceilDiv(s.Batch, s.images), s)
	return true
}

// bounds is the bounds of lists in a row of an image with its padding: one before each pixel and one after the last.
func (s *sparseSweep) bounds() int { return (s.OutWidth-1)*s.StrideWidth + s.KernelWidth + 1 }

func (s *sparseSweep) Piece(i int) {
	size, bounds := s.Height*s.Width*s.Channels, s.bounds()
	l := takeLists(size, s.Height*bounds)
	for image := i * s.images; image < min((i+1)*s.images, s.Batch); image++ {
		n := listNonzeros(l.values.use, l.offsets, s.x[image*size:][:size], 4*s.filters)
		from := 0
		for row := range s.Height {
			from = s.bound(l.from[row*bounds:][:bounds], l.offsets[:n], from, row)
		}
		s.image(l, image)
	}
	l.put()
}

// bound stores the bounds of a row's lists, which begin with number n, and returns the number after the row.
func (s *sparseSweep) bound(bounds, offsets []int32, n, row int) int {
	pixel := 4 * s.filters * s.Channels
	for i := range bounds {
		bounds[i] = int32(n)
		if column := i - s.PadLeft; 0 <= column && column < s.Width {
			for end := int32((row*s.Width + column + 1) * pixel); n < len(offsets) && offsets[n] < end; {
				n++
			}
		}
	}
	for end := int32((row + 1) * s.Width * pixel); n < len(offsets) && offsets[n] < end; { // right of the last window
		n++
	}
	return n
}

// image computes the output of an image with the given lists.
func (s *sparseSweep) image(l *nonzeros, image int) {
	row := 4 * s.filters // of the kernel and of the output, in bytes
	r := sparseRows{
		values: unsafe.Pointer(&l.values.use[0]), offsets: unsafe.Pointer(&l.offsets[0]), boundNext: 4 * s.StrideWidth,
		shiftNext: -row * s.Channels * s.StrideWidth, cNext: row, count: s.OutWidth,
	}
	vectors := min(mostVectors, s.filters/leastColumns())
	width := vectors * leastColumns()
	for column := 0; column < s.filters; column += width {
		j := min(column, s.filters-width) // the last panel may have columns of the one before
		r.b = unsafe.Pointer(&s.w[j])
		for oy := range s.OutHeight {
			y := s.y[(image*s.OutHeight+oy)*s.OutWidth*s.filters:][:s.OutWidth*s.filters]
			r.c, r.start, r.startNext, r.relu = unsafe.Pointer(&y[j]), unsafe.Pointer(&zeroSums), 0, 0
			if s.bias != nil {
				r.start = unsafe.Pointer(&s.bias[j])
			}
			top := oy*s.StrideHeight - s.PadTop
			ky0, ky1 := window.Taps(top, s.KernelHeight, s.Height) // a window covers at least one pixel
			for ky := ky0; ky < ky1; ky++ {
				bounds := l.from[(top+ky)*s.bounds():][:s.bounds()]
				r.from, r.to = unsafe.Pointer(&bounds[0]), unsafe.Pointer(&bounds[s.KernelWidth])
				r.shift = row * s.Channels * (ky*s.KernelWidth + s.PadLeft - (top+ky)*s.Width)
				if s.relu && ky == ky1-1 {
					r.relu = 1
				}
				r.run(vectors)
				r.start, r.startNext = r.c, row
			}
		}
	}
}

// picture is images of one size.
type picture struct {
	pixels                  []float32
	height, width, channels int
}

func (p *picture) size() int { return p.height * p.width * p.channels }

func (p *picture) image(i int) []float32 { return p.pixels[i*p.size():][:p.size()] }

// sparseGradKernel is the gradient of a kernel at stride 1. Of the two pictures that it multiplies, listed has many
// zeros, and framed lies in a frame of zeros. Each channel of listed has a list and sums of its own: for each row of the
// kernel one row of framed's window.
//
// Where listed is dy, framed is x. The other way round the window moves backward: the sums are of the kernel turned by
// half.
type sparseGradKernel struct {
	listed, framed            picture
	top, left                 int // padding of framed
	kernelHeight, kernelWidth int
	turned                    bool
	vectors, panels           int // of a row of sums
	images, batch             int // of a piece, and of all
	sums                      []float32
	infinite                  *atomic.Bool
}

var sparseGradKernels sync.Pool

// lists chooses which picture is listed, and reports whether that is faster than tiles.
func (f *fastConvolution) lists() (sparseGradKernel, bool) {
	x := picture{f.x, f.Height, f.Width, f.Channels}
	dy := picture{f.y, f.OutHeight, f.OutWidth, f.filters}
	if f.StrideHeight != 1 || f.StrideWidth != 1 || max(x.size(), dy.size()) > mostListed {
		return sparseGradKernel{}, false
	}
	s := sparseGradKernel{
		listed: dy, framed: x, top: f.PadTop, left: f.PadLeft,
		kernelHeight: f.KernelHeight, kernelWidth: f.KernelWidth, images: f.images, batch: f.Batch,
	}
	other := s
	other.listed, other.framed, other.turned = x, dy, true
	other.top, other.left = f.KernelHeight-1-f.PadTop, f.KernelWidth-1-f.PadLeft
	if other.plan() < s.plan() {
		s = other
	}
	tiles := f.OutHeight * f.OutWidth * len(f.w) / leastColumns()
	// lists have offsets of int32 in the frame
	frame := window.Fits(mostListed, s.listed.height-1+f.KernelHeight, s.listed.width-1+f.KernelWidth, s.framed.channels)
	return s, frame && s.plan() <= tiles/2
}

// plan cuts a row of sums into panels. It returns what an image costs, in multiply-adds of a vector.
func (s *sparseGradKernel) plan() int {
	const (
		perList = 8 // to begin and to end the sums of a list
		perCopy = 2 // of a vector into the frame
	)
	vectors := ceilDiv(s.kernelWidth*s.framed.channels, leastColumns())
	s.panels = ceilDiv(vectors, mostVectors)
	s.vectors = ceilDiv(vectors, s.panels)
	rows := s.kernelHeight * s.panels
	return s.listed.size()*nonzerosOf(s.listed.pixels)/samples*rows*s.vectors +
		s.listed.channels*rows*perList + s.framed.size()/leastColumns()*perCopy
}

// row is the columns of a row of sums. Those after the window's last have sums of no use.
func (s *sparseGradKernel) row() int { return s.panels * s.vectors * leastColumns() }

// size is the sums of a piece.
func (s *sparseGradKernel) size() int { return s.listed.channels * s.kernelHeight * s.row() }

// run stores the gradient in dw, and reports whether framed is finite. If not, the zeros count.
func (s sparseGradKernel) run(dw []float32) bool {
	s.infinite = takeFlag()
	pieces := ceilDiv(s.batch, s.images)
	work := takeBuffer((pieces + 1) * s.size())
	sums := work.use[:s.size()]
	if s.sums = work.use[s.size():]; pieces == 1 {
		s.sums = sums
		s.Piece(0)
	} else {
		parallel.Region(&sparseGradKernels, pieces, s)
		vector.AddRows(sums, s.sums)
	}
	s.store(dw, sums)
	work.put()
	done := !s.infinite.Load()
	flags.Put(s.infinite)
	return done
}

// store brings sums into the order of a kernel.
func (s *sparseGradKernel) store(dw, sums []float32) {
	row, window := s.row(), s.kernelWidth*s.framed.channels
	for ky := range s.kernelHeight {
		to := dw[ky*window*s.listed.channels:]
		from := sums[ky*row:]
		if !s.turned {
			transposeRows(to, s.listed.channels, from, s.kernelHeight*row, s.listed.channels, window)
			continue
		}
		from = sums[(s.kernelHeight-1-ky)*row:]
		filters := s.framed.channels
		for kx := range s.kernelWidth {
			for c := range s.listed.channels {
				copy(to[(kx*s.listed.channels+c)*filters:][:filters],
					from[c*s.kernelHeight*row+(s.kernelWidth-1-kx)*filters:])
			}
		}
	}
}

func (s *sparseGradKernel) Piece(i int) {
	sums := s.sums[i*s.size():][:s.size()]
	width, height := s.listed.width-1+s.kernelWidth, s.listed.height-1+s.kernelHeight
	line := width * s.framed.channels
	work := takeBuffer(height*line + s.row())
	frame := frame{pixels: work.use[:height*line], width: width, channels: s.framed.channels, height: height}
	l := takeLists(s.listed.size(), s.listed.channels)
	r := sparseRows{
		values: unsafe.Pointer(&l.values.use[0]), offsets: unsafe.Pointer(&l.offsets[0]),
		from: unsafe.Pointer(&l.from[0]), to: unsafe.Pointer(&l.to[0]), boundNext: 4,
		cNext: 4 * s.kernelHeight * s.row(), start: unsafe.Pointer(&zeroSums), count: s.listed.channels,
	}
	for image := i * s.images; image < min((i+1)*s.images, s.batch); image++ {
		pixels := s.framed.image(image)
		if !finite.Serial(pixels) {
			s.infinite.Store(true)
			break
		}
		frame.fill(pixels, s.framed.height, s.framed.width, -s.top, -s.left, 1, 1)
		s.list(l, s.listed.image(image))
		for ky := range s.kernelHeight {
			for panel := range s.panels {
				column := panel * s.vectors * leastColumns()
				r.b, r.c = unsafe.Pointer(&work.use[ky*line+column]), unsafe.Pointer(&sums[ky*s.row()+column])
				r.run(s.vectors)
			}
		}
		r.add = 1
	}
	l.put()
	work.put()
}

// list makes a list for each channel of an image, of where in the frame the windows of its pixels begin.
func (s *sparseGradKernel) list(l *nonzeros, image []float32) {
	pixels, channels := s.listed.height*s.listed.width, s.listed.channels
	for c := range channels {
		l.from[c], l.to[c] = int32(c*pixels), int32(c*pixels)
	}
	row := s.listed.width * channels
	found := takeLists(row, 0)
	values, offsets := found.values.use, found.offsets
	step := int32(4 * s.framed.channels)
	for y := range s.listed.height {
		at := int32(y*(s.listed.width-1+s.kernelWidth)) * step
		next := int32(channels) // element of the row that begins the next pixel
		for i, e := range offsets[:listNonzeros(values, offsets, image[y*row:][:row], 1)] {
			for ; e >= next; next += int32(channels) {
				at += step
			}
			to := &l.to[e-next+int32(channels)]
			l.values.use[*to], l.offsets[*to] = values[i], at
			*to++
		}
	}
	found.put()
}
