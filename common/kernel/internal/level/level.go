// Package level knows which CPU instructions this machine has and which of them the float32 kernels use.
package level

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// Level is a set of CPU instructions.
type Level int

// The levels, of a machine each faster than the one before.
const (
	PlainGo Level = iota // any machine, and the build tag purego
	AVX2                 // amd64 with AVX2 and FMA
	AVX512               // amd64 with AVX-512 F, DQ, BW and VL too
	NEON                 // arm64
)

// Variable is the environment variable that forces a level: go, avx2, avx512 or neon.
const Variable = "GORGONIA_LECTURES_CPU"

var levelNames = [...]string{PlainGo: "go", AVX2: "avx2", AVX512: "avx512", NEON: "neon"}

func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return fmt.Sprintf("level %d", int(l))
	}
	return levelNames[l]
}

var (
	levels             = detect() // that this machine and this build have, the slowest first
	active, startError = start(os.Getenv(Variable))
)

func names(levels []Level) string {
	list := make([]string, len(levels))
	for i, l := range levels {
		list[i] = l.String()
	}
	return strings.Join(list, ", ")
}

// start is the level that the variable names, or the default if it is empty or wrong.
func start(given string) (Level, error) {
	best := levels[len(levels)-1]
	if given == "" {
		return best, nil
	}
	for l, name := range levelNames {
		if name != given {
			continue
		}
		if !slices.Contains(levels, Level(l)) {
			return best, fmt.Errorf("%s=%s: this machine has %s", Variable, text.Brief(given), names(levels))
		}
		return Level(l), nil
	}
	return best, fmt.Errorf("%s=%s: want go, avx2, avx512 or neon", Variable, text.Brief(given))
}

// Err is the error in the environment variable Variable, or nil. With an error the kernels run as if the variable were
// not set.
func Err() error { return startError }

// Active is the level that the kernels run at.
func Active() Level { return active }

// All lists the levels that this machine and this build have, the slowest first.
func All() []Level { return slices.Clone(levels) }

// Set makes the kernels run at another level, for tests and measurements. No kernel may run meanwhile. It is an error
// if this machine or build does not have the level.
func Set(l Level) error {
	if !slices.Contains(levels, l) {
		return fmt.Errorf("level %v: this machine has %s", l, names(levels))
	}
	active = l
	return nil
}
