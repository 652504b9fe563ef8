package kernel

import (
	"fmt"
	"math"
	"testing"

	"gorgonia-lectures/common/random"
)

// plainDropout is the loop in Dropout's doc comment.
func plainDropout[T Float](x []T, cols, firstRow int, rate float64, seed uint64, layer uint32, step uint64) []T {
	y := make([]T, len(x))
	for i, v := range x {
		row, col := i/cols, i%cols
		words := random.Philox([4]uint32{uint32(col / 4), uint32(firstRow + row), uint32(step), 3<<24 | layer},
			[2]uint32{uint32(seed), uint32(seed >> 32)})
		if float64(words[col%4]) >= rate*(1<<32) {
			y[i] = v * T(1/(1-rate))
		}
	}
	return y
}

func TestDropoutIsThePlainLoop(t *testing.T) { both(t, testDropout[float32], testDropout[float64]) }

// Rows of every length, at every offset, with every kind of number.
func testDropout[T Float](t *testing.T) {
	const seed, layer, step = 0xfeedfacecafebeef, 0xabcdef, 0x123456789
	r := newRand()
	check := func(rows, cols, shift int, rate float64) {
		t.Helper()
		name := fmt.Sprintf("%dx%d shift %d rate %v", rows, cols, shift, rate)
		x := rough[T](r, shift+rows*cols)[shift:]
		want := plainDropout(x, cols, 1000, rate, seed, layer, step)
		y := guardAt[T](len(x), shift)
		Dropout(y.out, x, rows, cols, 1000, rate, seed, layer, step)
		y.check(t, name)
		sameBits(t, name, y.out, want)
		copy(y.out, x)
		Dropout(y.out, y.out, rows, cols, 1000, rate, seed, layer, step)
		y.check(t, name+" in place")
		sameBits(t, name+" in place", y.out, want)
	}
	for cols := 1; cols <= 300; cols += shortOr(7, 1) {
		for shift := cols % 3; shift < 17; shift += 3 {
			check(2, cols, shift, []float64{0, 0.25, 0.5, 0.9}[(cols+shift)%4])
		}
	}
	check(0, 3, 0, 0.5)
	check(32, 3136, 0, 0.25) // the lecture's
	check(1, 3*dropoutPiece+7, 5, 0.5)
	check(2, 2*dropoutPiece, 1, 0.5)
	check(40, 1000, 1, 1-0x1p-40) // the least word that is kept does not fit 32 bits
	check(3, 50, 1, 1-0x1p-31)
}

// The counter of an element is the number of its group of four modulo 2^32, and so are those of row and step.
func TestDropoutCountersWrap(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		for _, first := range []uint32{0, math.MaxUint32 - 3, math.MaxUint32 - 40} {
			x, y := make([]float32, 300), make([]float32, 300)
			for i := range x {
				x[i] = 1
			}
			d := dropout[float32]{scale: 1, least: 1 << 31, key: [2]uint32{5, 6}}
			counter := [4]uint32{first, math.MaxUint32, math.MaxUint32, math.MaxUint32}
			d.row(y, x, counter)
			for i, v := range y {
				words := random.Philox([4]uint32{first + uint32(i/4), counter[1], counter[2], counter[3]}, d.key)
				if kept := words[i%4] >= 1<<31; kept != (v == 1) || v != 0 && v != 1 {
					t.Fatalf("first counter %d: element %d is %v, kept: %t", first, i, v, kept)
				}
			}
		}
	})
}

// The least word that should keep an element keeps it, and the next smaller one drops it.
func TestDropoutAtTheThreshold(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		x, y := make([]float32, 200), make([]float32, 200)
		for i := range x {
			x[i] = 1
		}
		for i := range x {
			words := random.Philox([4]uint32{uint32(i / 4), 7, 8, 9}, [2]uint32{5, 6})
			for more := range uint64(2) {
				d := dropout[float32]{scale: 1, least: uint64(words[i%4]) + more, key: [2]uint32{5, 6}}
				d.row(y, x, [4]uint32{0, 7, 8, 9})
				if kept := y[i] == 1; kept != (more == 0) {
					t.Fatalf("element %d: word %d, least %d, kept: %t", i, words[i%4], d.least, kept)
				}
			}
		}
	})
}
