package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// convolutionShape is a window and its filters.
type convolutionShape struct {
	Window
	filters int
}

func (s convolutionShape) String() string { return fmt.Sprintf("%v filters %d", s.Window, s.filters) }

func (s convolutionShape) kernelSize() int {
	return s.KernelHeight * s.KernelWidth * s.Channels * s.filters
}

// inputSize and outputSize count elements of the batch.
func (s convolutionShape) inputSize() int  { return s.Batch * s.Height * s.Width * s.Channels }
func (s convolutionShape) outputSize() int { return s.Batch * s.OutHeight * s.OutWidth * s.filters }

// visit calls f with the flat indices in y, x and w of every product of the convolution: the plain loop.
func (s convolutionShape) visit(f func(y, x, w int)) {
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
							for k := range s.filters {
								f(((n*s.OutHeight+oy)*s.OutWidth+ox)*s.filters+k, ((n*s.Height+iy)*s.Width+ix)*s.Channels+c,
									((ky*s.KernelWidth+kx)*s.Channels+c)*s.filters+k)
							}
						}
					}
				}
			}
		}
	}
}

// randomWindow returns a small window of any kind.
func randomWindow(t *testing.T, r *rand.Rand, channels int) Window {
	h, w := 1+r.IntN(9), 1+r.IntN(9)
	kh, kw := 1+r.IntN(5), 1+r.IntN(5)
	same := r.IntN(2) == 0
	if !same {
		kh, kw = min(kh, h), min(kw, w)
	}
	s, err := NewWindow(1+r.IntN(3), h, w, channels, kh, kw, 1+r.IntN(3), 1+r.IntN(3), same)
	fatalIf(t, err)
	return s
}

func convolutionShapes(t *testing.T, r *rand.Rand) []convolutionShape {
	var shapes []convolutionShape
	for _, n := range [][10]int{ // with several pieces: the lecture's two layers, strides, a large kernel
		{2, 28, 28, 1, 5, 5, 1, 1, 1, 32},
		{1, 14, 14, 32, 2, 2, 1, 1, 1, 64},
		{5, 17, 15, 8, 3, 3, 2, 2, 0, 33},
		{3, 12, 20, 3, 7, 4, 2, 3, 1, 40},
		{1, 30, 30, 5, 3, 3, 1, 1, 0, 16},
		{24, 3, 3, 12, 3, 3, 1, 1, 1, 24},
	} {
		s, err := NewWindow(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8] == 1)
		fatalIf(t, err)
		shapes = append(shapes, convolutionShape{s, n[9]})
	}
	for range shortOr(20, 80) {
		shapes = append(shapes, convolutionShape{randomWindow(t, r, 1+r.IntN(9)), 1 + r.IntN(9)})
	}
	return shapes
}

func testConv2D[T Float](t *testing.T, fill func(*rand.Rand, int) []T) {
	r := newRand()
	for i, s := range convolutionShapes(t, r) {
		x, w := fill(r, s.inputSize()), fill(r, s.kernelSize())
		var bias []T
		if i%3 > 0 {
			bias = noise[T](r, s.filters)
		}
		relu := i%2 == 0
		want := make([]float64, s.outputSize())
		for j := range want {
			if bias != nil {
				want[j] = float64(bias[j%s.filters])
			}
		}
		s.visit(func(i, j, k int) { want[i] += float64(x[j]) * float64(w[k]) })
		for j, v := range want {
			if relu && v < 0 {
				want[j] = 0
			}
		}
		y := guard[T](len(want))
		Conv2D(y.out, x, w, bias, s.Window, s.filters, relu)
		y.check(t, s.String())
		near(t, s.String(), y.out, want, epsilon[T]()*float64(8+len(w)/s.filters))
	}
}

func testConv2DGrads[T Float](t *testing.T, fill func(*rand.Rand, int) []T) {
	r := newRand()
	for _, s := range convolutionShapes(t, r) {
		x, w, dy := fill(r, s.inputSize()), fill(r, s.kernelSize()), fill(r, s.outputSize())
		wantX, wantW := make([]float64, len(x)), make([]float64, len(w))
		s.visit(func(i, j, k int) {
			wantX[j] += float64(dy[i]) * float64(w[k])
			wantW[k] += float64(dy[i]) * float64(x[j])
		})
		dx, work := guard[T](len(x)), guard[T](Conv2DGradInputWork(s.Window, s.filters))
		Conv2DGradInput(dx.out, dy, w, work.out, s.Window, s.filters)
		dx.check(t, s.String()+" dx")
		work.check(t, s.String()+" dx work")
		near(t, s.String()+" dx", dx.out, wantX, epsilon[T]()*float64(8+len(w)/s.Channels))

		dw, work := guard[T](len(w)), guard[T](Conv2DGradKernelWork(s.Window, s.filters))
		Conv2DGradKernel(dw.out, x, dy, work.out, s.Window, s.filters)
		dw.check(t, s.String()+" dw")
		work.check(t, s.String()+" dw work")
		near(t, s.String()+" dw", dw.out, wantW, epsilon[T]()*float64(8+len(dy)/s.filters))
	}
}

func TestConv2DIsThePlainLoop(t *testing.T) {
	both(t, func(t *testing.T) { testConv2D(t, noise[float32]) }, func(t *testing.T) { testConv2D(t, noise[float64]) })
}

func TestConv2DSpreadsNaNAndInfinity(t *testing.T) {
	both(t, func(t *testing.T) { testConv2D(t, hostile[float32]) }, func(t *testing.T) { testConv2D(t, hostile[float64]) })
}

func TestConv2DGradsAreThePlainLoops(t *testing.T) {
	both(t,
		func(t *testing.T) { testConv2DGrads(t, noise[float32]) },
		func(t *testing.T) { testConv2DGrads(t, noise[float64]) })
}

func TestConv2DGradsSpreadNaNAndInfinity(t *testing.T) {
	both(t, func(t *testing.T) { testConv2DGrads(t, hostile[float32]) },
		func(t *testing.T) { testConv2DGrads(t, hostile[float64]) })
}

// The product of these strides does not fit an int; only the first window lies on the image.
func TestConv2DGradInputWithHugeStrides(t *testing.T) {
	w, err := NewWindow(1, 2, 2, 1, 1, 1, 1<<32, 1<<32, true)
	fatalIf(t, err)
	atLevels(t, func(t *testing.T) {
		dx := []float32{9, 9, 9, 9}
		Conv2DGradInput(dx, []float32{3}, []float32{2}, make([]float32, Conv2DGradInputWork(w, 1)), w, 1)
		sameBits(t, "dx", dx, []float32{6, 0, 0, 0})
	})
}
