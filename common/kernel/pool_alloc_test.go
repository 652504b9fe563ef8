//go:build !race

package kernel

import (
	"runtime"
	"testing"
)

// Under the race detector sync.Pool forgets at random, so that this test runs without.
func TestRowsAndWindowsAllocateNothing(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	w, err := NewWindow(32, 28, 28, 32, 2, 2, 2, 2, true)
	fatalIf(t, err)
	const n = 32 * 28 * 28 * 32
	x, y, d, labels := ramp(n), make([]float32, n), make([]float32, n), make([]float32, n/10)
	index := make([]int32, n/4)
	atLevels(t, func(t *testing.T) {
		for name, run := range map[string]func(){
			"MaxPool2D":        func() { MaxPool2D(y, index, x, w) },
			"MaxPool2DGrad":    func() { MaxPool2DGrad(d, y, index, w) },
			"Dropout":          func() { Dropout(y, x, 256, 3136, 0, 0.25, 1, 2, 3) },
			"Dropout of a row": func() { Dropout(y, x, 1, n, 0, 0.25, 1, 2, 3) },
			"Softmax":          func() { Softmax(y, x, 10000, 10) },
			"SoftmaxGrad":      func() { SoftmaxGrad(d, y, x, 10000, 10) },
		} {
			pieces := 0
			run() // the first call may start goroutines and fill the pool
			pieces = regionPieces(run)
			if a := testing.AllocsPerRun(10, run); a != 0 || pieces < 2 {
				t.Errorf("%s: %v allocations a call in %d pieces, want none in several", name, a, pieces)
			}
		}
		if a := testing.AllocsPerRun(10, func() {
			SparseCategoricalCrossentropyLogits(x, labels, 256, 10)
			SparseCategoricalCrossentropyLogitsGrad(d, x, labels, 256, 10, 1)
		}); a != 0 {
			t.Errorf("SparseCategoricalCrossentropyLogits and its gradient: %v allocations a call", a)
		}
	})
}
