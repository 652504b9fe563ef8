package kernel

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
)

// withWorkers runs f with GOMAXPROCS at 1, 2 and 3, and sets it back.
func withWorkers(f func(workers int)) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for workers := 1; workers <= 3; workers++ {
		runtime.GOMAXPROCS(workers)
		f(workers)
	}
}

func TestParallelRunsEveryPieceOnce(t *testing.T) {
	withWorkers(func(workers int) {
		for _, pieces := range []int{0, 1, 2, 3, 100} {
			counts := make([]atomic.Int32, pieces)
			parallel(pieces, jobFunc(func(piece int) { counts[piece].Add(1) }))
			for i := range counts {
				if n := counts[i].Load(); n != 1 {
					t.Errorf("%d workers: piece %d of %d ran %d times", workers, i, pieces, n)
				}
			}
		}
	})
}

func TestParallelPanicReachesTheCaller(t *testing.T) {
	want := errors.New("piece 5")
	withWorkers(func(workers int) {
		for range 50 {
			var running atomic.Int32
			func() {
				defer func() {
					if r := recover(); r != want {
						t.Errorf("%d workers: recovered %v, want %v", workers, r, want)
					}
				}()
				parallel(20, jobFunc(func(piece int) {
					running.Add(1)
					defer running.Add(-1)
					if piece >= 5 {
						panic(want)
					}
					runtime.Gosched()
				}))
				t.Errorf("%d workers: no panic", workers)
			}()
			if n := running.Load(); n != 0 {
				t.Errorf("%d workers: %d pieces still run after the panic", workers, n)
			}
		}
	})
}

func TestShortSlicePanicsInTheCaller(t *testing.T) {
	withWorkers(func(workers int) {
		defer func() {
			if _, ok := recover().(runtime.Error); !ok {
				t.Errorf("%d workers: no bounds error", workers)
			}
		}()
		ReLU(make([]float32, 5*elementPiece-1), make([]float32, 5*elementPiece))
	})
}
