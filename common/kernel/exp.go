package kernel

import "math"

// expBlock holds the exponentials of a run of a row: a short row computes them once. Its length is a multiple of 8.
type expBlock [64]float64

// fill stores exp(x - top) of x, at most a block long, and returns them. top is at least each x. In
// assembly the error is below one unit in the last place of a float64; a result below exp(-700) becomes
// exp(-700), which is 0 in float32.
func fill[T Float](e *expBlock, x []T, top float64) []float64 {
	run := e[:len(x)]
	for i, v := range x {
		run[i] = float64(v) - top
	}
	if assembly[T]() && len(x) > 0 {
		expAssembly(e[:ceilDiv(len(x), 8)*8])
		return run
	}
	for i, v := range run {
		run[i] = math.Exp(v)
	}
	return run
}

// expSum is a row's maximum and Σ exp(x - maximum), which lies between 1 and the row's length. e is scratch, which
// expRun continues to use.
func expSum[T Float](e *expBlock, x []T) (top, sum float64) {
	top = math.Inf(-1)
	for _, v := range x {
		top = max(top, float64(v)) // NaN if an x is
	}
	for lo := 0; lo < len(x); lo += len(e) {
		for _, v := range fill(e, x[lo:min(lo+len(e), len(x))], top) {
			sum += v
		}
	}
	return top, sum
}

// expRun returns exp(x - top) for the elements from lo on, as many as e holds. Of a row of one run e has them
// from expSum.
func expRun[T Float](e *expBlock, x []T, lo int, top float64) []float64 {
	if len(x) <= len(e) {
		return e[:len(x)]
	}
	return fill(e, x[lo:min(lo+len(e), len(x))], top)
}
