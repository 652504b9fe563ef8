//go:build !race

package main

import (
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestLearns(t *testing.T) {
	stdout := clitest.MNISTLearns(t, program, 0.75, "-limit", "1000")
	clitest.Contains(t, stdout, "Parameters: 795,010\n")
}

func TestWrongDigits(t *testing.T) { clitest.MNISTWrongDigits(t, program, 300) }

func TestSameSeedSameHistory(t *testing.T) {
	program.SeedFixesTheRun(t, "-limit", "150", "-epochs", "2")
}

// The baseline is softmax regression: no hidden layer.
func TestBaseline(t *testing.T) {
	out := t.TempDir()
	stdout := program.Finish(t, out, "-baseline", "-limit", "2000", "-epochs", "5", "-batch", "20", "-no-pictures")
	clitest.Contains(t, stdout, "Parameters: 7,850\n") // 784x10 weights and 10 biases
	if got := clitest.Final(t, out, "test_accuracy"); got < 0.8 {
		t.Errorf("test accuracy %v, want at least 0.8", got)
	}
}

func TestStreams(t *testing.T) { program.Streams(t) }
