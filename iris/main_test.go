package main

import (
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

var program = clitest.Program{Name: "iris", Defaults: defaults, Run: run}

func TestLectureRun(t *testing.T) {
	out := t.TempDir()
	stdout := program.Finish(t, out)
	if got := clitest.Final(t, out, "test_accuracy"); got < 28.0/30 {
		t.Errorf("test accuracy %v, want at least 28/30", got)
	}
	clitest.Contains(t, stdout, "Parameters: 2,371\n", "\nEpoch 100/100 - ", "of 30 test flowers right")
	epochs := clitest.History(t, out, "loss", "accuracy", "val_loss", "val_accuracy")
	if len(epochs) != 100 {
		t.Fatalf("history.csv has %d epochs, want 100", len(epochs))
	}
	if first, last := epochs[0][1], epochs[99][1]; !(last < 0.15 && last < first/5) {
		t.Errorf("the loss went from %v to %v, want below 0.15", first, last)
	}
	if last := epochs[99][2]; last < 0.95 {
		t.Errorf("training accuracy %v, want at least 0.95", last)
	}
	for _, name := range []string{"curves.png", "data.png", "confusion.png"} {
		clitest.PNG(t, filepath.Join(out, name))
	}
}

func TestSameSeedSameHistory(t *testing.T) { program.SeedFixesTheRun(t, "-epochs", "20") }

func TestQuiet(t *testing.T) {
	program.Quiet(t, []string{"history.csv", "run.json"}, "-epochs", "2")
	program.Quiet(t, []string{"optimizers.csv"}, "-epochs", "2", "-study", "optimizers")
	program.Quiet(t, []string{"vanishing.csv"}, "-epochs", "2", "-study", "vanishing")
}

func TestNotConverged(t *testing.T) {
	program.NotConverged(t, "not converged: want at least 90 % right", "-epochs 100 -lr 0.001",
		"-epochs", "2", "-lr", "1e-5")
}

func TestBadInput(t *testing.T) {
	program.BadInput(t, map[string]string{
		"-epochs -1":     "-epochs -1: must be at least 0",
		"-batch 0":       "-batch 0: must be at least 1",
		"-lr 0":          "-lr 0: must be a finite number above 0",
		"-lr NaN":        "-lr NaN: must be a finite number above 0",
		"-speed 3":       "flag provided but not defined: -speed (-h lists the flags)",
		"-data x":        "x: no such file or directory",
		"flowers":        "unexpected argument flowers (-h lists the flags)",
		"-study moods":   `-study "moods": must be one of optimizers, seeds, vanishing`,
		"-lr 1e30":       "epoch 1, batch 2: the loss is NaN: layer 2 (Dense) is the first to go wrong: its output: the number at [0 0] is +Inf: try a smaller learning rate",
		"-study x -lr 0": "-lr 0: must be a finite number above 0",
	})
}

// More flowers than a picture can show are no error.
func TestManyFlowers(t *testing.T) {
	file, out := filepath.Join(t.TempDir(), "flowers.csv"), t.TempDir()
	text := "sepal_length,sepal_width,petal_length,petal_width,species\n" +
		strings.Repeat("5.1,3.5,1.4,0.2,0\n7.0,3.2,4.7,1.4,1\n6.3,3.3,6.0,2.5,2\n", shownFlowers/3+1)
	clitest.Write(t, file, text)
	program.Finish(t, out, "-data", file, "-epochs", "1")
	clitest.PNG(t, filepath.Join(out, "data.png"))
}

func TestTableFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "flowers.csv")
	text := "sepal_length,sepal_width,petal_length,petal_width,species\n5.1,3.5,1.4,0.2,setosa\n"
	clitest.Write(t, file, text)
	code, stdout, stderr := program.Start(t.Context(), t.TempDir(), "-data", file)
	want := "iris: " + file + `: line 2, column 5 (species): "setosa" is not a finite decimal number` + "\n"
	if code != 1 || stdout != "" || stderr != want {
		t.Errorf("exit code %d, stdout %q, stderr %q, want 1, nothing and %q", code, stdout, stderr, want)
	}
}
