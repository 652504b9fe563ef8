//go:build !race

package main

import (
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

// The lecture's claim: the hidden layer is worth it. Two epochs on all digits part the two by 4 points.
func TestPerceptronBeatsTheLinearBaseline(t *testing.T) {
	accuracy := func(args ...string) float64 {
		out := t.TempDir()
		program.Finish(t, out, append([]string{"-quiet", "-no-pictures", "-epochs", "2"}, args...)...)
		return 100 * clitest.Final(t, out, "test_accuracy")
	}
	net, line := accuracy(), accuracy("-baseline")
	if !(net >= line+4) {
		t.Errorf("%.2f %% of the test digits right with the hidden layer and %.2f %% without, want 4 points more", net, line)
	}
}

// The race is run on fewer digits and epochs, and -study goes with no other net.
func TestStudy(t *testing.T) {
	out := t.TempDir()
	program.Finish(t, out, "-study", "optimizers", "-limit", "200", "-epochs", "2")
	lines := clitest.Table(t, out+"/optimizers.csv")
	if len(lines) != 3 || len(lines[0]) != 19 || lines[0][16] != "Adam" {
		t.Errorf("%d lines under %v, want 2 under the epoch and three columns for each of six optimizers", len(lines)-1, lines[0])
	}
	clitest.PNG(t, out+"/optimizers.png")
	program.BadInput(t, map[string]string{
		"-study seeds":                                   `-study "seeds": must be optimizers`,
		"-study optimizers -baseline":                    "-study: not with -baseline",
		"-study optimizers -save net.h5":                 "-study: not with -save",
		"-study optimizers -graph a.dot":                 "-study: not with -graph",
		"-study optimizers -live -live-addr 127.0.0.1:0": "-study: not with -live",
	})
}
