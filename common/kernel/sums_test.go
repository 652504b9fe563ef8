package kernel

import (
	"fmt"
	"testing"
)

// Each level adds in the order of the plain loop: the same bits for every number of rows and columns.
func TestColumnSumsHaveTheSameBitsAtEveryLevel(t *testing.T) {
	r := newRand()
	a := noise[float32](r, 1<<18)
	for i := range a {
		a[i] *= float32(int(1) << (i % 20)) // sums that depend on the order
	}
	odd := extremes(r, len(a))
	check := func(t *testing.T, a []float32, rows, cols, offset int) {
		in := shifted(rows*cols, offset, a).out
		want, got := guardAt[float32](cols, 0).out, guardAt[float32](cols, 16-offset)
		work := make([]float32, ColumnSumsWork(rows, cols))
		atLevel(t, PlainGo, func() { ColumnSums(want, in, work, rows, cols) })
		ColumnSums(got.out, in, work, rows, cols)
		name := fmt.Sprintf("%dx%d at %d", rows, cols, offset)
		got.check(t, name)
		sameNumbers(t, name, got.out, want)
	}
	atLevels(t, func(t *testing.T) {
		for _, cols := range lengths() {
			for _, rows := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 32} {
				check(t, a, rows, cols, (rows+cols)%17)
				check(t, odd, rows, cols, (3*rows+cols)%17)
			}
		}
		for _, s := range [][2]int{{1 << 18, 1}, {6272, 33}, {5000, 32}, {262, 1000}, {2, 1 << 17}, {1, sumPiece + 3}} {
			check(t, a, s[0], s[1], 5)
		}
	})
}

func testColumnSums[T Float](t *testing.T) {
	r := newRand()
	for _, s := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {6, 5}, {33, 12}, {0, 3}, {25088, 32}, {300, 5000}, {1 << 20, 1}} {
		rows, cols := s[0], s[1]
		name := fmt.Sprintf("%dx%d", rows, cols)
		a := noise[T](r, rows*cols)
		want := make([]float64, cols)
		for i, v := range a {
			want[i%cols] += float64(v)
		}
		sums, work := guard[T](cols), guard[T](ColumnSumsWork(rows, cols))
		ColumnSums(sums.out, a, work.out, rows, cols)
		sums.check(t, name)
		work.check(t, name+" work")
		near(t, name, sums.out, want, epsilon[T]()*float64(8+rows))
	}
}

func TestColumnSumsIsThePlainLoop(t *testing.T) {
	both(t, testColumnSums[float32], testColumnSums[float64])
}

// The sums of fewer than four rows are those of the loop for many.
func TestColumnSumsOfFewRows(t *testing.T) {
	r := newRand()
	for rows := range 4 {
		for cols := 1; cols <= fewElements; cols++ {
			a := append(extremes(r, rows*cols), noise[float32](r, rows*cols)...)
			for range 2 {
				want, got := guard[float32](cols), guard[float32](cols)
				addRowsLoop(want.out, a[:rows*cols])
				addFew(got.out, a[:rows*cols])
				got.check(t, fmt.Sprintf("%dx%d", rows, cols))
				sameNumbers(t, fmt.Sprintf("%dx%d", rows, cols), got.out, want.out)
				a = a[rows*cols:]
			}
		}
	}
}
