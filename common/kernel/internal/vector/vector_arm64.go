//go:build arm64 && !purego

package vector

import (
	"math"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/arm64"
)

// ReLU is reluLoop; y is as long as x.
func ReLU(y, x []float32) {
	arm64.ReLUNEON(unsafe.SliceData(y), unsafe.SliceData(x), len(x))
}

// ReLUGrad is reluGradLoop; all slices are as long as y.
func ReLUGrad(dx, y, dy []float32) {
	arm64.ReLUGradNEON(unsafe.SliceData(dx), unsafe.SliceData(y), unsafe.SliceData(dy), len(y))
}

// Finite is finiteLoop.
func Finite(x []float32) bool { return arm64.FiniteNEON(unsafe.SliceData(x), len(x)) }

// DivideBytes is divideLoop for the first elements, of which it returns the number. r is 1/d, correctly rounded;
// dst is as long as src.
func DivideBytes(dst []float32, src []uint8, r, d float32) int {
	if len(src) < 16 {
		return 0
	}
	arm64.DivideBytesNEON(unsafe.SliceData(dst), unsafe.SliceData(src), len(src), r, d)
	return len(src)
}

// MultiplyBytes is scaleLoop for the first elements, of which it returns the number; dst is as long as src.
func MultiplyBytes(dst []float32, src []uint8, scale float32) int {
	if len(src) < 16 {
		return 0
	}
	arm64.MultiplyBytesNEON(unsafe.SliceData(dst), unsafe.SliceData(src), len(src), scale)
	return len(src)
}

// Dropout is dropout.loop32 from an element on whose number is a multiple of four.
func Dropout(y, x []float32, w *DropoutWords) {
	if len(x) == 0 {
		return
	}
	_ = y[len(x)-1]
	arm64.DropoutNEON(&y[0], &x[0], len(x), &w.Keys[0][0])
}

// Exp replaces x, whose length is a multiple of 8 and not 0, by its exponentials.
func Exp(x []float64) { arm64.ExpNEON(&x[0], len(x)) }

// PoolMax is maxima for a run of pixels: x begins with its first tap, which is element first of its image. From the
// first tap of one pixel to that of the next there are step elements, from one row of taps to the next stride.
func PoolMax(y []float32, index []int32, x []float32, pixels, channels, step, stride, rows, columns, first int) {
	arm64.PoolMaxNEON(&y[0], &x[0], &index[0], pixels, channels, 4*step, 4*stride, rows, columns, first)
}

// PoolGrad writes the taps of a run of pixels: the gradient where index says, 0 elsewhere. The numbers are those of
// PoolMax.
func PoolGrad(dx, dy []float32, index []int32, pixels, channels, step, stride, rows, columns, first int) {
	arm64.PoolGradNEON(&dx[0], &dy[0], &index[0], pixels, channels, 4*step, 4*stride, rows, columns, first)
}

// AddRows is addRowsLoop for at least one column.
func AddRows(sums, a []float32) {
	cols := len(sums)
	rows := len(a) / cols
	if rows == 0 {
		clear(sums)
		return
	}
	for lo := 0; lo < cols; lo += mostColumns {
		arm64.AddRowsNEON(&sums[lo], &a[lo], min(mostColumns, cols-lo), rows, cols)
	}
}

// SGD is sgdLoop. All slices of a step are as long as g.
func SGD(w, g []float32, rate float32) {
	pw, pg := unsafe.SliceData(w), unsafe.SliceData(g)
	arm64.SGDNEON(pw, pg, len(g), rate, edge(rate))
}

// Momentum is momentumLoop without nesterov.
func Momentum(w, velocity, g []float32, rate, keep float32) {
	pw, pv, pg := unsafe.SliceData(w), unsafe.SliceData(velocity), unsafe.SliceData(g)
	arm64.MomentumNEON(pw, pv, pg, len(g), rate, keep, edge(rate), edge(keep))
}

// Nesterov is momentumLoop with nesterov.
func Nesterov(w, velocity, g []float32, rate, keep float32) {
	pw, pv, pg := unsafe.SliceData(w), unsafe.SliceData(velocity), unsafe.SliceData(g)
	arm64.NesterovNEON(pw, pv, pg, len(g), rate, keep, edge(rate), edge(keep))
}

// RMSprop is rmspropLoop.
func RMSprop(w, v, g []float32, rate, keep, take, epsilon float32) {
	pw, pv, pg := unsafe.SliceData(w), unsafe.SliceData(v), unsafe.SliceData(g)
	arm64.RMSpropNEON(pw, pv, pg, len(g), rate, keep, take, epsilon, edge(rate), edge(keep), edge(take))
}

// Adagrad is adagradLoop.
func Adagrad(w, accumulator, g []float32, rate, epsilon float32) {
	pw, pv, pg := unsafe.SliceData(w), unsafe.SliceData(accumulator), unsafe.SliceData(g)
	arm64.AdagradNEON(pw, pv, pg, len(g), rate, epsilon, edge(rate))
}

// Adam is adamLoop.
func Adam(w, m, v, g []float32, rate, take1, take2, epsilon, decay float32) {
	pw, pm, pv, pg := unsafe.SliceData(w), unsafe.SliceData(m), unsafe.SliceData(v), unsafe.SliceData(g)
	arm64.AdamNEON(pw, pm, pv, pg, len(g), rate, take1, take2, epsilon, decay,
		edge(rate), edge(take1), edge(take2), edge(decay))
}

// edge is the positive number whose product with a rate is below 2^-126, the smallest normal number, but rounds to it.
// It is NaN if there is none. As the product lies above 2^-126-2^-151, the edge is 2^-126/rate, rounded.
func edge(rate float32) float32 {
	const up = 1 << 26 // away from the denormal numbers
	k := float32(math.Abs(float64(rate)))
	x := up * 0x1p-126 / k
	short := up*0x1p-126 - float64(x)*float64(k) // exact
	if k > 1 || !(short > 0 && short <= up*0x1p-151) {
		return float32(math.NaN())
	}
	return x / up
}
