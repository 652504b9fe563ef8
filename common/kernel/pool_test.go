package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// plainPool is the loop in MaxPool2D's doc comment: the indices of the maxima, each in its image.
func plainPool[T Float](x []T, s Window) []int32 {
	var indices []int32
	size := s.Height * s.Width * s.Channels
	for n := range s.Batch {
		image := x[n*size:][:size]
		for oy := range s.OutHeight {
			for ox := range s.OutWidth {
				for c := range s.Channels {
					most := -1
					for ky := range s.KernelHeight {
						for kx := range s.KernelWidth {
							iy, ix := oy*s.StrideHeight-s.PadTop+ky, ox*s.StrideWidth-s.PadLeft+kx
							if iy < 0 || iy >= s.Height || ix < 0 || ix >= s.Width {
								continue
							}
							i := (iy*s.Width+ix)*s.Channels + c
							if most < 0 || image[i] > image[most] ||
								math.IsNaN(float64(image[i])) && !math.IsNaN(float64(image[most])) {
								most = i
							}
						}
					}
					indices = append(indices, int32(most))
				}
			}
		}
	}
	return indices
}

// ties returns many equal numbers, zeros of both signs, and a few NaN and infinities.
func ties[T Float](r *rand.Rand, n int) []T {
	values := []float64{-1, 0, math.Copysign(0, -1), 1, 1, 2, math.Inf(-1)}
	x := make([]T, n)
	for i := range x {
		x[i] = T(values[r.IntN(len(values))])
		if r.IntN(30) == 0 {
			x[i] = T(math.NaN())
		}
	}
	return x
}

// rough returns ties, infinities and denormal numbers.
func rough[T Float](r *rand.Rand, n int) []T {
	x := ties[T](r, n)
	if n == 0 {
		return x
	}
	for i, v := range oracle.Hostile[T](r, n) {
		switch r.IntN(3) {
		case 0:
			x[i] = v
		case 1:
			x[i] *= 0x1p-140
		}
	}
	return x
}

func TestMaxPool2DIsThePlainLoop(t *testing.T) { oracle.Both(t, testPool[float32], testPool[float64]) }

// Windows of every kind and every number of channels, at every offset.
func testPool[T Float](t *testing.T) {
	r := oracle.Rand()
	window := func(batch, height, width, channels, kh, kw, sh, sw int, same bool) Window {
		s, err := NewWindow(batch, height, width, channels, kh, kw, sh, sw, same)
		oracle.FatalIf(t, err)
		return s
	}
	for channels := 1; channels <= 70; channels++ {
		for i, k := range [][6]int{ // height, width, kernel height and width, stride height and width
			{6, 8, 2, 2, 2, 2}, {5, 7, 2, 2, 2, 2}, {7, 5, 3, 3, 3, 3}, {6, 7, 3, 3, 2, 2}, {4, 5, 2, 3, 1, 1},
			{5, 6, 1, 2, 2, 3}, {4, 3, 1, 1, 1, 1}, {5, 4, 5, 4, 5, 4},
		} {
			for _, same := range []bool{true, false} {
				if channels > 20 && same != (channels%2 == i%2) || testing.Short() && channels%8 > 1 {
					continue
				}
				checkPool[T](t, r, window(2, k[0], k[1], channels, k[2], k[3], k[4], k[5], same), (channels*8+i)%17)
			}
		}
	}
	for range 100 {
		checkPool[T](t, r, oracle.RandomWindow(t, r, 1+r.IntN(5)), 0)
	}
	for _, same := range []bool{true, false} { // several pieces
		checkPool[T](t, r, window(5, 28, 27, 32, 2, 3, 2, 2, same), 3)
	}
	s := window(1, 2, 600, 300, 2, 2, 2, 2, true) // one row of pixels in several calls
	if run := firstRun(&s, 0); 300 <= poolCall/(4*300) {
		t.Fatalf("%+v is a single call", run)
	}
	checkPool[T](t, r, s, 1)
}

// checkPool compares both kernels with plain loops, bit for bit.
func checkPool[T Float](t *testing.T, r *rand.Rand, s Window, shift int) {
	t.Helper()
	name := fmt.Sprintf("%v shift %d", s, shift)
	image, out := s.Height*s.Width*s.Channels, s.OutHeight*s.OutWidth*s.Channels
	x := rough[T](r, shift+s.Batch*image)[shift:]
	indices := plainPool(x, s)
	want := make([]T, len(indices))
	for j, at := range indices {
		want[j] = x[j/out*image+int(at)]
	}
	y, index := oracle.GuardAt[T](len(want), shift), oracle.GuardAt[int32](len(want), shift)
	MaxPool2D(y.Out, index.Out, x, s)
	y.Check(t, name)
	index.Check(t, name+" index")
	oracle.SameBits(t, name, y.Out, want)
	if !slices.Equal(index.Out, indices) {
		t.Fatalf("%s: indices %v, want %v", name, index.Out, indices)
	}

	dy, wantX := rough[T](r, shift+len(want))[shift:], make([]T, len(x))
	for j, at := range indices {
		wantX[j/out*image+int(at)] += dy[j]
	}
	dx := oracle.GuardAt[T](len(x), shift)
	MaxPool2DGrad(dx.Out, dy, index.Out, s)
	dx.Check(t, name+" dx")
	oracle.SameNumbers(t, name+" dx", dx.Out, wantX)
}
