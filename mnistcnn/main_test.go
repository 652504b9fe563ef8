//go:build !race

package main

import (
	"os"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestMain(m *testing.M) { os.Exit(clitest.MainMNIST(m)) }

var program = clitest.Program{Name: "mnistcnn", Defaults: defaults, Run: run}

func TestLearns(t *testing.T) {
	stdout := clitest.MNISTLearns(t, program, 0.6, "-limit", "200", "-batch", "20")
	clitest.Contains(t, stdout, "dropout (Dropout)", "Parameters: 3,156,098\n")
}

func TestPredict(t *testing.T) {
	clitest.Long(t)
	clitest.MNISTPredicts(t, program)
}

// A resumed net resumes the random numbers of its dropout too.
func TestResume(t *testing.T) {
	clitest.Long(t)
	program.Resumes(t, "-limit", "64")
}

func TestLive(t *testing.T) {
	clitest.Long(t)
	seven, err := os.ReadFile("testdata/seven.png")
	if err != nil {
		t.Fatal(err)
	}
	pictures := []string{"Loss and accuracy by epoch", "Most confident mistakes", "Filters of the first convolution"}
	program.Live(t, string(seven), pictures, "-epochs", "1", "-limit", "20")
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
	files := []string{"MNIST_CNN_model.h5", "confident.png", "confusion.png", "curves.png", "digits.png", "history.csv",
		"kernels.png", "run.json", "wrong.png"}
	program.InterruptedDrawing(t, "kernels.png\n", files, "-limit", "20", "-epochs", "1")
}

// A net of a file takes the digits as its loss and its inputs want them.
func TestLoadOtherForms(t *testing.T) {
	clitest.Long(t)
	clitest.MNISTLoads(t, program, "../common/keras/testdata/cases")
}

func TestPrinted(t *testing.T) {
	clitest.Long(t)
	program.Printed(t, "-limit 64 -epochs 1")
}
