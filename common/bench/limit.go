package bench

import (
	"time"

	"gorgonia-lectures/common/bench/machine"
	"gorgonia-lectures/common/kernel"
)

// The limits that kernels are compared with: a loop that only computes and a loop that only moves memory, at the CPU
// level and on the number of threads of the kernels.

// Peak measures the floating-point operations per second of multiply-adds on registers, the best of several tries
// within about the given time.
func Peak(within time.Duration) float64 {
	const pieces = 1 << 10 // some milliseconds
	best := 0.0
	for start := time.Now(); best == 0 || time.Since(start) < within; {
		begin := time.Now()
		operations := machine.PeakFMA(pieces)
		best = max(best, float64(operations)/time.Since(begin).Seconds())
	}
	return best
}

// Stream is three slices for the triad a[i] = b[i] + s*c[i] (McCalpin, STREAM).
type Stream struct{ a, b, c []float32 }

// NewStream allocates three slices of about the given number of bytes together.
func NewStream(bytes int) *Stream {
	n := bytes / 12
	s := &Stream{kernel.Make[float32](n), kernel.Make[float32](n), kernel.Make[float32](n)}
	for i := range s.b {
		s.b[i], s.c[i] = 1, 2
	}
	return s
}

// Rate measures the bytes per second of the given number of passes; with past, stores bypass the caches. As in STREAM,
// a pass counts 12 bytes for each element; the machine's read of a before a store is not counted.
func (s *Stream) Rate(passes int, past bool) float64 {
	start := time.Now()
	machine.Triad(s.a, s.b, s.c, 0.5, passes, past)
	return 12 * float64(len(s.a)) * float64(passes) / time.Since(start).Seconds()
}

// Best returns the best Rate of several runs of both kinds, which take about the given time together.
func (s *Stream) Best(within time.Duration) float64 {
	bytes := 12 * float64(len(s.a))
	rate := s.Rate(1, false)
	for start := time.Now(); time.Since(start) < within; {
		for _, past := range []bool{false, true} {
			rate = max(rate, s.Rate(1+int(0.001*rate/bytes), past))
		}
	}
	return rate
}
