//go:build arm64 && !purego

package kernel

import (
	"math"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/arm64"
)

// The assembly of all kernels but the products and convolutions for NEON. A function computes what the loop of the same
// name does.

const hasAssembly = true

// detect returns the levels of the machine: every arm64 CPU has NEON.
func detect() []Level { return []Level{PlainGo, NEON} }

// pause is a hint to the CPU that this is a waiting loop.
func pause() { arm64.Pause() }

// reluAssembly is reluLoop; y is as long as x.
func reluAssembly(y, x []float32) {
	arm64.ReLUNEON(unsafe.SliceData(y), unsafe.SliceData(x), len(x))
}

// reluGradAssembly is reluGradLoop; all slices are as long as y.
func reluGradAssembly(dx, y, dy []float32) {
	arm64.ReLUGradNEON(unsafe.SliceData(dx), unsafe.SliceData(y), unsafe.SliceData(dy), len(y))
}

func finiteAssembly(x []float32) bool { return arm64.FiniteNEON(unsafe.SliceData(x), len(x)) }

// divideAssembly is divideLoop for the first elements, of which it returns the number. r is 1/d, correctly rounded;
// dst is as long as src.
func divideAssembly(dst []float32, src []uint8, r, d float32) int {
	if len(src) < 16 {
		return 0
	}
	arm64.DivideBytesNEON(unsafe.SliceData(dst), unsafe.SliceData(src), len(src), r, d)
	return len(src)
}

// scaleAssembly is scaleLoop for the first elements, of which it returns the number; dst is as long as src.
func scaleAssembly(dst []float32, src []uint8, scale float32) int {
	if len(src) < 16 {
		return 0
	}
	arm64.MultiplyBytesNEON(unsafe.SliceData(dst), unsafe.SliceData(src), len(src), scale)
	return len(src)
}

// dropoutAssembly is dropout.loop32 from an element on whose number is a multiple of four.
func dropoutAssembly(y, x []float32, w *dropoutWords) {
	if len(x) == 0 {
		return
	}
	_ = y[len(x)-1]
	arm64.DropoutNEON(&y[0], &x[0], len(x), &w.keys[0][0])
}

// expAssembly replaces x, whose length is a multiple of 8 and not 0, by its exponentials.
func expAssembly(x []float64) { arm64.ExpNEON(&x[0], len(x)) }

func maximaAssembly(y []float32, index []int32, x []float32, r poolRun) {
	n := r.pixels * r.channels
	y, index, x = y[:n], index[:n], x[r.first:r.end()]
	arm64.PoolMaxNEON(&y[0], &x[0], &index[0], r.pixels, r.channels, 4*r.step, 4*r.stride, r.rows, r.columns, r.first)
}

// spreadAssembly writes the taps of a run: the gradient where index says, 0 elsewhere.
func spreadAssembly(dx, dy []float32, index []int32, r poolRun) {
	n := r.pixels * r.channels
	dx, dy, index = dx[r.first:r.end()], dy[:n], index[:n]
	arm64.PoolGradNEON(&dx[0], &dy[0], &index[0], r.pixels, r.channels, 4*r.step, 4*r.stride, r.rows, r.columns, r.first)
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
		arm64.AddRowsNEON(&sums[lo], &a[lo], min(sumColumns, cols-lo), rows, cols)
	}
}

// stepAssembly takes the step for some of the weights; all slices that the rule has are as long as g.
func stepAssembly(u *update[float32], w, m, v, g []float32) {
	pw, pm, pv, pg, n := unsafe.SliceData(w), unsafe.SliceData(m), unsafe.SliceData(v), unsafe.SliceData(g), len(g)
	switch u.rule {
	case sgd:
		arm64.SGDNEON(pw, pg, n, u.rate, edge(u.rate))
	case classical:
		arm64.MomentumNEON(pw, pv, pg, n, u.rate, u.keep, edge(u.rate), edge(u.keep))
	case nesterovs:
		arm64.NesterovNEON(pw, pv, pg, n, u.rate, u.keep, edge(u.rate), edge(u.keep))
	case rmsprop:
		arm64.RMSpropNEON(pw, pv, pg, n, u.rate, u.keep, u.take2, u.epsilon, edge(u.rate), edge(u.keep), edge(u.take2))
	case adagrad:
		arm64.AdagradNEON(pw, pv, pg, n, u.rate, u.epsilon, edge(u.rate))
	case adam:
		arm64.AdamNEON(pw, pm, pv, pg, n, u.rate, u.take1, u.take2, u.epsilon, u.decay,
			edge(u.rate), edge(u.take1), edge(u.take2), edge(u.decay))
	}
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
