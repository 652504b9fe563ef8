//go:build amd64 && !purego

package vector

import (
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/amd64"
	"gorgonia-lectures/common/kernel/internal/level"
)

// ReLU is reluLoop; y is as long as x.
func ReLU(y, x []float32) {
	py, px, n := unsafe.SliceData(y), unsafe.SliceData(x), len(x)
	if level.Active() == level.AVX512 {
		amd64.ReLUAVX512(py, px, n)
	} else {
		amd64.ReLUAVX2(py, px, n)
	}
}

// ReLUGrad is reluGradLoop; all slices are as long as y.
func ReLUGrad(dx, y, dy []float32) {
	pdx, py, pdy, n := unsafe.SliceData(dx), unsafe.SliceData(y), unsafe.SliceData(dy), len(y)
	if level.Active() == level.AVX512 {
		amd64.ReLUGradAVX512(pdx, py, pdy, n)
	} else {
		amd64.ReLUGradAVX2(pdx, py, pdy, n)
	}
}

// Finite is finiteLoop.
func Finite(x []float32) bool {
	if level.Active() == level.AVX512 {
		return amd64.FiniteAVX512(unsafe.SliceData(x), len(x))
	}
	return amd64.FiniteAVX2(unsafe.SliceData(x), len(x))
}

// DivideBytes is divideLoop for the first elements, of which it returns the number. r is 1/d, correctly rounded;
// dst is as long as src.
func DivideBytes(dst []float32, src []uint8, r, d float32) int {
	n := len(src)
	switch {
	case level.Active() == level.AVX512 && n >= 16:
		amd64.DivideBytesAVX512(unsafe.SliceData(dst), unsafe.SliceData(src), n, r, d)
	case level.Active() == level.AVX2 && n >= 8:
		amd64.DivideBytesAVX2(unsafe.SliceData(dst), unsafe.SliceData(src), n, r, d)
	default:
		return 0
	}
	return n
}

// MultiplyBytes is scaleLoop for the first elements, of which it returns the number; dst is as long as src.
func MultiplyBytes(dst []float32, src []uint8, scale float32) int {
	n := len(src)
	switch {
	case level.Active() == level.AVX512 && n >= 16:
		amd64.MultiplyBytesAVX512(unsafe.SliceData(dst), unsafe.SliceData(src), n, scale)
	case level.Active() == level.AVX2 && n >= 8:
		amd64.MultiplyBytesAVX2(unsafe.SliceData(dst), unsafe.SliceData(src), n, scale)
	default:
		return 0
	}
	return n
}

// Dropout is dropout.loop32 from an element on whose number is a multiple of four.
func Dropout(y, x []float32, w *DropoutWords) {
	if len(x) == 0 {
		return
	}
	_ = y[len(x)-1]
	if level.Active() == level.AVX512 {
		amd64.DropoutAVX512(&y[0], &x[0], len(x), &w.Keys[0][0])
	} else {
		amd64.DropoutAVX2(&y[0], &x[0], len(x), &w.Keys[0][0])
	}
}

// Exp replaces x, whose length is a multiple of 8 and not 0, by its exponentials.
func Exp(x []float64) {
	if level.Active() == level.AVX512 {
		amd64.ExpAVX512(&x[0], len(x))
	} else {
		amd64.ExpAVX2(&x[0], len(x))
	}
}

// PoolMax is maxima for a run of pixels: x begins with its first tap, which is element first of its image. From the
// first tap of one pixel to that of the next there are step elements, from one row of taps to the next stride.
func PoolMax(y []float32, index []int32, x []float32, pixels, channels, step, stride, rows, columns, first int) {
	if level.Active() == level.AVX512 {
		amd64.PoolMaxAVX512(&y[0], &x[0], &index[0], pixels, channels, 4*step, 4*stride, rows, columns, first)
	} else {
		amd64.PoolMaxAVX2(&y[0], &x[0], &index[0], pixels, channels, 4*step, 4*stride, rows, columns, first)
	}
}

