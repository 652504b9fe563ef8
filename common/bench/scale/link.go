package main

import "math"

// link is a network between ranks: a message of n bytes takes alpha + n/beta seconds.
type link struct{ alpha, beta float64 }

// ring is the time of a ring all-reduce, which large buckets use: in each of 2(n-1) rounds, of a reduce-scatter and
// then of an all-gather, each rank sends an n-th of the bytes to the next one,
//
//	t = 2(n-1)·alpha + 2(n-1)/n · bytes/beta
//
// as in R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of Collective Communication Operations in MPICH", Int. J.
// High Performance Computing Applications 19 (2005), of which the time of the additions is left out here, and
// P. Patarasuk, X. Yuan, "Bandwidth Optimal All-reduce Algorithms for Clusters of Workstations", J. Parallel and
// Distributed Computing 69 (2009), who prove that no algorithm needs less of the bandwidth.
func (l link) ring(ranks int, bytes float64) float64 {
	n := float64(ranks)
	return 2*(n-1)*l.alpha + 2*(n-1)/n*bytes/l.beta
}

// doubling is the time of an all-reduce by recursive doubling, which small ones use: in each of ⌈log2(n)⌉ rounds each
// rank sends all bytes to another one (Thakur et al.).
func (l link) doubling(ranks int, bytes float64) float64 {
	return math.Ceil(math.Log2(float64(ranks))) * (l.alpha + bytes/l.beta)
}

// step is a training step of one rank if all-reduces took no time.
type step struct {
	values   []int     // numbers of values of the gradients, in the order in which the backward pass computes them
	ready    []float64 // seconds until each gradient is computed
	backward float64   // seconds to the end of the backward pass
	total    float64   // seconds to the end of the step: the optimizer runs after the last all-reduce
}

// computed returns the seconds until the first n values are computed.
func (s step) computed(n int) float64 {
	for i, values := range s.values {
		if n -= values; n <= 0 {
			return s.ready[i]
		}
	}
	return s.backward
}

// seconds is the time of a step that sends buckets of these numbers of float32 one after another: all after the
// backward pass or, overlapped, each as soon as its gradients are computed. It assumes that sending does not slow down
// the computation, so it is a lower bound for these buckets. The stats and the optimizer come after the last bucket.
func (s step) seconds(l link, ranks int, buckets []int, overlapped bool) float64 {
	at, end := 0.0, 0
	for _, values := range buckets {
		ready := s.backward
		if end += values; overlapped {
			ready = s.computed(end)
		}
		at = max(at, ready) + l.ring(ranks, 4*float64(values))
	}
	const stats = 6 * 8 // bytes of the sums of loss and metrics at the end of a step
	return max(at, s.backward) + l.doubling(ranks, stats) + s.total - s.backward
}
