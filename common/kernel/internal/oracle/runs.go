package oracle

import (
	"runtime"
	"testing"

	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// AtLevels runs f as a subtest at each level that the machine has, and logs these levels.
func AtLevels(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	before := level.Active()
	defer func() { FatalIf(t, level.Set(before)) }()
	for _, l := range level.All() {
		FatalIf(t, level.Set(l))
		t.Run(l.String(), func(t *testing.T) {
			t.Logf("level %v", l)
			f(t)
		})
	}
}

// AtLevel runs f at the given level.
func AtLevel(t *testing.T, l level.Level, f func()) {
	t.Helper()
	before := level.Active()
	defer func() { FatalIf(t, level.Set(before)) }()
	FatalIf(t, level.Set(l))
	f()
}

// EachLevel runs f at each level of the machine if T is float32, once if it is float64.
func EachLevel[T vector.Float](t *testing.T, f func(level string)) {
	t.Helper()
	if Epsilon[T]() < 1e-10 {
		f("float64")
		return
	}
	for _, l := range level.All() {
		AtLevel(t, l, func() { f(l.String()) })
	}
}

// Both runs a test for float32, at each level of the machine, and for float64.
func Both(t *testing.T, single, double func(t *testing.T)) {
	t.Run("float32", func(t *testing.T) { AtLevels(t, single) })
	t.Run("float64", double)
}

// WithWorkers runs f with GOMAXPROCS at 1, 2 and 3, then restores it.
func WithWorkers(f func(workers int)) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for workers := 1; workers <= 3; workers++ {
		runtime.GOMAXPROCS(workers)
		f(workers)
	}
}

// ShortOr is short with -short, else full.
func ShortOr(short, full int) int {
	if testing.Short() {
		return short
	}
	return full
}
