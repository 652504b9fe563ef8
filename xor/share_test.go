//go:build !race

package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

// Whether the net finds its two lines depends on the first weights, and those of a seed are Keras'.
func TestSeedsSolvedAreKeras(t *testing.T) {
	args, want := []string{"-study", "seeds"}, []int(nil)
	if testing.Short() {
		args = append(args, "-epochs", "50") // none is solved yet
	}
	for _, s := range kerasSeeds(t) {
		if testing.Short() || !s.Solved {
			want = append(want, int(s.Seed))
		}
	}
	out := t.TempDir()
	stdout := program.Finish(t, out, args...)
	var got []int
	for _, m := range regexp.MustCompile(`(?m)^seed (\d+): not solved, loss 0\.\d`).FindAllStringSubmatch(stdout, -1) {
		seed, _ := strconv.Atoi(m[1])
		got = append(got, seed)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the seeds %v are not solved, want %v", got, want)
	}
	if line := strconv.Itoa(100-len(want)) + " of 100 seeds solve it\n"; !strings.Contains(stdout, line) {
		t.Errorf("no line %q in\n%s", line, stdout)
	}
	clitest.PNG(t, filepath.Join(out, "seeds.png"))
}
