package kernel

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// sumPiece is the number of elements in one piece of a column sum.
const sumPiece = 1 << 16

// sumPieces returns into how many runs of rows a column sum is cut, and the rows of one.
func sumPieces(rows, cols int) (pieces, run int) {
	if rows*cols <= sumPiece { // the usual bias: no division
		return 1, max(1, rows)
	}
	run = max(1, sumPiece/cols)
	return max(1, ceilDiv(rows, run)), run
}

// ColumnSumsWork returns the length of ColumnSums' scratch slice for the same shape.
func ColumnSumsWork(rows, cols int) int {
	pieces, _ := sumPieces(rows, cols)
	if pieces == 1 {
		return 0
	}
	return pieces * cols
}

// ColumnSums adds the rows of a, rows×cols; it is the gradient of a bias:
//
//	for j := range cols {
//		sums[j] = Σ_i a[i*cols+j]   // i = 0 … rows-1
//	}
//
// work has at least ColumnSumsWork elements and may be nil if that is 0.
func ColumnSums[T Float](sums, a, work []T, rows, cols int) {
	sums, a = sums[:cols], a[:rows*cols]
	if rows < 4 && len(a) <= fewElements {
		addFew(sums, a)
		return
	}
	pieces, run := sumPieces(rows, cols)
	if pieces == 1 {
		addRows(sums, a)
		return
	}
	work = work[:pieces*cols]
	parallel.Region(&partialSumJobs, pieces, partialSums[T]{work, a, run, cols})
	addRows(sums, work)
}

// partialSums stores in row i of work the column sums of run i of a's rows.
type partialSums[T Float] struct {
	work, a   []T
	run, cols int
}

var partialSumJobs sync.Pool

func (s *partialSums[T]) Piece(i int) {
	lo, hi := i*s.run*s.cols, min((i+1)*s.run*s.cols, len(s.a))
	addRows(s.work[i*s.cols:][:s.cols], s.a[lo:hi])
}

// addRows stores in sums the sum of a's rows, each as long as sums.
func addRows[T Float](sums, a []T) {
	if vector.Runs[T]() && len(sums) > 0 {
		vector.AddRows(vector.Single(sums), vector.Single(a))
		return
	}
	addRowsLoop(sums, a)
}

// addFew is addRowsLoop for fewer than four rows.
func addFew[T Float](sums, a []T) {
	for j := range sums {
		sum := T(0)
		for i := j; i < len(a); i += len(sums) {
			sum += a[i]
		}
		sums[j] = sum
	}
}

// addRowsLoop takes four rows in one pass.
func addRowsLoop[T Float](sums, a []T) {
	n := len(sums)
	clear(sums)
	if n == 0 {
		return
	}
	for len(a) >= 4*n {
		a0, a1, a2, a3 := a[:n], a[n:][:n], a[2*n:][:n], a[3*n:][:n]
		for j := range sums {
			sums[j] += a0[j] + a1[j] + a2[j] + a3[j]
		}
		a = a[4*n:]
	}
	for len(a) >= n {
		a0 := a[:n]
		for j := range sums {
			sums[j] += a0[j]
		}
		a = a[n:]
	}
}
