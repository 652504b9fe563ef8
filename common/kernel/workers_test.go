package kernel

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
)

// A bound on the workers bounds those that run at once where it is set before the first of them, and changes no bit.
func TestSetWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	defer SetWorkers(0)
	for _, c := range []struct{ limit, want int }{{1, 1}, {2, 2}, {3, 3}, {4, 4}, {100, 4}, {0, 4}, {-5, 4}} {
		SetWorkers(c.limit)
		if got := Workers(); got != c.want {
			t.Errorf("SetWorkers(%d): %d workers, want %d", c.limit, got, c.want)
		}
		var running, most atomic.Int32
		fresh := workerPool{wake: make(chan struct{}, 16)}
		for range 20 {
			fresh.busy.Lock()
			fresh.run(50, Workers(), pieceFunc(func(int) {
				n := running.Add(1)
				for before := most.Load(); n > before && !most.CompareAndSwap(before, n); before = most.Load() {
				}
				runtime.Gosched()
				running.Add(-1)
			}))
		}
		if got := int(most.Load()); got > c.want {
			t.Errorf("SetWorkers(%d): %d ran at once, want at most %d", c.limit, got, c.want)
		}
	}
	for _, j := range tasks(t) {
		got, want := make([]float32, j.size), make([]float32, j.size)
		SetWorkers(0)
		if regionPieces(func() { j.run(want) }) == 0 {
			t.Errorf("%s has no helpers without a bound: this shows nothing", j.name)
		}
		for limit := 1; limit <= 3; limit++ {
			clear(got)
			SetWorkers(limit)
			if pieces := regionPieces(func() { j.run(got) }); (pieces > 0) != (limit > 1) {
				t.Errorf("%s with %d workers: helpers ran %d pieces", j.name, limit, pieces)
			}
			sameBits(t, fmt.Sprintf("%s with %d workers", j.name, limit), got, want)
		}
	}
}
