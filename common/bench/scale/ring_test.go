package main

import (
	"math"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Max(math.Abs(a), math.Abs(b)) }

func TestOneRankCostsNothing(t *testing.T) {
	l := link{alpha: 30e-6, beta: 1.25e9}
	if ring, doubling := l.ring(1, 1e6), l.doubling(1, 1e6); ring != 0 || doubling != 0 {
		t.Errorf("a ring of one takes %v s, doubling %v, want 0", ring, doubling)
	}
}

// Four ranks, 10 µs, 1 GB/s and 4 MB: six turns of 10 µs and 1 MB each; two turns of 10 µs and 4 MB.
func TestByHand(t *testing.T) {
	l := link{alpha: 10e-6, beta: 1e9}
	if got, want := l.ring(4, 4e6), 6*(10e-6+1e-3); !near(got, want) {
		t.Errorf("the ring takes %v s, want %v", got, want)
	}
	if got, want := l.doubling(4, 4e6), 2*(10e-6+4e-3); !near(got, want) {
		t.Errorf("doubling takes %v s, want %v", got, want)
	}
	if got, want := l.doubling(5, 48), 3*(10e-6+48e-9); !near(got, want) {
		t.Errorf("doubling of five ranks takes %v s, want %v", got, want)
	}
}

// Without latency the ring moves each byte twice, however many ranks there are.
func TestRingIsBoundByTheBandwidth(t *testing.T) {
	l := link{beta: 1e9}
	const bytes = 12e6
	if got, want := l.ring(1<<30, bytes), 2*bytes/l.beta; math.Abs(got-want) > 1e-6*want {
		t.Errorf("a very large ring takes %v s, want %v", got, want)
	}
}

func TestMoreRanksOrBytesTakeLonger(t *testing.T) {
	l := link{alpha: 30e-6, beta: 1.25e9}
	for ranks := 1; ranks <= mostRanks; ranks *= 2 {
		if a, b := l.ring(ranks, 1e6), l.ring(2*ranks, 1e6); a >= b {
			t.Errorf("%d ranks take %v s, twice as many %v, want more", ranks, a, b)
		}
		if a, b := l.ring(2*ranks, 1e6), l.ring(2*ranks, 2e6); a >= b {
			t.Errorf("%d ranks: 1 MB takes %v s, 2 MB %v, want more", 2*ranks, a, b)
		}
	}
}

func TestFitFindsTheLink(t *testing.T) {
	want := link{alpha: 2e-6, beta: 5e9}
	var sums []sum
	for bytes := 64.0; bytes < 1e6; bytes *= 4 {
		sums = append(sums, sum{bytes, want.ring(2, bytes)})
	}
	got, err := fit(sums)
	if err != nil || math.Abs(got.alpha/want.alpha-1) > 1e-9 || math.Abs(got.beta/want.beta-1) > 1e-9 {
		t.Errorf("the link is %+v (%v), want %+v", got, err, want)
	}
	for _, sums := range [][]sum{nil, sums[:1], {{100, 2e-6}, {1000, 1e-6}}} {
		if l, err := fit(sums); err == nil {
			t.Errorf("%v: no error but %+v", sums, l)
		}
	}
}
