//go:build !race

package main

import (
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

// The share of first weights that lead to a good net: 100 whole runs.
func TestSeeds(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	program.Finish(t, out, "-study", "seeds", "-quiet")
	nets, good := 0.0, 0.0
	for _, line := range clitest.Table(t, filepath.Join(out, "seeds.csv"))[1:] {
		right, count := clitest.Number(t, line[0]), clitest.Number(t, line[1])
		nets += count
		if right >= 29 {
			good += count
		}
	}
	if nets != 100 || good < 85 {
		t.Errorf("%g of %g nets have 29 or 30 test flowers right, want at least 85 of 100", good, nets)
	}
	clitest.PNG(t, filepath.Join(out, "seeds.png"))
}
