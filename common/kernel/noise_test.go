package kernel

import (
	"fmt"
	"math"
	"testing"

	"gorgonia-lectures/common/random"
)

func testNoise[T Float](t *testing.T) {
	const seed, layer, step, first, deviation = 0xfeedfacecafebeef, 0xabcdef, 0x123456789, 1000, 0.25
	r := newRand()
	for _, s := range [][2]int{{0, 3}, {1, 1}, {3, 7}, {5, 16}, {2, expPiece + 3}, {expPiece + 1, 3}} {
		rows, cols := s[0], s[1]
		x := noise[T](r, rows*cols)
		want := make([]T, len(x))
		for i, v := range x {
			row, col := i/cols, i%cols
			word := random.Philox([4]uint32{uint32(col / 4), uint32(first + row), step & math.MaxUint32, 5<<24 | layer},
				[2]uint32{0xcafebeef, 0xfeedface})[col%4]
			want[i] = T(float64(v) + float64(deviation*random.Normal(word)))
		}
		name := fmt.Sprintf("%dx%d", rows, cols)
		y := guard[T](len(x))
		GaussianNoise(y.out, x, rows, cols, first, deviation, seed, layer, step)
		y.check(t, name)
		sameBits(t, name, y.out, want)
		GaussianNoise(x, x, rows, cols, first, deviation, seed, layer, step)
		sameBits(t, name+" in place", x, want)
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
		Dropout(mask, ones, rows, channels, 4, 0.5, 7, 8, step)
		y := guard[T](len(x))
		SpatialDropout(y.out, x, work, rows, pixels, channels, 4, 0.5, 7, 8, step)
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
