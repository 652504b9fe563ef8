package kernel

import (
	"fmt"
	"math"
	"testing"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/oracle"
	"gorgonia-lectures/common/random"
)

// plainDropout is the loop in Dropout's doc comment.
func plainDropout[T Float](x []T, first int, rate float64, draw random.Draw) []T {
	y := make([]T, len(x))
	for i, v := range x {
		at := uint64(first + i)
		var keep bool
		if unsafe.Sizeof(v) == 8 {
			w := draw.Words(at / 2)
			keep = float64(random.Bits64(w[at%2*2], w[at%2*2+1]))*0x1p-52 >= rate
		} else {
			keep = float32(random.Bits32(draw.Words(at / 4)[at%4]))*0x1p-23 >= float32(rate)
		}
		if keep {
			y[i] = v * T(1/(1-rate))
		}
	}
	return y
}

func TestDropoutIsThePlainLoop(t *testing.T) {
	oracle.Both(t, testDropout[float32], testDropout[float64])
}

// Slices of every length, at every offset, from every element on, with every kind of number.
func testDropout[T Float](t *testing.T) {
	draw := random.NewDraw(0x3456789a, 1234567)
	r := oracle.Rand()
	check := func(n, shift, first int, rate float64) {
		t.Helper()
		name := fmt.Sprintf("%d from %d shift %d rate %v", n, first, shift, rate)
		x := rough[T](r, shift+n)[shift:]
		want := plainDropout(x, first, rate, draw)
		y := oracle.GuardAt[T](len(x), shift)
		Dropout(y.Out, x, first, rate, draw)
		y.Check(t, name)
		oracle.SameBits(t, name, y.Out, want)
		copy(y.Out, x)
		Dropout(y.Out, y.Out, first, rate, draw)
		y.Check(t, name+" in place")
		oracle.SameBits(t, name+" in place", y.Out, want)
	}
	for n := 1; n <= 300; n += oracle.ShortOr(7, 1) {
		for shift := n % 3; shift < 17; shift += 3 {
			check(n, shift, 1000+n%5, []float64{0, 0.25, 0.5, 0.9}[(n+shift)%4])
		}
	}
	check(0, 0, 0, 0.5)
	check(32*3136, 0, 0, 0.25) // the lecture's
	check(16*3136, 0, 16*3136, 0.25)
	check(3*dropoutPiece+7, 5, 3, 0.5)
	check(1000, 1, 0, 1-0x1p-40) // which is 1 in float32: nothing is kept
	check(150, 1, 0, 1-0x1p-23)
}

// The first of two words of the counter carries into the second.
func TestDropoutCountersCarry(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		for _, group := range []int{1<<32 - 40, 1<<32 - 3, 1 << 32, 1 << 40} {
			x, y := make([]float32, 300), make([]float32, 300)
			for i := range x {
				x[i] = float32(i + 1)
			}
			draw := random.Draw{Key: [2]uint32{5, 6}, Start: [4]uint32{0, 0, 7, 8}}
			Dropout(y, x, 4*group, 0.5, draw)
			oracle.SameBits(t, fmt.Sprint("from group ", group), y, plainDropout(x, 4*group, 0.5, draw))
		}
	})
}

// The least random bits that should keep an element keep it, and the next smaller ones drop it: the upper bits of a word
// do not count.
func TestDropoutAtTheThreshold(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		draw := random.NewDraw(1, 2)
		x, y := make([]float32, 200), make([]float32, 200)
		for i := range x {
			x[i] = 1
		}
		for i := range x {
			bits := random.Bits32(draw.Words(uint64(i / 4))[i%4])
			for more := range uint32(2) {
				rate := float64(bits+more) * 0x1p-23
				Dropout(y, x, 0, rate, draw)
				if kept := y[i] != 0; kept != (more == 0) {
					t.Fatalf("element %d: random bits %d, rate %v·2^-23, kept: %t", i, bits, rate*(1<<23), kept)
				}
			}
		}
	})
}

// A rate of 0 keeps all, and a dropped infinity is 0.
func TestDropoutOfNothingDropsNothing(t *testing.T) {
	oracle.Both(t, func(t *testing.T) { dropNothing[float32](t) }, func(t *testing.T) { dropNothing[float64](t) })
}

func dropNothing[T Float](t *testing.T) {
	x := oracle.Noise[T](oracle.Rand(), 100)
	y := make([]T, len(x))
	Dropout(y, x, 3, 0, random.NewDraw(1, 2))
	oracle.SameBits(t, "rate 0", y, x)
	x[50] = T(math.Inf(1))
	Dropout(y, x, 3, 0.999, random.NewDraw(1, 2))
	for i, v := range y {
		if math.IsNaN(float64(v)) {
			t.Fatalf("element %d is NaN", i)
		}
	}
}
