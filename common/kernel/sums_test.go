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
		want, got := shifted(cols, 0, nil).out, shifted(cols, 16-offset, nil)
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
