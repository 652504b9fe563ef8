// Package parallel runs the pieces of a kernel's work on several goroutines, which all kernels share.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Job is work that is cut into pieces. A piece may panic, but must not call runtime.Goexit (as t.Fatal does): its
// region would never end.
type Job interface{ Piece(i int) }

// workerLimit is the bound of SetWorkers, 0 for none.
var workerLimit atomic.Int32

// SetWorkers bounds the goroutines that work on one kernel; 0 removes the bound. It leaves threads of GOMAXPROCS, which
// bounds these goroutines too, to a process's other work. Call it before the first kernel: goroutines that have
// started continue to help. Results do not depend on it.
func SetWorkers(n int) { workerLimit.Store(int32(max(0, n))) }

// Workers is how many goroutines work on one kernel at most.
func Workers() int {
	n := runtime.GOMAXPROCS(0)
	if limit := int(workerLimit.Load()); limit > 0 {
		n = min(n, limit)
	}
	return n
}

// run runs pieces 0 to pieces-1 of j on up to Workers goroutines, the caller's among them. Each takes the next
// piece from a counter. After a panic in a piece no further piece starts, and once all have ended the panic
// reaches the caller. The goroutines serve one region at a time: a second caller runs its pieces alone.
func run(pieces int, j Job) {
	workers := min(pieces, Workers())
	if workers <= 1 || !helpers.busy.TryLock() {
		for i := range pieces {
			j.Piece(i)
		}
		return
	}
	helpers.run(pieces, workers, j)
}

// Region runs the pieces of a job in parallel. Its goroutines share a copy from jobs, the kernel's pool of such
// structs, so that a region allocates nothing and the caller's job stays on the stack.
func Region[J any, P interface {
	*J
	Job
}](jobs *sync.Pool, pieces int, value J) {
	shared, ok := jobs.Get().(P)
	if !ok {
		shared = new(J)
	}
	*shared = value
	run(pieces, shared)
	var none J
	*shared = none // the pool keeps no slice alive
	jobs.Put(shared)
}

// Pieces is the number of pieces of the last region with other goroutines that f ran, 0 if it ran none. It is for tests.
func Pieces(f func()) int {
	helpers.busy.Lock()
	helpers.pieces = 0
	helpers.busy.Unlock()
	f()
	helpers.busy.Lock()
	defer helpers.busy.Unlock()
	return helpers.pieces
}

// helpers are the goroutines that all regions share.
var helpers = workerPool{wake: make(chan struct{}, 1<<16)}

// workerPool is goroutines that wait for regions. A region is open while unclaimed is above 0. A goroutine reads job
// and pieces only after it has claimed a piece, and the caller continues only when no piece is left: a late
// goroutine finds either nothing or a piece of the next region.
type workerPool struct {
	busy    sync.Mutex // held by the caller of the region that is served
	started int        // goroutines
	job     Job
	pieces  int
	failure struct {
		sync.Mutex
		set   bool
		value any
	}
	asleep atomic.Int32
	wake   chan struct{} // a token for each sleeper that countOut has taken off asleep

	// On cache lines of their own: waiting goroutines read unclaimed all the time.
	_          [64]byte
	unclaimed  atomic.Int64 // below 0 after a goroutine found no piece
	_          [56]byte
	unfinished atomic.Int64
	_          [56]byte
}

// run opens a region, takes part in it and closes it. The caller holds busy.
func (c *workerPool) run(pieces, workers int, j Job) {
	for ; c.started < workers-1; c.started++ {
		go c.serve()
	}
	c.job, c.pieces = j, pieces
	c.unfinished.Store(int64(pieces))
	c.unclaimed.Store(int64(pieces))
	c.rouse(workers - 1)
	c.work()
	for spin := (spinner{}); c.unfinished.Load() > 0; {
		spin.wait()
	}
	c.job = nil
	failed, failure := c.failure.set, c.failure.value
	c.failure.set, c.failure.value = false, nil
	c.busy.Unlock()
	if failed {
		panic(failure)
	}
}

// work runs pieces until none is left.
func (c *workerPool) work() {
	done := false
	defer func() {
		if !done {
			c.fail(recover())
		}
	}()
	for {
		left := c.unclaimed.Add(-1)
		if left < 0 {
			break
		}
		c.job.Piece(c.pieces - 1 - int(left))
		c.unfinished.Add(-1)
	}
	done = true
}

// fail keeps the first panic and drops the unclaimed pieces, and the one that panicked.
func (c *workerPool) fail(value any) {
	c.failure.Lock()
	if !c.failure.set {
		c.failure.set, c.failure.value = true, value
	}
	c.failure.Unlock()
	dropped := max(0, c.unclaimed.Swap(0)) + 1
	c.unfinished.Add(-dropped)
}

// spinTime is how long a goroutine waits awake for the next region: longer than the time between two regions of a
// training step, short enough to leave no core busy after Fit.
const spinTime = 2 * time.Millisecond

// serve works on regions forever. It waits awake for spinTime, because waking takes tens of microseconds, then asleep.
func (c *workerPool) serve() {
	for {
		spin := spinner{}
		for c.unclaimed.Load() <= 0 {
			if spin.wait() > spinTime {
				c.sleep()
				spin = spinner{}
			}
		}
		c.work()
	}
}

// sleep returns when there may be a region.
func (c *workerPool) sleep() {
	c.asleep.Add(1)
	if c.unclaimed.Load() > 0 && c.countOut() {
		return
	}
	<-c.wake
}

// rouse wakes up to n sleepers.
func (c *workerPool) rouse(n int) {
	for ; n > 0 && c.countOut(); n-- {
		c.wake <- struct{}{}
	}
}

// countOut takes one sleeper off asleep and reports whether there was one.
func (c *workerPool) countOut() bool {
	for {
		n := c.asleep.Load()
		if n == 0 {
			return false
		}
		if c.asleep.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// spinner waits on its core, and now and then yields it to other goroutines.
type spinner struct {
	rounds int
	start  time.Time
}

// wait returns how long the spinner has waited, in steps of some microseconds.
func (s *spinner) wait() time.Duration {
	const yield = 64 // rounds between two yields, which also read the clock
	pause()
	s.rounds++
	if s.rounds%yield != 0 {
		return 0
	}
	runtime.Gosched()
	if s.start.IsZero() {
		s.start = time.Now()
		return 0
	}
	return time.Since(s.start)
}
