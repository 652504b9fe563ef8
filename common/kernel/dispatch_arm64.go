//go:build arm64 && !purego

package kernel

import (
	"math"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/arm64"
	"gorgonia-lectures/common/random"
)

// The assembly of all kernels but the products and convolutions for NEON. A function computes what the loop of the same
// name does; those without assembly run that loop.

const hasAssembly = true

// detect returns the levels of the machine: every arm64 CPU has NEON.
func detect() []Level { return []Level{PlainGo, NEON} }

// pause is a hint to the CPU that this is a waiting loop.
func pause() { arm64.Pause() }

// reluAssembly is reluLoop; y is as long as x.
func reluAssembly(y, x []float32) {
	arm64.ReLUNEON(unsafe.SliceData(y), unsafe.SliceData(x), len(x))
}

func reluGradAssembly(dx, y, dy []float32) { reluGradLoop(dx, y, dy) }

func finiteAssembly(x []float32) bool { return finiteLoop(x) }

func divideAssembly(dst []float32, src []uint8, r, d float32) int { return 0 }

func scaleAssembly(dst []float32, src []uint8, scale float32) int { return 0 }

// dropoutAssembly is dropout.loop32 from an element on whose number is a multiple of four.
func dropoutAssembly(y, x []float32, w *dropoutWords) {
	for i, v := range x {
		counter := w.counter
		counter[0] += uint32(i / 4)
		y[i] = 0
		if random.Philox(counter, w.keys[0])[i%4]<<9 >= w.least {
			y[i] = v * w.scale
		}
	}
}

// expAssembly replaces x by its exponentials.
func expAssembly(x []float64) {
	for i, v := range x {
		x[i] = math.Exp(v)
	}
}

func maximaAssembly(y []float32, index []int32, x []float32, r poolRun) {
	for ; len(y) > 0; y, index = y[r.channels:], index[r.channels:] {
		largest(y[:r.channels], index, x, r)
		r.first += r.step
	}
}

// spreadAssembly writes the taps of a run: the gradient where index says, 0 elsewhere.
func spreadAssembly(dx, dy []float32, index []int32, r poolRun) {
	for pixel := range r.pixels {
		for row := range r.rows {
			clear(dx[r.first+pixel*r.step+row*r.stride:][:r.columns*r.channels])
		}
	}
	for i, v := range dy[:r.pixels*r.channels] {
		dx[index[i]] += v
	}
}

func addRowsAssembly(sums, a []float32) { addRowsLoop(sums, a) }

func stepAssembly(u *update[float32], w, m, v, g []float32) { u.loops(w, m, v, g) }
