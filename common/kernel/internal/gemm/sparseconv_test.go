//go:build (amd64 || arm64) && !purego

package gemm

import (
	"fmt"
	"testing"

	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/oracle"
	"gorgonia-lectures/common/kernel/internal/window"
)

// Convolutions and gradients that pass over zeros have the bits of those that do not, also with NaN and infinities
// among what is not 0.
func TestConvolutionsWithoutTheirZeros(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // passes over the zeros of each pixel
		}
		r := oracle.Rand()
		swept, turned, listed := 0, 0, map[bool]int{}
		for _, s := range oracle.SparseConvolutions(t, r) {
			w, bias := oracle.Noise[float32](r, s.Weights()), oracle.Noise[float32](r, s.Filters)
			for _, zeros := range [][2]float64{{0, 0}, {0.6, 0.95}, {0.8, 0.5}, {0.97, 0.97}, {1, 1}} {
				x, dy := oracle.Sparse[float32](r, s.Inputs(), zeros[0]), oracle.Sparse[float32](r, s.Outputs(), zeros[1])
				for _, odd := range []bool{false, true} {
					name := fmt.Sprintf("%v, zeros %v, odd %t", s, zeros, odd)
					if odd {
						oracle.Spoil(r, x)
						oracle.Spoil(r, dy)
					}
					y, want := oracle.Guard[float32](len(dy)), make([]float32, len(dy))
					f := fastConvolution{Window: s.Window, y: y.Out, x: x, w: w, bias: bias, filters: s.Filters, relu: true}
					if f.sweep().run() {
						swept++
						y.Check(t, name)
						f.y = want
						f.forwardTiles()
						oracle.SameNumbers(t, name, y.Out, want)
					}

					dx, want := oracle.Guard[float32](len(x)), make([]float32, len(x))
					f = fastConvolution{Window: s.Window, y: dy, x: dx.Out, w: w, filters: s.Filters, kind: gradInput}
					rotated := make([]float32, len(w))
					f.rotate(rotated)
					if s.StrideHeight == 1 && s.StrideWidth == 1 && f.sweepBack(rotated).run() {
						turned++
						dx.Check(t, name+" dx")
						f.x = want
						f.gradInputTiles(rotated)
						if !odd { // times the frame's zeros NaN spreads farther in tiles
							oracle.SameNumbers(t, name+" dx", dx.Out, want)
						}
					}

					dw, want := oracle.Guard[float32](len(w)), make([]float32, len(w))
					f = fastConvolution{Window: s.Window, y: dy, x: x, w: dw.Out, filters: s.Filters, kind: gradKernel}
					f.images = max(1, s.Batch/3)
					if l, ok := f.lists(); ok && l.run(dw.Out) {
						listed[l.turned]++
						dw.Check(t, name+" dw")
						f.w = want
						f.gradKernelTiles()
						if !odd {
							oracle.SameNumbers(t, name+" dw", dw.Out, want)
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

// The offsets of lists are int32: where a frame is too large for them, tiles compute the gradient.
func TestFrameTooLargeForLists(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // has no lists
		}
		for width, want := range map[int]bool{300: true, 30_000: false} {
			s, err := window.New(1, 3000, 1, 1, 1, width, 1, 1, true)
			oracle.FatalIf(t, err)
			const filters = 16
			f := fastConvolution{Window: s, x: make([]float32, 3000), y: make([]float32, 3000*filters),
				w: make([]float32, s.KernelSize(filters)), filters: filters, images: 1}
			if _, got := f.lists(); got != want {
				t.Errorf("a kernel of %d columns: lists: %t, want %t", width, got, want)
			}
		}
	})
}
