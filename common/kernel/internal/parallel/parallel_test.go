package parallel

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// pieceFunc is a job of one function.
type pieceFunc func(i int)

func (f pieceFunc) Piece(i int) { f(i) }

func TestEachPieceRunsOnce(t *testing.T) {
	oracle.WithWorkers(func(workers int) {
		for _, pieces := range []int{0, 1, 2, 3, 100} {
			counts := make([]atomic.Int32, pieces)
			run(pieces, pieceFunc(func(piece int) { counts[piece].Add(1) }))
			for i := range counts {
				if n := counts[i].Load(); n != 1 {
					t.Errorf("%d workers: piece %d of %d ran %d times", workers, i, pieces, n)
				}
			}
		}
	})
}

func TestPanicReachesTheCaller(t *testing.T) {
	want := errors.New("piece 5")
	oracle.WithWorkers(func(workers int) {
		for range 50 {
			var running atomic.Int32
			func() {
				defer func() {
					if r := recover(); r != want {
						t.Errorf("%d workers: recovered %v, want %v", workers, r, want)
					}
				}()
				run(20, pieceFunc(func(piece int) {
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

// tally is a job that adds up the numbers of its pieces.
type tally struct {
	sum  *atomic.Int64
	from int
}

func (c *tally) Piece(i int) { c.sum.Add(int64(c.from + i)) }

func TestRegionRunsTheCallersJobAndForgetsIt(t *testing.T) {
	oracle.WithWorkers(func(workers int) {
		var pool sync.Pool
		var sum atomic.Int64
		for range 3 { // a new struct, then the same again
			sum.Store(0)
			Region(&pool, 10, tally{&sum, 100})
			if got := sum.Load(); got != 1045 {
				t.Errorf("%d workers: pieces 100 to 109 add up to %d, want 1045", workers, got)
			}
			kept := pool.Get()
			if c, ok := kept.(*tally); ok && *c != (tally{}) {
				t.Errorf("%d workers: the pool keeps %+v", workers, *c)
			}
			if kept != nil {
				pool.Put(kept)
			}
		}
	})
}

// A bound that is set before the first worker starts bounds how many run at once.
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
}
