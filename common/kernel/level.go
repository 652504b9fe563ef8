package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"unsafe"

	"gorgonia-lectures/common/internal/text"
)

// Float is the element type of every kernel: float32 for training, float64 for proofs.
type Float interface{ float32 | float64 }

// Level is the set of CPU instructions that the float32 kernels use. Results of two levels may differ in the last bits,
// but AVX2 and NEON give the same; at one level the same input gives the same bits on every machine.
type Level int

// The levels, of a machine each faster than the one before.
const (
	PlainGo Level = iota // any machine, and the build tag purego
	AVX2                 // amd64 with AVX2 and FMA
	AVX512               // amd64 with AVX-512 F, DQ, BW and VL too
	NEON                 // arm64
)

// LevelVariable is the environment variable that forces a level: go, avx2, avx512 or neon.
const LevelVariable = "GORGONIA_LECTURES_CPU"

var levelNames = [...]string{PlainGo: "go", AVX2: "avx2", AVX512: "avx512", NEON: "neon"}

func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return fmt.Sprintf("level %d", int(l))
	}
	return levelNames[l]
}

var (
	levels            = detect() // that this machine and this build have, the slowest first
	level, levelError = startLevel(os.Getenv(LevelVariable))
)

func names(levels []Level) string {
	list := make([]string, len(levels))
	for i, l := range levels {
		list[i] = l.String()
	}
	return strings.Join(list, ", ")
}

// startLevel is the level that the variable names, or the default if it is empty or wrong.
func startLevel(given string) (Level, error) {
	best := levels[len(levels)-1]
	if given == "" {
		return best, nil
	}
	for l, name := range levelNames {
		if name != given {
			continue
		}
		if !slices.Contains(levels, Level(l)) {
			return best, fmt.Errorf("%s=%s: this machine has %s", LevelVariable, text.Brief(given), names(levels))
		}
		return Level(l), nil
	}
	return best, fmt.Errorf("%s=%s: want go, avx2, avx512 or neon", LevelVariable, text.Brief(given))
}

// LevelError is the error in the environment variable LevelVariable, or nil. With an error the kernels run as if the
// variable were not set.
func LevelError() error { return levelError }

// ActiveLevel is the level that the kernels run at.
func ActiveLevel() Level { return level }

// Levels lists the levels that this machine and this build have, the slowest first.
func Levels() []Level { return slices.Clone(levels) }

// SetLevel makes the kernels run at another level, for tests and measurements. No kernel may run meanwhile. It is an
// error if this machine or build does not have the level.
func SetLevel(l Level) error {
	if !slices.Contains(levels, l) {
		return fmt.Errorf("level %v: this machine has %s", l, names(levels))
	}
	level = l
	return nil
}

// single is x as a []float32, or nil if T is float64.
func single[T Float](x []T) []float32 {
	if unsafe.Sizeof(T(0)) != 4 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// assembly reports whether kernels of T run in assembly.
func assembly[T Float]() bool { return hasAssembly && unsafe.Sizeof(T(0)) == 4 && level > PlainGo }
