package ranks

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"gorgonia-lectures/common/kernel"
)

// AgreeProgram is Agree on facts of the program, and on the versions of Go, the system and the executable. It then sets
// the CPU level of all ranks to the lowest one among them; levels are those before that, by rank.
func AgreeProgram(g Group, own error, facts ...Fact) (levels []string, err error) {
	facts = append(facts, Fact{"Go", runtime.Version()}, Fact{"system", runtime.GOOS + "/" + runtime.GOARCH},
		Fact{"the executable's SHA-256", executable()})
	if err := Agree(g, own, facts...); err != nil {
		return nil, err
	}
	level := kernel.ActiveLevel()
	if levels, err = g.Gather(level.String()); err != nil {
		return nil, err
	}
	for _, l := range kernel.Levels() { // the slowest first
		if slices.Contains(levels, l.String()) {
			if l != level {
				err = kernel.SetLevel(l)
			}
			level = l
			break
		}
	}
	return levels, Agree(g, err, Fact{"the CPU level", level.String()})
}

// executable returns the digest of this program's file.
var executable = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown: " + err.Error()
	}
	f, err := os.Open(path)
	if err != nil {
		return "unknown: " + err.Error()
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "unknown: " + err.Error()
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
})
