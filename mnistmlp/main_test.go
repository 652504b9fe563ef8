package main

import (
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

var program = clitest.Program{Name: "mnistmlp", Defaults: defaults, Run: run}

func TestNotConverged(t *testing.T) {
	program.NotConverged(t, "not converged: want at least 90 %", "-limit 0 -lr 0.001 -epochs 10",
		"-limit", "20", "-epochs", "1", "-lr", "1e-6")
}

func TestBadFlags(t *testing.T) { clitest.MNISTFlags(t, program) }

func TestLossThatIsNotFinite(t *testing.T) { clitest.MNISTLoss(t, program) }

func TestBadData(t *testing.T) { clitest.MNISTFiles(t, program) }
