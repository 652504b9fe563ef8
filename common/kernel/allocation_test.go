//go:build !race

package kernel

import (
	"runtime"
	"testing"
)

// Under the race detector a sync.Pool forgets what it is given now and then, so that it allocates.

// allocations returns the mean number of allocations of a call of f, helpers' included.
func allocations(f func()) uint64 {
	const calls = 30
	for range 3 { // the goroutines and the structs of each
		f()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		f()
	}
	runtime.ReadMemStats(&after)
	return (after.Mallocs - before.Mallocs) / calls
}

func testRegionAllocations[T Float](t *testing.T) {
	const n = elementPiece + 1
	s := make([]T, 4*n)
	a, b, c, d := s[:n], s[n:2*n], s[2*n:3*n], s[3*n:]
	runs := map[string]func(){
		"ReLU":        func() { ReLU(a, b) },
		"ReLUGrad":    func() { ReLUGrad(a, b, c) },
		"Sigmoid":     func() { Sigmoid(a[:2*expPiece], b[:2*expPiece]) },
		"SigmoidGrad": func() { SigmoidGrad(a, b, c) },
		"Tanh":        func() { Tanh(a[:2*expPiece], b[:2*expPiece]) },
		"TanhGrad":    func() { TanhGrad(a, b, c) },
		"ColumnSums":  func() { ColumnSums(a[:8], s, b, n/2, 8) },
	}
	for name, step := range steps[T]() {
		runs[name] = func() { step(a[:2*stepPiece], b[:2*stepPiece], c[:2*stepPiece], d[:2*stepPiece]) }
	}
	for name, run := range runs {
		withWorkers(func(workers int) {
			pieces := regionPieces(run)
			if workers > 1 && pieces < 2 {
				t.Errorf("%s runs as a single piece", name)
			}
			if got := allocations(run); got != 0 {
				t.Errorf("%s with %d workers allocates %d times a call", name, workers, got)
			}
		})
	}
}

func TestRegionsAllocateNothing(t *testing.T) {
	both(t, func(t *testing.T) { atLevels(t, testRegionAllocations[float32]) }, testRegionAllocations[float64])
}

// A dense layer and its gradients, also where columns of the input are 0.
func TestDenseAllocatesNothing(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		const m, in, out = 32, 400, 600
		x, w, bias, y := make([]float32, m*in), ramp(in*out), ramp(out), make([]float32, m*out)
		dx, dw, dy := make([]float32, m*in), make([]float32, in*out), ramp(m*out)
		work := make([]float32, MatMulWork(m, out, in, false, true))
		for _, zeros := range []int{0, in / 2} {
			for i := range x {
				x[i] = float32(min(1, max(0, i%in-zeros)))
			}
			for name, run := range map[string]func(){
				"forward": func() { Dense(y, x, w, bias, m, in, out, true) },
				"dW":      func() { MatMul(dw, x, dy, nil, in, m, out, true, false) },
				"dX":      func() { MatMul(dx, dy, w, work, m, out, in, false, true) },
			} {
				withWorkers(func(workers int) {
					if got := allocations(run); got != 0 {
						t.Errorf("%s, %d columns of zeros, %d workers: allocates %d times a call", name, zeros, workers, got)
					}
				})
			}
		}
	})
}
