package bench

import (
	"runtime"
	"sync"
	"time"
)

// Loops are what kernels are held against: the two loops that do nothing but compute, or nothing but
// move memory. They run on one thread.
type Loops interface {
	// FMA does rounds of independent multiply-adds on registers and returns the number of
	// floating-point operations done, two for a multiply-add.
	FMA(rounds int) (flops float64)
	// Triad is a[i] = b[i] + s*c[i] (McCalpin, STREAM). The slices have one length.
	Triad(a, b, c []float32, s float32)
}

// plainLoops are the loops in plain Go.
type plainLoops struct{}

func (plainLoops) FMA(rounds int) (flops float64) {
	const chains = 8 // enough to hide the latency of one addition behind the others
	const x, y = float32(0.999), float32(0.001)
	var a, b, c, d, e, f, g, h float32
	for range rounds {
		a, b, c, d = a*x+y, b*x+y, c*x+y, d*x+y
		e, f, g, h = e*x+y, f*x+y, g*x+y, h*x+y
	}
	if a+b+c+d+e+f+g+h == 0 { // only without rounds; the compiler must not leave the loop out
		return 0
	}
	return 2 * chains * float64(rounds)
}

func (plainLoops) Triad(a, b, c []float32, s float32) {
	b, c = b[:len(a)], c[:len(a)]
	for i := range a {
		a[i] = b[i] + s*c[i]
	}
}

// Peak is the floating-point operations per second that FMA reaches on GOMAXPROCS threads at once,
// the best of several tries within about the given time.
func Peak(l Loops, within time.Duration) float64 {
	const tries = 5
	best := 0.0
	for range tries {
		flops := make([]float64, runtime.GOMAXPROCS(0))
		seconds := onAllThreads(func(thread int) {
			for start := time.Now(); time.Since(start) < within/tries; {
				flops[thread] += l.FMA(1 << 16)
			}
		})
		sum := 0.0
		for _, f := range flops {
			sum += f
		}
		best = max(best, sum/seconds)
	}
	return best
}

// Stream is three slices for Triad, each thread's part written by the thread that will use it.
type Stream struct {
	loops   Loops
	a, b, c []float32
}

// NewStream takes about the given bytes for the three slices together.
func NewStream(l Loops, bytes int) *Stream {
	n := bytes / 12
	s := &Stream{l, make([]float32, n), make([]float32, n), make([]float32, n)}
	onAllThreads(func(thread int) {
		from, to := s.part(thread)
		for i := from; i < to; i++ {
			s.b[i], s.c[i] = 1, 2
		}
	})
	return s
}

func (s *Stream) part(thread int) (from, to int) {
	threads := runtime.GOMAXPROCS(0)
	return len(s.a) * thread / threads, len(s.a) * (thread + 1) / threads
}

// Rate is the bytes per second of the given number of passes, each thread on its part without
// waiting for the others in between. As in STREAM a pass counts 12 bytes an element: what the
// machine reads of a before it is written is not counted.
func (s *Stream) Rate(passes int) float64 {
	seconds := onAllThreads(func(thread int) {
		from, to := s.part(thread)
		for range passes {
			s.loops.Triad(s.a[from:to], s.b[from:to], s.c[from:to], 0.5)
		}
	})
	return 12 * float64(len(s.a)) * float64(passes) / seconds
}

// Best is the best Rate of several runs, together of about the given time.
func (s *Stream) Best(within time.Duration) float64 {
	bytes := 12 * float64(len(s.a))
	rate := s.Rate(1)
	for start := time.Now(); time.Since(start) < within; {
		// a run of a few milliseconds hides what it takes to start the threads
		rate = max(rate, s.Rate(1+int(0.005*rate/bytes)))
	}
	return rate
}

// onAllThreads calls run on GOMAXPROCS goroutines and returns the seconds until the last is done.
func onAllThreads(run func(thread int)) (seconds float64) {
	var wait sync.WaitGroup
	start := time.Now()
	for thread := range runtime.GOMAXPROCS(0) {
		wait.Go(func() { run(thread) })
	}
	wait.Wait()
	return time.Since(start).Seconds()
}
