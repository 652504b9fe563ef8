package main

import (
	"os"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestMain(m *testing.M) { os.Exit(clitest.Main(m)) }

var program = clitest.Program{Name: "mnistmlp", Defaults: defaults, Run: run}

func TestNotConverged(t *testing.T) {
	program.NotConverged(t, "not converged: want at least 90 %", "-limit 0 -lr 0.001 -epochs 10",
		"-limit", "20", "-epochs", "1", "-lr", "1e-6")
}

func TestBadInput(t *testing.T) {
	program.BadInput(t, []clitest.Bad{
		{"-baseline -load net.h5", "-baseline", "-load"},
		{"-study optimizers -baseline", "-study", "-baseline"},
		{"-study seeds", "-study seeds", "optimizers"},
	})
}

func TestBadData(t *testing.T) { clitest.MNISTFiles(t, program) }
