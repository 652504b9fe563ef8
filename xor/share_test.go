//go:build !race

package main

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

// Whether the net finds its two lines depends on the first weights. Keras' arithmetic and
// initializer, simulated, solve about 73 of 100; the standard deviation of such a count is 4.4.
func TestShareOfSeedsSolved(t *testing.T) {
	args, least, most := []string{"-study", "seeds"}, 60, 86 // three standard deviations
	if testing.Short() {
		args, least, most = append(args, "-epochs", "50"), 0, 0
	}
	out := t.TempDir()
	stdout := program.Finish(t, out, args...)
	found := regexp.MustCompile(`(?m)^(\d+) of 100 seeds solve it$`).FindStringSubmatch(stdout)
	if found == nil {
		t.Fatalf("no number of seeds in\n%s", stdout)
	}
	solved, err := strconv.Atoi(found[1])
	if err != nil || solved < least || solved > most {
		t.Errorf("%d of 100 seeds are solved, want %d to %d", solved, least, most)
	}
	if got := strings.Count(stdout, ": not solved, loss 0."); got != 100-solved {
		t.Errorf("%d seeds are solved, and %d have a line as unsolved", solved, got)
	}
	clitest.PNG(t, filepath.Join(out, "seeds.png"))
}
