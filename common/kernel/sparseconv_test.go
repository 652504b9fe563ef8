//go:build (amd64 || arm64) && !purego

package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// sparseConvolutions are convolutions that pass over zeros at every level: the lecture's two, several panels of columns
// that are whole or not, strides, no padding, large kernels, rows that the last window does not reach.
func sparseConvolutions(t *testing.T, r *rand.Rand) []convolutionShape {
	var shapes []convolutionShape
	for _, n := range [][10]int{
		{32, 28, 28, 1, 5, 5, 1, 1, 1, 32},
		{32, 14, 14, 32, 2, 2, 1, 1, 1, 64},
		{5, 9, 11, 16, 3, 3, 1, 1, 1, 33},
		{3, 7, 6, 17, 3, 2, 1, 1, 0, 150},
		{19, 5, 5, 20, 5, 5, 1, 1, 1, 16},
		{2, 12, 10, 16, 3, 3, 2, 2, 1, 32},
		{2, 13, 11, 24, 2, 3, 3, 2, 0, 48},
		{1, 1, 1, 40, 3, 3, 1, 1, 1, 70},
	} {
		s, err := NewWindow(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8] == 1)
		fatalIf(t, err)
		shapes = append(shapes, convolutionShape{s, n[9]})
	}
	for range shortOr(10, 60) {
		shapes = append(shapes, convolutionShape{randomWindow(t, r, 8+r.IntN(40)), 8 + r.IntN(60)})
	}
	return shapes
}

// Convolutions and gradients that pass over zeros have the bits of those that do not, also with NaN and infinities
// among what is not 0.
func TestConvolutionsWithoutTheirZeros(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		if level == PlainGo {
			return // passes over the zeros of each pixel
		}
		r := newRand()
		swept, turned, listed := 0, 0, map[bool]int{}
		for _, s := range sparseConvolutions(t, r) {
			w, bias := noise[float32](r, s.kernelSize()), noise[float32](r, s.filters)
			for _, zeros := range [][2]float64{{0, 0}, {0.6, 0.95}, {0.8, 0.5}, {0.97, 0.97}, {1, 1}} {
				x, dy := sparse[float32](r, s.inputSize(), zeros[0]), sparse[float32](r, s.outputSize(), zeros[1])
				for _, odd := range []bool{false, true} {
					name := fmt.Sprintf("%v, zeros %v, odd %t", s, zeros, odd)
					if odd {
						spoil(r, x)
						spoil(r, dy)
					}
					y, want := guard[float32](len(dy)), make([]float32, len(dy))
					f := fastConvolution{Window: s.Window, y: y.out, x: x, w: w, bias: bias, filters: s.filters, relu: true}
					if f.sweep().run() {
						swept++
						y.check(t, name)
						f.y = want
						f.forwardTiles()
						sameNumbers(t, name, y.out, want)
					}

					dx, want := guard[float32](len(x)), make([]float32, len(x))
					f = fastConvolution{Window: s.Window, y: dy, x: dx.out, w: w, filters: s.filters, kind: convolutionGradInput}
					rotated := make([]float32, len(w))
					f.rotate(rotated)
					if s.StrideHeight == 1 && s.StrideWidth == 1 && f.sweepBack(rotated).run() {
						turned++
						dx.check(t, name+" dx")
						f.x = want
						f.gradInputTiles(rotated)
						if !odd { // times the frame's zeros NaN spreads farther in tiles
							sameNumbers(t, name+" dx", dx.out, want)
						}
					}

					dw, want := guard[float32](len(w)), make([]float32, len(w))
					f = fastConvolution{Window: s.Window, y: dy, x: x, w: dw.out, filters: s.filters, kind: convolutionGradKernel}
					f.images = max(1, s.Batch/3)
					if l, ok := f.lists(); ok && l.run(dw.out) {
						listed[l.turned]++
						dw.check(t, name+" dw")
						f.w = want
						f.gradKernelTiles()
						if !odd {
							sameNumbers(t, name+" dw", dw.out, want)
						}
					}
				}
			}
		}
		if swept == 0 || turned == 0 || listed[false] == 0 || listed[true] == 0 {
			t.Errorf("zeros were passed over in %d forward passes, %d gradients of the input and %v of the kernel", swept,
				turned, listed)
		}
	})
}

