//go:build !race

package main

import (
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestLearns(t *testing.T) {
	stdout := clitest.MNISTLearns(t, program, 0.6, "-limit", "200", "-batch", "20")
	clitest.Contains(t, stdout, "dropout (Dropout)", "Parameters: 3,156,098\n")
}

func TestWrongDigits(t *testing.T) { clitest.MNISTWrongDigits(t, program, 60) }

func TestSameSeedSameHistory(t *testing.T) {
	program.SeedFixesTheRun(t, "-limit", "60", "-epochs", "1")
}

func TestStreams(t *testing.T) { program.Streams(t) }
