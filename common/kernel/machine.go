package kernel

import (
	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/memory"
	"gorgonia-lectures/common/kernel/internal/parallel"
)

// What the kernels use of the machine: its instructions, its threads and its memory.

// Level is the set of CPU instructions that the float32 kernels use. Results of two levels may differ in the last bits,
// but AVX2 and NEON give the same; at one level the same input gives the same bits on every machine.
type Level = level.Level

// The levels, of a machine each faster than the one before.
const (
	PlainGo = level.PlainGo // any machine, and the build tag purego
	AVX2    = level.AVX2    // amd64 with AVX2 and FMA
	AVX512  = level.AVX512  // amd64 with AVX-512 F, DQ, BW and VL too
	NEON    = level.NEON    // arm64
)

// LevelVariable is the environment variable that forces a level: go, avx2, avx512 or neon.
const LevelVariable = level.Variable

// LevelError is the error in the environment variable LevelVariable, or nil. With an error the kernels run as if the
// variable were not set.
func LevelError() error { return level.Err() }

// ActiveLevel is the level that the kernels run at.
func ActiveLevel() Level { return level.Active() }

// Levels lists the levels that this machine and this build have, the slowest first.
func Levels() []Level { return level.All() }

// SetLevel makes the kernels run at another level, for tests and measurements. No kernel may run meanwhile. It is an
// error if this machine or build does not have the level.
func SetLevel(l Level) error { return level.Set(l) }

// SetWorkers bounds the goroutines that work on one kernel; 0 removes the bound. It leaves threads of GOMAXPROCS, which
// bounds these goroutines too, to a process's other work. Call it before the first kernel: goroutines that have
// started continue to help. Results do not depend on it.
func SetWorkers(n int) { parallel.SetWorkers(n) }

// Workers is how many goroutines work on one kernel at most.
func Workers() int { return parallel.Workers() }

// Make is make([]T, n) on memory for the kernels: the first value lies at a multiple of 64 bytes, and from 4 MB on at a
// multiple of 2 MB, with huge pages on Linux. As in make, an n that is negative or too large panics.
func Make[T Float | uint8](n int) []T { return memory.Make[T](n) }
