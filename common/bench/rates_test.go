package bench

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"
)

// limits are the rates of the machine's loops at the level of this run, measured once.
type limits struct {
	fma    float64 // operations a second
	triads []triad // by size
}

type triad struct {
	name  string
	bytes int     // of the three slices together
	rate  float64 // bytes a second
}

var machineLimits = sync.OnceValue(func() limits {
	within := 400 * time.Millisecond
	if testing.Short() {
		within = 20 * time.Millisecond
	}
	l := limits{fma: Peak(within)}
	for _, t := range []triad{
		{name: "1 MB", bytes: 1 << 20},
		{name: "8 MB", bytes: 8 << 20},
		{name: "50 MB", bytes: adamBytes(cnnParameters)},
		{name: "404 MB", bytes: coldSets * adamBytes(cnnParameters)},
	} {
		t.rate = NewStream(t.bytes).Best(within)
		l.triads = append(l.triads, t)
		runtime.GC() // free the slices of this size before the next one
	}
	return l
})

// triadFor returns the triad of the smallest size of at least the given bytes, whose slices are in the same cache as
// the kernel's.
func (l limits) triadFor(bytes float64) float64 {
	for _, t := range l.triads {
		if bytes <= float64(t.bytes) {
			return t.rate
		}
	}
	return l.triads[len(l.triads)-1].rate
}

// work counts the operations and bytes of one call of a kernel.
type work struct {
	flops float64 // 0: not counted
	bytes float64 // read and written, each input and output once
	set   float64 // bytes of the working set; 0: bytes
}

// floats is the work of reading or writing n float32.
func floats(n int) work { return work{bytes: 4 * float64(n)} }

// product is the work of the product of an m×k and a k×n matrix.
func product(m, k, n int) work {
	return work{flops: 2 * float64(m) * float64(k) * float64(n), bytes: 4 * float64(m*k+k*n+m*n)}
}

// measure times run and reports its rates, also as shares of the machine's limits.
func measure(b *testing.B, w work, run func()) {
	l := machineLimits()
	run() // the first call may allocate
	for b.Loop() {
		run()
	}
	rates(b, l, w, b.N)
}

func rates(b *testing.B, l limits, w work, calls int) {
	seconds := b.Elapsed().Seconds() / float64(calls)
	if w.flops > 0 {
		b.ReportMetric(w.flops/seconds/1e9, "GFLOP/s")
		b.ReportMetric(100*w.flops/seconds/l.fma, "%FMA")
	}
	b.ReportMetric(w.bytes/seconds/1e9, "GB/s")
	b.ReportMetric(100*w.bytes/seconds/l.triadFor(max(w.bytes, w.set)), "%triad")
}

// values returns n numbers in [-1/2, 1/2].
func values(n int) []float32 {
	x := make([]float32, n)
	rng := rand.New(rand.NewPCG(7, 0))
	for i := range x {
		x[i] = float32(rng.Float64() - 0.5)
	}
	return x
}

// BenchmarkLimit measures the limits that the other benchmarks are compared with. Its time has no meaning.
func BenchmarkLimit(b *testing.B) {
	l := machineLimits()
	b.Run("FMA", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(l.fma/1e9, "GFLOP/s")
	})
	for _, t := range l.triads {
		b.Run("triad, "+t.name, func(b *testing.B) {
			for b.Loop() {
			}
			b.ReportMetric(t.rate/1e9, "GB/s")
		})
	}
}
