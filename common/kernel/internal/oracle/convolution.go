package oracle

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gorgonia-lectures/common/kernel/internal/window"
)

// Convolution is the shape of a convolution.
type Convolution struct {
	window.Window
	Filters int
}

func (s Convolution) String() string {
	return fmt.Sprintf("%dx%dx%dx%d kernel %dx%d stride %dx%d pad %d,%d out %dx%d filters %d",
		s.Batch, s.Height, s.Width, s.Channels, s.KernelHeight, s.KernelWidth, s.StrideHeight, s.StrideWidth,
		s.PadTop, s.PadLeft, s.OutHeight, s.OutWidth, s.Filters)
}

// Inputs is the number of elements of the images.
func (s Convolution) Inputs() int { return s.Batch * s.Height * s.Width * s.Channels }

// Outputs is the number of elements of the result.
func (s Convolution) Outputs() int { return s.Batch * s.OutHeight * s.OutWidth * s.Filters }

// Weights is the number of elements of the kernel.
func (s Convolution) Weights() int { return s.KernelSize(s.Filters) }

// Visit calls f with the flat indices in y, x and w of every product of the convolution: the plain loop.
func (s Convolution) Visit(f func(y, x, w int)) {
	for n := range s.Batch {
		for oy := range s.OutHeight {
			for ox := range s.OutWidth {
				for ky := range s.KernelHeight {
					for kx := range s.KernelWidth {
						iy, ix := oy*s.StrideHeight-s.PadTop+ky, ox*s.StrideWidth-s.PadLeft+kx
						if iy < 0 || iy >= s.Height || ix < 0 || ix >= s.Width {
							continue
						}
						for c := range s.Channels {
							for k := range s.Filters {
								f(((n*s.OutHeight+oy)*s.OutWidth+ox)*s.Filters+k, ((n*s.Height+iy)*s.Width+ix)*s.Channels+c,
									((ky*s.KernelWidth+kx)*s.Channels+c)*s.Filters+k)
							}
						}
					}
				}
			}
		}
	}
}

// RandomWindow returns a small window of any kind.
func RandomWindow(t *testing.T, r *rand.Rand, channels int) window.Window {
	h, w := 1+r.IntN(9), 1+r.IntN(9)
	kh, kw := 1+r.IntN(5), 1+r.IntN(5)
	same := r.IntN(2) == 0
	if !same {
		kh, kw = min(kh, h), min(kw, w)
	}
	s, err := window.New(1+r.IntN(3), h, w, channels, kh, kw, 1+r.IntN(3), 1+r.IntN(3), same)
	FatalIf(t, err)
	return s
}

// Convolutions are shapes of one piece and of several.
func Convolutions(t *testing.T, r *rand.Rand) []Convolution {
	shapes := convolutions(t, [][10]int{ // with several pieces: the lecture's two layers, strides, a large kernel
		{2, 28, 28, 1, 5, 5, 1, 1, 1, 32},
		{1, 14, 14, 32, 2, 2, 1, 1, 1, 64},
		{5, 17, 15, 8, 3, 3, 2, 2, 0, 33},
		{3, 12, 20, 3, 7, 4, 2, 3, 1, 40},
		{1, 30, 30, 5, 3, 3, 1, 1, 0, 16},
		{24, 3, 3, 12, 3, 3, 1, 1, 1, 24},
	})
	for range ShortOr(20, 80) {
		shapes = append(shapes, Convolution{RandomWindow(t, r, 1+r.IntN(9)), 1 + r.IntN(9)})
	}
	return shapes
}

// SparseConvolutions are convolutions that pass over zeros at every level: the lecture's two, several panels of columns
// that are whole or not, strides, no padding, large kernels, rows that the last window does not reach.
func SparseConvolutions(t *testing.T, r *rand.Rand) []Convolution {
	shapes := convolutions(t, [][10]int{
		{32, 28, 28, 1, 5, 5, 1, 1, 1, 32},
		{32, 14, 14, 32, 2, 2, 1, 1, 1, 64},
		{5, 9, 11, 16, 3, 3, 1, 1, 1, 33},
		{3, 7, 6, 17, 3, 2, 1, 1, 0, 150},
		{19, 5, 5, 20, 5, 5, 1, 1, 1, 16},
		{2, 12, 10, 16, 3, 3, 2, 2, 1, 32},
		{2, 13, 11, 24, 2, 3, 3, 2, 0, 48},
		{1, 1, 1, 40, 3, 3, 1, 1, 1, 70},
	})
	for range ShortOr(10, 60) {
		shapes = append(shapes, Convolution{RandomWindow(t, r, 8+r.IntN(40)), 8 + r.IntN(60)})
	}
	return shapes
}

// convolutions are those of the numbers: the nine arguments of window.New in their order, 1 for same padding, and the
// filters.
func convolutions(t *testing.T, list [][10]int) []Convolution {
	var shapes []Convolution
	for _, n := range list {
		s, err := window.New(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8] == 1)
		FatalIf(t, err)
		shapes = append(shapes, Convolution{s, n[9]})
	}
	return shapes
}
