package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// pieceWork is the number of multiply-adds in one piece of work: about 50 µs, so that handing it
// out costs little and the last piece keeps nobody waiting for long.
const pieceWork = 1 << 18

// pieceRows cuts rows, each of the given work (in multiply-adds), into even runs of about pieceWork. It returns
// the rows of one run; the last may be shorter.
func pieceRows(rows, work int) int {
	if rows == 0 {
		return 1
	}
	pieces := min(rows, max(1, rows*work/pieceWork))
	return ceilDiv(rows, pieces)
}

// ceilDiv returns a/b rounded up, for a >= 0 and b > 0.
func ceilDiv(a, b int) int { return (a + b - 1) / b }

// parallel calls run(0) to run(pieces-1) on up to GOMAXPROCS goroutines, the caller's among them. Each
// takes the next piece from a counter. A panic in any of them stops the handing out and reaches
// the caller once all have returned.
func parallel(pieces int, run func(piece int)) {
	workers := min(pieces, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for piece := range pieces {
			run(piece)
		}
		return
	}
	r := region{pieces: int64(pieces), run: run}
	for range workers - 1 {
		r.wait.Go(r.work)
	}
	r.work()
	r.wait.Wait()
	if r.failed {
		panic(r.failure)
	}
}

// region is one call of parallel.
type region struct {
	run     func(piece int)
	pieces  int64
	next    atomic.Int64
	wait    sync.WaitGroup
	once    sync.Once
	failed  bool
	failure any
}

// work runs pieces until none is left.
func (r *region) work() {
	done := false
	defer func() {
		if done {
			return
		}
		failure := recover()
		r.next.Store(r.pieces)
		r.once.Do(func() { r.failed, r.failure = true, failure })
	}()
	for {
		piece := r.next.Add(1) - 1
		if piece >= r.pieces {
			break
		}
		r.run(int(piece))
	}
	done = true
}
