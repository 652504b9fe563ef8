// Package finite looks for NaN and infinity.
package finite

import (
	"sync"
	"sync/atomic"

	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// Parallel reports whether x has no NaN and no infinity. It looks at pieces of a long x in parallel.
func Parallel[T vector.Float](x []T) bool {
	const run = 1 << 16
	if len(x) <= run {
		return Serial(x)
	}
	bad, ok := flags.Get().(*atomic.Bool)
	if !ok {
		bad = new(atomic.Bool)
	}
	bad.Store(false)
	parallel.Region(&searches, (len(x)+run-1)/run, search[T]{x: x, run: run, bad: bad})
	defer flags.Put(bad)
	return !bad.Load()
}

// search looks for a number that is not finite.
type search[T vector.Float] struct {
	x   []T
	run int
	bad *atomic.Bool
}

var searches, flags sync.Pool

func (s *search[T]) Piece(i int) {
	if !Serial(s.x[i*s.run : min((i+1)*s.run, len(s.x))]) {
		s.bad.Store(true)
	}
}

// Serial is Parallel on the caller's goroutine alone.
func Serial[T vector.Float](x []T) bool {
	if vector.Runs[T]() {
		return vector.Finite(vector.Single(x))
	}
	return finiteLoop(x)
}

// finiteLoop sums x times zero, which is NaN if a value is not finite. Four sums hide the latency of the addition.
func finiteLoop[T vector.Float](x []T) bool {
	var s0, s1, s2, s3 T
	for ; len(x) >= 4; x = x[4:] {
		s0 += x[0] * 0
		s1 += x[1] * 0
		s2 += x[2] * 0
		s3 += x[3] * 0
	}
	for _, v := range x {
		s0 += v * 0
	}
	return s0+s1+s2+s3 == 0
}
