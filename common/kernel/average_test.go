package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

func TestAveragePool2DIsThePlainLoop(t *testing.T) {
	oracle.Both(t, testAverage[float32], testAverage[float64])
}

func testAverage[T Float](t *testing.T) {
	r := oracle.Rand()
	for range 300 {
		checkAverage[T](t, r, oracle.RandomWindow(t, r, 1+r.IntN(5)))
	}
	for _, same := range []bool{true, false} { // several pieces
		s, err := NewWindow(5, 28, 27, 32, 2, 3, 2, 2, same)
		oracle.FatalIf(t, err)
		checkAverage[T](t, r, s)
	}
}

func checkAverage[T Float](t *testing.T, r *rand.Rand, s Window) {
	t.Helper()
	x := oracle.Noise[T](r, s.Batch*s.Height*s.Width*s.Channels)
	dy := oracle.Noise[T](r, s.Batch*s.OutHeight*s.OutWidth*s.Channels)
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
	y, dx := oracle.Guard[T](len(dy)), oracle.Guard[T](len(x))
	AveragePool2D(y.Out, x, s)
	AveragePool2DGrad(dx.Out, dy, s)
	oracle.Near(t, name, y.Out, wantY, 1e-5)
	oracle.Near(t, name+" dx", dx.Out, wantDX, 1e-5)
	y.Check(t, name)
	dx.Check(t, name)
}

func TestGlobalMaxPool2DIsThePlainLoop(t *testing.T) {
	oracle.Both(t, testGlobalMax[float32], testGlobalMax[float64])
}

func testGlobalMax[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, s := range [][3]int{{1, 1, 1}, {3, 6, 4}, {2, 25, 1}, {64, 49, 33}} {
		images, pixels, channels := s[0], s[1], s[2]
		x, dy := ties[T](r, images*pixels*channels), oracle.Noise[T](r, images*channels)
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
		y, dx := oracle.Guard[T](len(dy)), oracle.Guard[T](len(x))
		GlobalMaxPool2D(y.Out, x, images, pixels, channels)
		GlobalMaxPool2DGrad(dx.Out, x, y.Out, dy, images, pixels, channels)
		oracle.Near(t, name, y.Out, wantY, 0)
		oracle.Near(t, name+" dx", dx.Out, wantDX, 1e-6)
		y.Check(t, name)
		dx.Check(t, name)
	}
}