// Where the other factor is not finite a zero counts: all three kernels are the plain loops.
func TestConvolutionZerosMeetWhatIsNotFinite(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		r := newRand()
		for _, s := range sparseConvolutions(t, r)[:shortOr(4, 20)] {
			s.Batch = min(s.Batch, 3)
			for bad := range 3 {
				x, w := sparse[float32](r, s.inputSize(), 0.9), noise[float32](r, s.kernelSize())
				dy := sparse[float32](r, s.outputSize(), 0.95)
				spoil(r, [][]float32{x, w, dy}[bad])
				y, dx, dw := make([]float64, len(dy)), make([]float64, len(x)), make([]float64, len(w))
				s.visit(func(i, j, k int) {
					y[i] += float64(x[j]) * float64(w[k])
					dx[j] += float64(dy[i]) * float64(w[k])
					dw[k] += float64(dy[i]) * float64(x[j])
				})
				name := fmt.Sprintf("%v, factor %d not finite", s, bad)
				got := guard[float32](len(y))
				Conv2D(got.out, x, w, nil, s.Window, s.filters, false)
				got.check(t, name)
				sameKinds(t, name, got.out, y)
				got = guard[float32](len(dx))
				Conv2DGradInput(got.out, dy, w, make([]float32, Conv2DGradInputWork(s.Window, s.filters)), s.Window, s.filters)
				sameKinds(t, name+" dx", got.out, dx)
				got = guard[float32](len(dw))
				Conv2DGradKernel(got.out, x, dy, make([]float32, Conv2DGradKernelWork(s.Window, s.filters)), s.Window, s.filters)
				sameKinds(t, name+" dw", got.out, dw)
			}
		}
	})
}

// sameKinds fails if another number is NaN, or is infinite where the wanted one is below half of the largest float32.
func sameKinds(t *testing.T, name string, got []float32, want []float64) {
	t.Helper()
	for i, w := range want {
		g := float64(got[i])
		if math.IsNaN(g) != math.IsNaN(w) || math.IsInf(g, 0) && math.Abs(w) < math.MaxFloat32/2 {
			t.Fatalf("%s: element %d is %v, want %v", name, i, g, w)
		}
	}
}

// The offsets of lists are int32: where a frame is too large for them, tiles compute the gradient.
func TestFrameTooLargeForLists(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		if level == PlainGo {
			return // has no lists
		}
		for width, want := range map[int]bool{300: true, 30_000: false} {
			s, err := NewWindow(1, 3000, 1, 1, 1, width, 1, 1, true)
			fatalIf(t, err)
			const filters = 16
			f := fastConvolution{Window: s, x: make([]float32, 3000), y: make([]float32, 3000*filters),
				w: make([]float32, s.kernelSize(filters)), filters: filters, images: 1}
			if _, got := f.lists(); got != want {
				t.Errorf("a kernel of %d columns: lists: %t, want %t", width, got, want)
			}
		}
	})
}

// Kernels with lists of their own run at the same time.
func TestConvolutionsWithoutTheirZerosAtOnce(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		s, err := NewWindow(20, 14, 14, 32, 2, 2, 1, 1, true)
		fatalIf(t, err)
		const filters = 64
		w := noise[float32](newRand(), s.kernelSize(filters))
		var group sync.WaitGroup
		for i := range 3 {
			x := scattered(20*14*14*32, 0.1*float64(1+i))
			dy := scattered(20*14*14*filters, 0.02*float64(1+i))
			compute := func() []float32 {
				y, dx, dw := make([]float32, len(dy)), make([]float32, len(x)), make([]float32, len(w))
				Conv2D(y, x, w, nil, s, filters, true)
				Conv2DGradInput(dx, dy, w, make([]float32, Conv2DGradInputWork(s, filters)), s, filters)
				Conv2DGradKernel(dw, x, dy, make([]float32, Conv2DGradKernelWork(s, filters)), s, filters)
				return slices.Concat(y, dx, dw)
			}
			want := compute()
			group.Go(func() {
				for range shortOr(3, 10) {
					if !slices.Equal(compute(), want) {
						t.Errorf("convolution %d: other numbers than alone", i)
						return
					}
				}
			})
		}
		group.Wait()
	})
}
