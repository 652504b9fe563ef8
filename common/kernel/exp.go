package kernel

import (
	"math"

	"gorgonia-lectures/common/internal/libm"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// expBlock holds exponentials of a run of a row, or of short rows. Its length is a multiple of 8.
type expBlock [64]float64

// fill stores exp(x - top) of x, at most a block long, and returns them. top is at least each x.
func fill[T Float](e *expBlock, x []T, top float64) []float64 {
	run := e[:len(x)]
	for i, v := range x {
		run[i] = float64(v) - top
	}
	expAll[T](e, len(x))
	return run
}

// expAll replaces the first n numbers of e, none above 0, by their exponentials. In assembly the error is below one
// unit in the last place of a float64; a result below exp(-700) becomes exp(-700), which is 0 in float32.
func expAll[T Float](e *expBlock, n int) {
	if vector.Runs[T]() && n > 0 {
		vector.Exp(e[:ceilDiv(n, 8)*8])
		return
	}
	for i, v := range e[:n] {
		e[i] = libm.Exp(v)
	}
}

// expRows has the exponentials of rows of cols values, one row after another. Short rows are computed many at once: one
// of three classes takes as long as a block.
type expRows[T Float] struct {
	x    []T // the rows that are not in e
	cols int
	left int // rows of x

	row     []T // the current one, if it is longer than e
	e, tops expBlock
	at, end int // the current row in e, and how many e has
	top     float64
}

// next goes to the next row. It returns the row's maximum and Σ exp(x - maximum), which lies between 1 and the row's
// length.
func (r *expRows[T]) next() (top, sum float64) {
	if r.cols > len(r.e) {
		r.row, r.x = r.x[:r.cols], r.x[r.cols:]
		r.top = maximum(r.row)
		for lo := 0; lo < r.cols; lo += len(r.e) {
			for _, v := range r.run(lo) {
				sum += v
			}
		}
		return r.top, sum
	}
	if r.at++; r.at >= r.end {
		r.block()
	}
	for _, v := range r.run(0) {
		sum += v
	}
	return r.tops[r.at], sum
}

// block fills e with the next rows.
func (r *expRows[T]) block() {
	r.at, r.end = 0, min(r.left, len(r.e)/max(1, r.cols))
	r.left -= r.end
	for row := range r.end {
		x := r.x[row*r.cols:][:r.cols]
		top := maximum(x)
		r.tops[row] = top
		for i, v := range x {
			r.e[row*r.cols+i] = float64(v) - top
		}
	}
	expAll[T](&r.e, r.end*r.cols)
	r.x = r.x[r.end*r.cols:]
}

// run returns exp(x - maximum) of the current row for the values from lo on, as many as e holds.
func (r *expRows[T]) run(lo int) []float64 {
	if r.cols > len(r.e) {
		return fill(&r.e, r.row[lo:min(lo+len(r.e), r.cols)], r.top)
	}
	return r.e[r.at*r.cols:][:r.cols]
}

// share stores the exponentials of the current row, divided by their sum.
func (r *expRows[T]) share(softmax []float64, sum float64) {
	for lo := 0; lo < r.cols; lo += len(r.e) {
		for i, p := range r.run(lo) {
			softmax[lo+i] = p / sum
		}
	}
}

// maximum is NaN if an x is.
func maximum[T Float](x []T) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, float64(v))
	}
	return top
}
