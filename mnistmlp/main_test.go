package main

import (
	"os"
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
)

func TestMain(m *testing.M) { os.Exit(clitest.MainMNIST(m)) }

var program = clitest.Program{Name: "mnistmlp", Defaults: defaults, Run: run}

func TestNotConverged(t *testing.T) {
	program.NotConverged(t, "not converged: want at least 90 %", "-limit 0 -lr 0.001 -epochs 10",
		"-limit", "20", "-epochs", "1", "-lr", "1e-6")
}

func TestBadInput(t *testing.T) {
	program.BadInput(t, []clitest.Bad{
		{"-baseline -load net.h5", "-baseline", "-load"},
		{"-study optimizers -baseline", "-study", "-baseline"},
		{"-study seeds", "-study seeds", "optimizers or unscaled"},
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
	small := "../common/keras/testdata/cases/in28x28.h5" // which is loaded faster than the program's own net
	program.Names(t, []string{"-load", small, "-epochs", "1", "-no-pictures", "-limit", "32"}, "-data", "none")
}

func TestUnwritable(t *testing.T) {
	clitest.Long(t)
	program.Unwritable(t, "-limit", "20", "-epochs", "1")
}

func TestKeepsTheNet(t *testing.T) {
	clitest.Long(t)
	program.KeepsTheNet(t, "-limit", "20")
}

func TestInterruptedDrawing(t *testing.T) {
	clitest.Long(t)
	files := []string{"confusion.png", "curves.png", "digits.png", "history.csv", "run.json", "wrong.png"}
	program.InterruptedDrawing(t, "wrong.png\n", files, "-limit", "20", "-epochs", "1")
}

// A net of a file takes the digits as its loss and its inputs want them, in memory and from disk, and answers with
// probabilities.
func TestLoadOtherForms(t *testing.T) {
	clitest.MNISTLoads(t, program, "../common/keras/testdata/cases")
	train, test, err := dataset.MNIST("")
	if err != nil {
		t.Fatal(err)
	}
	folder, memory, disk := t.TempDir(), t.TempDir(), t.TempDir()
	clitest.SaveDigits(t, folder, train.First(60), test.First(60))
	args := []string{"-load", "../common/keras/testdata/cases/one_hot_loss.h5", "-epochs", "2", "-no-pictures"}
	program.Finish(t, memory, append(args, "-limit", "60", "-save", filepath.Join(memory, "net.h5"))...)
	program.Finish(t, disk, append(args, "-stream", "-data", folder, "-save", filepath.Join(disk, "net.h5"))...)
	clitest.SameRun(t, memory, disk)
}

func TestPrinted(t *testing.T) {
	clitest.Long(t)
	program.Printed(t, "-limit 100 -epochs 1", "-limit 100 -study unscaled -epochs 1 -no-pictures",
		"-limit 100 -study optimizers -epochs 1 -no-pictures")
}
