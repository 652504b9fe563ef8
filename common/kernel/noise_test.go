package kernel

import (
	"fmt"
	"math"
	"testing"
	"unsafe"

	"gorgonia-lectures/common/random"
)

func testNoise[T Float](t *testing.T) {
	const deviation = 0.25
	draw := random.NewDraw(0x3456789a, 1234567)
	r := newRand()
	for _, n := range []int{0, 1, 21, 80, 2*expPiece + 6, 3*expPiece + 3} {
		for first := range 6 {
			x := noise[T](r, n)
			want := make([]T, len(x))
			for i, v := range x {
				var normal T
				if at := uint64(first + i); unsafe.Sizeof(v) == 8 {
					normal = T(random.Normal64(draw.Words(at / 2))[at%2])
				} else {
					normal = T(random.Normal32(draw.Words(at / 4))[at%4])
				}
				want[i] = v + T(normal*deviation)
			}
			name := fmt.Sprintf("%d from %d", n, first)
			y := guard[T](len(x))
			GaussianNoise(y.out, x, first, deviation, draw)
			y.check(t, name)
			sameBits(t, name, y.out, want)
			GaussianNoise(x, x, first, deviation, draw)
			sameBits(t, name+" in place", x, want)
		}
	}
}

func TestGaussianNoiseIsThePlainLoop(t *testing.T) { both(t, testNoise[float32], testNoise[float64]) }

// A channel is dropped for all pixels, or scaled for all, as Dropout does with a row of the channels.
func testSpatialDropout[T Float](t *testing.T) {
	const rows, pixels, channels = 5, 6, 7
	r := newRand()
	x, ones := noise[T](r, rows*pixels*channels), make([]T, rows*channels)
	for i := range ones {
		ones[i] = 1
	}
	x[3], x[channels+4] = T(math.NaN()), T(math.Inf(1))
	mask, work := make([]T, len(ones)), make([]T, len(ones))
	for step := range uint64(9) {
		draw := random.NewDraw(7, step)
		Dropout(mask, ones, 4*channels, 0.5, draw)
		y := guard[T](len(x))
		SpatialDropout(y.out, x, work, rows, pixels, channels, 4, 0.5, draw)
		y.check(t, "y")
		want := make([]T, len(x))
		for i := range x {
			if m := mask[i/pixels/channels*channels+i%channels]; m != 0 {
				want[i] = x[i] * m
			}
		}
		sameNumbers(t, fmt.Sprint("step ", step), y.out, want)
	}
}

func TestSpatialDropout(t *testing.T) {
	both(t, testSpatialDropout[float32], testSpatialDropout[float64])
}
