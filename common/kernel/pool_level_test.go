package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// fence is a slice that begins shift elements after a cache line may, between guard values.
type fence[E int32 | float32] struct{ all, in []E }

func fenced[E int32 | float32](n, shift int) fence[E] {
	all := make([]E, n+shift+32)
	for i := range all {
		all[i] = guardValue
	}
	return fence[E]{all, all[16+shift:][:n]}
}

func (f fence[E]) check(t *testing.T, name string) {
	t.Helper()
	before := len(f.all) - 16 - len(f.in)
	for i, v := range f.all {
		if (i < before || i >= before+len(f.in)) && v != guardValue {
			t.Fatalf("%s: element %d is written, the slice is %d to %d", name, i, before, before+len(f.in)-1)
		}
	}
}

// rough returns ties, infinities and denormal numbers.
func rough(r *rand.Rand, n int) []float32 {
	x := ties[float32](r, n)
	for i, v := range hostile[float32](r, n) {
		switch r.IntN(3) {
		case 0:
			x[i] = v
		case 1:
			x[i] *= 0x1p-140
		}
	}
	return x
}

// Windows of every kind and every number of channels, at every offset.
func TestMaxPool2DAtEveryLevel(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		r := newRand()
		for channels := 1; channels <= 70; channels++ {
			for i, k := range [][6]int{ // height, width, kernel height and width, stride height and width
				{6, 8, 2, 2, 2, 2}, {5, 7, 2, 2, 2, 2}, {7, 5, 3, 3, 3, 3}, {6, 7, 3, 3, 2, 2}, {4, 5, 2, 3, 1, 1},
				{5, 6, 1, 2, 2, 3}, {4, 3, 1, 1, 1, 1}, {5, 4, 5, 4, 5, 4},
			} {
				for _, same := range []bool{true, false} {
					s, err := NewWindow(2, k[0], k[1], channels, k[2], k[3], k[4], k[5], same)
					fatalIf(t, err)
					checkPool(t, r, s, (channels*8+i)%17)
				}
			}
		}
		for _, shape := range [][2]int{{28, 32}, {14, 64}} { // the lecture's, several pieces
			s, err := NewWindow(32, shape[0], shape[0], shape[1], 2, 2, 2, 2, true)
			fatalIf(t, err)
			checkPool(t, r, s, 3)
		}
		// one row of pixels in several calls
		s, err := NewWindow(1, 2, 600, 300, 2, 2, 2, 2, true)
		fatalIf(t, err)
		if run := s.first(0); 300 <= poolCall/(4*300) {
			t.Fatalf("%+v is a single call", run)
		}
		checkPool(t, r, s, 1)
	})
}

// checkPool compares both kernels with plain loops, bit for bit.
func checkPool(t *testing.T, r *rand.Rand, s Window, shift int) {
	t.Helper()
	name := fmt.Sprintf("%v shift %d", s, shift)
	image, out := s.Height*s.Width*s.Channels, s.OutHeight*s.OutWidth*s.Channels
	x := rough(r, shift+s.Batch*image)[shift:]
	places := plainPool(x, s)
	want := make([]float32, len(places))
	for j, place := range places {
		want[j] = x[j/out*image+int(place)]
	}
	y, index := fenced[float32](len(want), shift), fenced[int32](len(want), shift)
	MaxPool2D(y.in, index.in, x, s)
	y.check(t, name)
	index.check(t, name+" index")
	sameBits(t, name, y.in, want)
	for j, place := range places {
		if index.in[j] != place {
			t.Fatalf("%s: place %d is %d, want %d", name, j, index.in[j], place)
		}
	}

	dy, wantX := rough(r, shift+len(want))[shift:], make([]float32, len(x))
	for j, place := range places {
		wantX[j/out*image+int(place)] += dy[j]
	}
	dx := fenced[float32](len(x), shift)
	MaxPool2DGrad(dx.in, dy, index.in, s)
	dx.check(t, name+" dx")
	oneNaN(dx.in)
	oneNaN(wantX)
	sameBits(t, name+" dx", dx.in, wantX)
}

// oneNaN makes all NaN the same: which one a sum is depends on the order of its operands in the code.
func oneNaN(x []float32) {
	for i, v := range x {
		if v != v {
			x[i] = float32(math.NaN())
		}
	}
}
