package main

import (
	"os"
	"path/filepath"
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

// A folder without MNIST's files, and half a file.
func TestBadData(t *testing.T) {
	dir, images := t.TempDir(), "train-images-idx3-ubyte"
	program.Failure(t, []string{"-data", dir}, dir, images)
	half := filepath.Join(dir, images)
	clitest.Write(t, half, "\x00\x00\x08\x03\x00\x00\xea\x60\x00\x00\x00\x1c\x00\x00\x00\x1c12345")
	clitest.Write(t, filepath.Join(dir, "train-labels-idx1-ubyte"), "\x00\x00\x08\x01\x00\x00\xea\x60")
	program.Failure(t, []string{"-data", dir}, half, "47040016")
}

func TestPredict(t *testing.T) {
	stdout := program.Predicts(t, []string{"-limit", "20"}, nil, "../mnistcnn/testdata/seven.png")
	clitest.Contains(t, stdout, "../mnistcnn/testdata/seven.png: ")
}

func TestNames(t *testing.T) {
	program.Names(t, []string{"-epochs", "1", "-no-pictures", "-limit", "32"}, "-data", "none")
}

func TestUnwritable(t *testing.T) { program.Unwritable(t, "-limit", "20", "-epochs", "1") }

func TestKeepsTheNet(t *testing.T) { program.KeepsTheNet(t, "-limit", "20") }

func TestInterruptedDrawing(t *testing.T) {
	files := []string{"confusion.png", "curves.png", "history.csv", "run.json", "wrong.png"}
	program.InterruptedDrawing(t, "wrong.png\n", files, "-limit", "20", "-epochs", "1")
}
