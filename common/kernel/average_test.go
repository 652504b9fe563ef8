package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestAveragePool2DIsThePlainLoop(t *testing.T) {
	both(t, testAverage[float32], testAverage[float64])
}

func testAverage[T Float](t *testing.T) {
	r := newRand()
	for range 300 {
		checkAverage[T](t, r, randomWindow(t, r, 1+r.IntN(5)))
	}
	for _, same := range []bool{true, false} { // several pieces
		s, err := NewWindow(5, 28, 27, 32, 2, 3, 2, 2, same)
		fatalIf(t, err)
		checkAverage[T](t, r, s)
	}
}

func checkAverage[T Float](t *testing.T, r *rand.Rand, s Window) {
	t.Helper()
	x := noise[T](r, s.Batch*s.Height*s.Width*s.Channels)
	dy := noise[T](r, s.Batch*s.OutHeight*s.OutWidth*s.Channels)
	wantY, wantDX := make([]float64, len(dy)), make([]float64, len(x))
	for o := range dy {
		c, ox, oy := o%s.Channels, o/s.Channels%s.OutWidth, o/s.Channels/s.OutWidth%s.OutHeight
		image := o / s.Channels / s.OutWidth / s.OutHeight
		var inside []int
		for ky := range s.KernelHeight {
			for kx := range s.KernelWidth {
				iy, ix := oy*s.StrideHeight-s.PadTop+ky, ox*s.StrideWidth-s.PadLeft+kx
				if iy >= 0 && iy < s.Height && ix >= 0 && ix < s.Width {
					inside = append(inside, ((image*s.Height+iy)*s.Width+ix)*s.Channels+c)
				}
			}
		}
		for _, i := range inside {
			wantY[o] += float64(x[i]) / float64(len(inside))
			wantDX[i] += float64(dy[o]) / float64(len(inside))
		}
	}
	name := fmt.Sprintf("%+v", s)
	y, dx := guard[T](len(dy)), guard[T](len(x))
	AveragePool2D(y.out, x, s)
	AveragePool2DGrad(dx.out, dy, s)
	near(t, name, y.out, wantY, 1e-5)
	near(t, name+" dx", dx.out, wantDX, 1e-5)
	y.check(t, name)
	dx.check(t, name)
}

func TestGlobalMaxPool2DIsThePlainLoop(t *testing.T) {
	both(t, testGlobalMax[float32], testGlobalMax[float64])
}

func testGlobalMax[T Float](t *testing.T) {
	r := newRand()
	for _, s := range [][3]int{{1, 1, 1}, {3, 6, 4}, {2, 25, 1}, {64, 49, 33}} {
		images, pixels, channels := s[0], s[1], s[2]
		x, dy := ties[T](r, images*pixels*channels), noise[T](r, images*channels)
		wantY, wantDX := make([]float64, len(dy)), make([]float64, len(x))
		for o := range dy {
			first := o/channels*pixels*channels + o%channels
			most, count := math.Inf(-1), 0.0
			for p := range pixels {
				most = max(most, float64(x[first+p*channels]))
			}
			wantY[o] = most
			for p := range pixels {
				if float64(x[first+p*channels]) == most {
					count++
				}
			}
			for p := range pixels {
				if float64(x[first+p*channels]) == most {
					wantDX[first+p*channels] = float64(dy[o]) / count
				}
			}
		}
		name := fmt.Sprint(s)
		y, dx := guard[T](len(dy)), guard[T](len(x))
		GlobalMaxPool2D(y.out, x, images, pixels, channels)
		GlobalMaxPool2DGrad(dx.out, x, y.out, dy, images, pixels, channels)
		near(t, name, y.out, wantY, 0)
		near(t, name+" dx", dx.out, wantDX, 1e-6)
		y.check(t, name)
		dx.check(t, name)
	}
}
