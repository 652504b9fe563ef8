package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// plainPool is the loop in MaxPool2D's doc comment: the places of the maxima, each in its image.
func plainPool[T Float](x []T, s Window) []int32 {
	var places []int32
	size := s.Height * s.Width * s.Channels
	for n := range s.Batch {
		image := x[n*size:][:size]
		for oy := range s.OutHeight {
			for ox := range s.OutWidth {
				for c := range s.Channels {
					place := -1
					for ky := range s.KernelHeight {
						for kx := range s.KernelWidth {
							iy, ix := oy*s.StrideHeight-s.PadTop+ky, ox*s.StrideWidth-s.PadLeft+kx
							if iy < 0 || iy >= s.Height || ix < 0 || ix >= s.Width {
								continue
							}
							i := (iy*s.Width+ix)*s.Channels + c
							if place < 0 || image[i] > image[place] ||
								math.IsNaN(float64(image[i])) && !math.IsNaN(float64(image[place])) {
								place = i
							}
						}
					}
					places = append(places, int32(place))
				}
			}
		}
	}
	return places
}

// ties returns numbers of which many are equal, zeros of both signs, and a few NaN and infinities.
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

func testPool[T Float](t *testing.T) {
	r := newRand()
	windows := []Window{}
	for _, same := range []bool{true, false} { // several pieces
		s, err := NewWindow(5, 28, 27, 32, 2, 3, 2, 2, same)
		fatalIf(t, err)
		windows = append(windows, s)
	}
	for range 200 {
		windows = append(windows, randomWindow(t, r, 1+r.IntN(5)))
	}
	for i, s := range windows {
		name := s.String()
		x := noise[T](r, s.Batch*s.Height*s.Width*s.Channels)
		if i%2 == 1 {
			x = ties[T](r, len(x))
		}
		places := plainPool(x, s)
		want := make([]T, len(places))
		image, out := len(x)/s.Batch, len(places)/s.Batch
		for j, place := range places {
			want[j] = x[j/out*image+int(place)]
		}
		y := guard[T](len(want))
		index := make([]int32, len(want)+2)
		index[len(want)], index[len(want)+1] = -7, -7
		MaxPool2D(y.out, index, x, s)
		y.check(t, name)
		sameBits(t, name, y.out, want)
		for j, place := range append(places, -7, -7) {
			if index[j] != place {
				t.Fatalf("%s: place %d is %d, want %d", name, j, index[j], place)
			}
		}

		dy := noise[T](r, len(want))
		wantX := make([]float64, len(x))
		for j, place := range places {
			wantX[j/out*image+int(place)] += float64(dy[j])
		}
		dx := guard[T](len(x))
		MaxPool2DGrad(dx.out, dy, index, s)
		dx.check(t, name+" dx")
		near(t, name+" dx", dx.out, wantX, epsilon[T]()*30)
	}
}

func TestMaxPool2DIsThePlainLoop(t *testing.T) {
	atLevels(t, func(t *testing.T) { both(t, testPool[float32], testPool[float64]) })
}

func TestMaxPool2DGradAgainstDifferences(t *testing.T) {
	r := newRand()
	for range 20 {
		s := randomWindow(t, r, 2)
		x := make([]float64, s.Batch*s.Height*s.Width*s.Channels)
		for i, p := range r.Perm(len(x)) {
			x[i] = float64(p) // far apart, so that a difference does not change the maximum
		}
		dy := noise[float64](r, s.Batch*s.OutHeight*s.OutWidth*s.Channels)
		index, dx := make([]int32, len(dy)), make([]float64, len(x))
		want := differences(x, dy, func(y, x []float64) { MaxPool2D(y, index, x, s) })
		MaxPool2D(make([]float64, len(dy)), index, x, s)
		MaxPool2DGrad(dx, dy, index, s)
		near(t, s.String(), dx, want, 1e-6)
	}
}
