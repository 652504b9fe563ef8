package main

import (
	"errors"
	"math"
)

// link is how ranks reach each other: a message of so many bytes takes alpha + bytes/beta seconds.
type link struct {
	alpha float64 // seconds
	beta  float64 // bytes a second
}

// ring is the time of an all-reduce by a ring, which large messages take: in 2(n-1) turns, first of a reduce-scatter
// and then of an all-gather, each rank sends one n-th of the bytes to the next,
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

// doubling is the time of an all-reduce by recursive doubling, which short messages take: in log2(n) turns, rounded up,
// each rank sends all bytes to another (Thakur et al., as above).
func (l link) doubling(ranks int, bytes float64) float64 {
	return math.Ceil(math.Log2(float64(ranks))) * (l.alpha + bytes/l.beta)
}

// sum is a measured all-reduce of two ranks.
type sum struct{ bytes, seconds float64 }

// fit is the link by which ring comes closest to the measured sums, by the squares of the relative errors: so that the
// short messages count as much as the long ones.
func fit(sums []sum) (link, error) {
	// of two ranks t = 2·alpha + bytes/beta: a straight line, each point weighted by 1/t²
	var w, x, y, xx, xy float64
	for _, s := range sums {
		weight := 1 / (s.seconds * s.seconds)
		w += weight
		x += weight * s.bytes
		y += weight * s.seconds
		xx += weight * s.bytes * s.bytes
		xy += weight * s.bytes * s.seconds
	}
	slope := (w*xy - x*y) / (w*xx - x*x)
	l := link{alpha: (y - slope*x) / w / 2, beta: 1 / slope}
	if !(l.alpha >= 0 && l.beta > 0) || math.IsInf(l.beta, 0) { // NaN too, of fewer than two sizes
		return l, errors.New("the all-reduces do not take longer the more bytes they have: too much noise, or too few sizes")
	}
	return l, nil
}
