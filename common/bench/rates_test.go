package bench

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"
)

// limits is what the machine reaches at the level of this run, measured once.
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
		runtime.GC() // the slices of one size are not needed beside the next
	}
	return l
})

// triadFor is the triad of the smallest size that is not below the given bytes: it finds its slices
// in the cache in which the kernel finds its own.
func (l limits) triadFor(bytes float64) float64 {
	for _, t := range l.triads {
		if bytes <= float64(t.bytes) {
			return t.rate
		}
	}
	return l.triads[len(l.triads)-1].rate
}

// work is what one call of a kernel does.
type work struct {
	flops float64 // 0: not counted
	bytes float64 // read and written, each input and output once
	set   float64 // bytes of all it works on; 0: the same as bytes
}

// floats is the work of reading and writing n float32 in all.
func floats(n int) work { return work{bytes: 4 * float64(n)} }

// product is the work of a matrix product of m×k and k×n.
func product(m, k, n int) work {
	return work{flops: 2 * float64(m) * float64(k) * float64(n), bytes: 4 * float64(m*k+k*n+m*n)}
}

// measure times run and reports its rates, and their shares of what the machine's loops reach.
func measure(b *testing.B, w work, run func()) {
	l := machineLimits()
	run() // what is made at the first call is not measured
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

// values returns n numbers from -1/2 to 1/2.
func values(n int) []float32 {
	x := make([]float32, n)
	rng := rand.New(rand.NewPCG(7, 0))
	for i := range x {
		x[i] = float32(rng.Float64() - 0.5)
	}
	return x
}

// BenchmarkLimit is what the other benchmarks are held against. Its time means nothing.
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
