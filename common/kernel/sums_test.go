package kernel

import (
	"fmt"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// Each level adds in the order of the plain loop: the same bits for every number of rows and columns.
func TestColumnSumsHaveTheSameBitsAtEveryLevel(t *testing.T) {
	r := oracle.Rand()
	a := oracle.Noise[float32](r, 1<<18)
	for i := range a {
		a[i] *= float32(int(1) << (i % 20)) // sums that depend on the order
	}
	odd := oracle.Extremes(r, len(a))
	check := func(t *testing.T, a []float32, rows, cols, offset int) {
		in := oracle.Shifted(rows*cols, offset, a).Out
		want, got := oracle.GuardAt[float32](cols, 0).Out, oracle.GuardAt[float32](cols, 16-offset)
		work := make([]float32, ColumnSumsWork(rows, cols))
		oracle.AtLevel(t, PlainGo, func() { ColumnSums(want, in, work, rows, cols) })
		ColumnSums(got.Out, in, work, rows, cols)
		name := fmt.Sprintf("%dx%d at %d", rows, cols, offset)
		got.Check(t, name)
		oracle.SameNumbers(t, name, got.Out, want)
	}
	oracle.AtLevels(t, func(t *testing.T) {
		for _, cols := range oracle.Lengths() {
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
	r := oracle.Rand()
	for _, s := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {6, 5}, {33, 12}, {0, 3}, {25088, 32}, {300, 5000}, {1 << 20, 1}} {
		rows, cols := s[0], s[1]
		name := fmt.Sprintf("%dx%d", rows, cols)
		a := oracle.Noise[T](r, rows*cols)
		want := make([]float64, cols)
		for i, v := range a {
			want[i%cols] += float64(v)
		}
		sums, work := oracle.Guard[T](cols), oracle.Guard[T](ColumnSumsWork(rows, cols))
		ColumnSums(sums.Out, a, work.Out, rows, cols)
		sums.Check(t, name)
		work.Check(t, name+" work")
		oracle.Near(t, name, sums.Out, want, oracle.Epsilon[T]()*float64(8+rows))
	}
}

func TestColumnSumsIsThePlainLoop(t *testing.T) {
	oracle.Both(t, testColumnSums[float32], testColumnSums[float64])
}

// The sums of fewer than four rows are those of the loop for many.
func TestColumnSumsOfFewRows(t *testing.T) {
	r := oracle.Rand()
	for rows := range 4 {
		for cols := 1; cols <= fewElements; cols++ {
			a := append(oracle.Extremes(r, rows*cols), oracle.Noise[float32](r, rows*cols)...)
			for range 2 {
				want, got := oracle.Guard[float32](cols), oracle.Guard[float32](cols)
				addRowsLoop(want.Out, a[:rows*cols])
				addFew(got.Out, a[:rows*cols])
				got.Check(t, fmt.Sprintf("%dx%d", rows, cols))
				oracle.SameNumbers(t, fmt.Sprintf("%dx%d", rows, cols), got.Out, want.Out)
				a = a[rows*cols:]
			}
		}
	}
}
