//go:build amd64 && !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"

	"gorgonia-lectures/common/kernel/internal/amd64"
)

// The assembly of all kernels but the products and convolutions, at the active level, which is not PlainGo. A
// function computes what the loop of the same name does; dispatch_other.go has the same functions.

const hasAssembly = true

// detect returns the levels that the machine has.
func detect() []Level {
	switch {
	case !cpu.X86.HasAVX2 || !cpu.X86.HasFMA:
		return []Level{PlainGo}
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL:
		return []Level{PlainGo, AVX2, AVX512}
	}
	return []Level{PlainGo, AVX2}
}

// pause is a hint to the CPU that this is a waiting loop.
func pause() { amd64.Pause() }

// reluAssembly is reluLoop; y is as long as x.
func reluAssembly(y, x []float32) {
	py, px, n := unsafe.SliceData(y), unsafe.SliceData(x), len(x)
	if level == AVX512 {
		amd64.ReLUAVX512(py, px, n)
	} else {
		amd64.ReLUAVX2(py, px, n)
	}
}

// reluGradAssembly is reluGradLoop; all slices are as long as y.
func reluGradAssembly(dx, y, dy []float32) {
	pdx, py, pdy, n := unsafe.SliceData(dx), unsafe.SliceData(y), unsafe.SliceData(dy), len(y)
	if level == AVX512 {
		amd64.ReLUGradAVX512(pdx, py, pdy, n)
	} else {
		amd64.ReLUGradAVX2(pdx, py, pdy, n)
	}
}

func finiteAssembly(x []float32) bool {
	if level == AVX512 {
		return amd64.FiniteAVX512(unsafe.SliceData(x), len(x))
	}
	return amd64.FiniteAVX2(unsafe.SliceData(x), len(x))
}

// divideAssembly is divideLoop for the first elements, of which it returns the number. r is 1/d, correctly rounded;
// dst is as long as src.
func divideAssembly(dst []float32, src []uint8, r, d float32) int {
	n := len(src)
	switch {
	case level == AVX512 && n >= 16:
		amd64.DivideBytesAVX512(unsafe.SliceData(dst), unsafe.SliceData(src), n, r, d)
	case level == AVX2 && n >= 8:
		amd64.DivideBytesAVX2(unsafe.SliceData(dst), unsafe.SliceData(src), n, r, d)
	default:
		return 0
	}
	return n
}

// scaleAssembly is scaleLoop for the first elements, of which it returns the number; dst is as long as src.
func scaleAssembly(dst []float32, src []uint8, scale float32) int {
	n := len(src)
	switch {
	case level == AVX512 && n >= 16:
		amd64.MultiplyBytesAVX512(unsafe.SliceData(dst), unsafe.SliceData(src), n, scale)
	case level == AVX2 && n >= 8:
		amd64.MultiplyBytesAVX2(unsafe.SliceData(dst), unsafe.SliceData(src), n, scale)
	default:
		return 0
	}
	return n
}

// dropoutAssembly is dropout.loop32 from an element on whose number is a multiple of four.
func dropoutAssembly(y, x []float32, w *dropoutWords) {
	if len(x) == 0 {
		return
	}
	_ = y[len(x)-1]
	if level == AVX512 {
		amd64.DropoutAVX512(&y[0], &x[0], len(x), &w.keys[0][0])
	} else {
		amd64.DropoutAVX2(&y[0], &x[0], len(x), &w.keys[0][0])
	}
}

// expAssembly replaces x, whose length is a multiple of 8 and not 0, by its exponentials.
func expAssembly(x []float64) {
	if level == AVX512 {
		amd64.ExpAVX512(&x[0], len(x))
	} else {
		amd64.ExpAVX2(&x[0], len(x))
	}
}