// PoolGrad writes the taps of a run of pixels: the gradient where index says, 0 elsewhere. The numbers are those of
// PoolMax.
func PoolGrad(dx, dy []float32, index []int32, pixels, channels, step, stride, rows, columns, first int) {
	if level.Active() == level.AVX512 {
		amd64.PoolGradAVX512(&dx[0], &dy[0], &index[0], pixels, channels, 4*step, 4*stride, rows, columns, first)
	} else {
		amd64.PoolGradAVX2(&dx[0], &dy[0], &index[0], pixels, channels, 4*step, 4*stride, rows, columns, first)
	}
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
		n := min(mostColumns, cols-lo)
		if level.Active() == level.AVX512 {
			amd64.AddRowsAVX512(&sums[lo], &a[lo], n, rows, cols)
		} else {
			amd64.AddRowsAVX2(&sums[lo], &a[lo], n, rows, cols)
		}
	}
}

// SGD is sgdLoop. All slices of a step are as long as g.
func SGD(w, g []float32, rate float32) {
	pw, pg := unsafe.SliceData(w), unsafe.SliceData(g)
	if level.Active() == level.AVX512 {
		amd64.SGDAVX512(pw, pg, len(g), rate)
	} else {
		amd64.SGDAVX2(pw, pg, len(g), rate)
	}
}

// Momentum is momentumLoop without nesterov.
func Momentum(w, velocity, g []float32, rate, keep float32) {
	pw, pv, pg := unsafe.SliceData(w), unsafe.SliceData(velocity), unsafe.SliceData(g)
	if level.Active() == level.AVX512 {
		amd64.MomentumAVX512(pw, pv, pg, len(g), rate, keep)
	} else {
		amd64.MomentumAVX2(pw, pv, pg, len(g), rate, keep)
	}
}

// Nesterov is momentumLoop with nesterov.
func Nesterov(w, velocity, g []float32, rate, keep float32) {
	pw, pv, pg := unsafe.SliceData(w), unsafe.SliceData(velocity), unsafe.SliceData(g)
	if level.Active() == level.AVX512 {
		amd64.NesterovAVX512(pw, pv, pg, len(g), rate, keep)
	} else {
		amd64.NesterovAVX2(pw, pv, pg, len(g), rate, keep)
	}
}

// RMSprop is rmspropLoop.
func RMSprop(w, v, g []float32, rate, keep, take, epsilon float32) {
	pw, pv, pg := unsafe.SliceData(w), unsafe.SliceData(v), unsafe.SliceData(g)
	if level.Active() == level.AVX512 {
		amd64.RMSpropAVX512(pw, pv, pg, len(g), rate, keep, take, epsilon)
	} else {
		amd64.RMSpropAVX2(pw, pv, pg, len(g), rate, keep, take, epsilon)
	}
}

// Adagrad is adagradLoop.
func Adagrad(w, accumulator, g []float32, rate, epsilon float32) {
	pw, pv, pg := unsafe.SliceData(w), unsafe.SliceData(accumulator), unsafe.SliceData(g)
	if level.Active() == level.AVX512 {
		amd64.AdagradAVX512(pw, pv, pg, len(g), rate, epsilon)
	} else {
		amd64.AdagradAVX2(pw, pv, pg, len(g), rate, epsilon)
	}
}

// Adam is adamLoop.
func Adam(w, m, v, g []float32, rate, take1, take2, epsilon, decay float32) {
	pw, pm, pv, pg := unsafe.SliceData(w), unsafe.SliceData(m), unsafe.SliceData(v), unsafe.SliceData(g)
	if level.Active() == level.AVX512 {
		amd64.AdamAVX512(pw, pm, pv, pg, len(g), rate, take1, take2, epsilon, decay)
	} else {
		amd64.AdamAVX2(pw, pm, pv, pg, len(g), rate, take1, take2, epsilon, decay)
	}
}
