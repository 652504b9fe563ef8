package kernel

import (
	"fmt"
	"math"
	"testing"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/oracle"
	"gorgonia-lectures/common/random"
)

func testNoise[T Float](t *testing.T) {
	const deviation = 0.25
	draw := random.NewDraw(0x3456789a, 1234567)
	r := oracle.Rand()
	for _, n := range []int{0, 1, 21, 80, 2*expPiece + 6, 3*expPiece + 3} {
		for first := range 6 {
			x := oracle.Noise[T](r, n)
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
			y := oracle.Guard[T](len(x))
			GaussianNoise(y.Out, x, first, deviation, draw)
			y.Check(t, name)
			oracle.SameBits(t, name, y.Out, want)
			GaussianNoise(x, x, first, deviation, draw)
			oracle.SameBits(t, name+" in place", x, want)
		}
	}
}

func TestGaussianNoiseIsThePlainLoop(t *testing.T) {
	oracle.Both(t, testNoise[float32], testNoise[float64])
}

// A channel is dropped for all pixels, or scaled for all, as Dropout does with a row of the channels.
func testSpatialDropout[T Float](t *testing.T) {
	const rows, pixels, channels = 5, 6, 7
	r := oracle.Rand()
	x, ones := oracle.Noise[T](r, rows*pixels*channels), make([]T, rows*channels)
	for i := range ones {
		ones[i] = 1
	}
	x[3], x[channels+4] = T(math.NaN()), T(math.Inf(1))
	mask, work := make([]T, len(ones)), make([]T, len(ones))
	for step := range uint64(9) {
		draw := random.NewDraw(7, step)
		Dropout(mask, ones, 4*channels, 0.5, draw)
		y := oracle.Guard[T](len(x))
		SpatialDropout(y.Out, x, work, rows, pixels, channels, 4, 0.5, draw)
		y.Check(t, "y")
		want := make([]T, len(x))
		for i := range x {
			if m := mask[i/pixels/channels*channels+i%channels]; m != 0 {
				want[i] = x[i] * m
			}
		}
		oracle.SameNumbers(t, fmt.Sprint("step ", step), y.Out, want)
	}
}

func TestSpatialDropout(t *testing.T) {
	oracle.Both(t, testSpatialDropout[float32], testSpatialDropout[float64])
}