func maximaAssembly(y []float32, index []int32, x []float32, r poolRun) {
	n, step, stride := r.pixels*r.channels, 4*r.step, 4*r.stride
	y, index, x = y[:n], index[:n], x[r.first:r.end()]
	if level == AVX512 {
		amd64.PoolMaxAVX512(&y[0], &x[0], &index[0], r.pixels, r.channels, step, stride, r.rows, r.columns, r.first)
	} else {
		amd64.PoolMaxAVX2(&y[0], &x[0], &index[0], r.pixels, r.channels, step, stride, r.rows, r.columns, r.first)
	}
}

// spreadAssembly writes the taps of a run: the gradient where index says, 0 elsewhere.
func spreadAssembly(dx, dy []float32, index []int32, r poolRun) {
	n, step, stride := r.pixels*r.channels, 4*r.step, 4*r.stride
	dx, dy, index = dx[r.first:r.end()], dy[:n], index[:n]
	if level == AVX512 {
		amd64.PoolGradAVX512(&dx[0], &dy[0], &index[0], r.pixels, r.channels, step, stride, r.rows, r.columns, r.first)
	} else {
		amd64.PoolGradAVX2(&dx[0], &dy[0], &index[0], r.pixels, r.channels, step, stride, r.rows, r.columns, r.first)
	}
}

// addRowsAssembly is addRowsLoop for at least one column.
func addRowsAssembly(sums, a []float32) {
	cols := len(sums)
	rows := len(a) / cols
	if rows == 0 {
		clear(sums)
		return
	}
	for lo := 0; lo < cols; lo += sumColumns {
		n := min(sumColumns, cols-lo)
		if level == AVX512 {
			amd64.AddRowsAVX512(&sums[lo], &a[lo], n, rows, cols)
		} else {
			amd64.AddRowsAVX2(&sums[lo], &a[lo], n, rows, cols)
		}
	}
}

// stepAssembly takes the step for some of the weights; all slices that the rule has are as long as g.
func stepAssembly(u *update[float32], w, m, v, g []float32) {
	if level == AVX512 {
		stepAVX512(u, w, m, v, g)
	} else {
		stepAVX2(u, w, m, v, g)
	}
}

func stepAVX512(u *update[float32], w, m, v, g []float32) {
	pw, pm, pv, pg, n := unsafe.SliceData(w), unsafe.SliceData(m), unsafe.SliceData(v), unsafe.SliceData(g), len(g)
	switch u.rule {
	case sgd:
		amd64.SGDAVX512(pw, pg, n, u.rate)
	case classical:
		amd64.MomentumAVX512(pw, pv, pg, n, u.rate, u.keep)
	case nesterovs:
		amd64.NesterovAVX512(pw, pv, pg, n, u.rate, u.keep)
	case rmsprop:
		amd64.RMSpropAVX512(pw, pv, pg, n, u.rate, u.keep, u.take2, u.epsilon)
	case adagrad:
		amd64.AdagradAVX512(pw, pv, pg, n, u.rate, u.epsilon)
	case adam:
		amd64.AdamAVX512(pw, pm, pv, pg, n, u.rate, u.take1, u.take2, u.epsilon, u.decay)
	}
}

func stepAVX2(u *update[float32], w, m, v, g []float32) {
	pw, pm, pv, pg, n := unsafe.SliceData(w), unsafe.SliceData(m), unsafe.SliceData(v), unsafe.SliceData(g), len(g)
	switch u.rule {
	case sgd:
		amd64.SGDAVX2(pw, pg, n, u.rate)
	case classical:
		amd64.MomentumAVX2(pw, pv, pg, n, u.rate, u.keep)
	case nesterovs:
		amd64.NesterovAVX2(pw, pv, pg, n, u.rate, u.keep)
	case rmsprop:
		amd64.RMSpropAVX2(pw, pv, pg, n, u.rate, u.keep, u.take2, u.epsilon)
	case adagrad:
		amd64.AdagradAVX2(pw, pv, pg, n, u.rate, u.epsilon)
	case adam:
		amd64.AdamAVX2(pw, pm, pv, pg, n, u.rate, u.take1, u.take2, u.epsilon, u.decay)
	}
}
