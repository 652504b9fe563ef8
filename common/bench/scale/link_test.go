package main

import (
	"math"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Max(math.Abs(a), math.Abs(b)) }

// For four ranks, 10 µs, 1 GB/s and 4 MB a ring has six rounds of 10 µs and 1 MB, doubling two of 10 µs and 4 MB.
func TestLinkByHand(t *testing.T) {
	l := link{alpha: 10e-6, beta: 1e9}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"ring of one", l.ring(1, 4e6), 0},
		{"doubling of one", l.doubling(1, 4e6), 0},
		{"ring of four", l.ring(4, 4e6), 6 * (10e-6 + 1e-3)},
		{"doubling of four", l.doubling(4, 4e6), 2 * (10e-6 + 4e-3)},
		{"doubling of five", l.doubling(5, 48), 3 * (10e-6 + 48e-9)},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s: %v s, want %v", c.name, c.got, c.want)
		}
	}
	// without latency, a large ring sends each byte twice
	if got, want := (link{beta: 1e9}).ring(1<<30, 12e6), 24e-3; math.Abs(got-want) > 1e-6*want {
		t.Errorf("a very large ring takes %v s, want %v", got, want)
	}
}

// made is a step of 10 ms with a backward pass of 8 ms: of 300 values 100 are computed at 4 ms, all at 8 ms.
var made = step{values: []int{100, 200}, ready: []float64{4e-3, 8e-3}, backward: 8e-3, total: 10e-3}

// slow sends a value between two ranks in 10 µs, and the stats like 12 values.
var slow = link{beta: 4 / 10e-6}

func TestStepsByHand(t *testing.T) {
	const value, stats = 10e-6, 12 * 10e-6
	for _, c := range []struct {
		name              string
		buckets           []int
		apart, overlapped float64
	}{
		{"the first has arrived before the second is ready", []int{100, 200},
			10e-3 + 300*value + stats, 8e-3 + 200*value + stats + 2e-3},
		{"one bucket waits for all gradients", []int{300},
			10e-3 + 300*value + stats, 8e-3 + 300*value + stats + 2e-3},
		{"the first part of a gradient is ready when all of it is", []int{100, 50, 150},
			10e-3 + 300*value + stats, 8e-3 + 200*value + stats + 2e-3},
		{"all is ready early", []int{100},
			10e-3 + 100*value + stats, 8e-3 + stats + 2e-3},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := made.seconds(slow, 2, c.buckets, false); !near(got, c.apart) {
				t.Errorf("apart %v s, want %v", got, c.apart)
			}
			if got := made.seconds(slow, 2, c.buckets, true); !near(got, c.overlapped) {
				t.Errorf("overlapped %v s, want %v", got, c.overlapped)
			}
		})
	}
	// a bucket that takes longer than the backward pass delays the next one
	slower := link{beta: slow.beta / 10}
	if got, want := made.seconds(slower, 2, []int{100, 200}, true), 4e-3+10*(300*value+stats)+2e-3; !near(got, want) {
		t.Errorf("over a slow link: %v s, want %v", got, want)
	}
	apart, overlapped := made.seconds(slow, 1, nil, false), made.seconds(slow, 1, nil, true)
	if !near(apart, made.total) || !near(overlapped, made.total) {
		t.Errorf("one rank: %v and %v s, want %v", apart, overlapped, made.total)
	}
}
