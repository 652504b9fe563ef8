package main

import (
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestBadInputEndsWithOneLine(t *testing.T) {
	program.BadInput(t, map[string]string{
		"-epochs -1":                          "-epochs -1: must be at least 0",
		"-batch 0":                            "-batch 0: must be at least 1",
		"-lr 0":                               "-lr 0: must be a finite number above 0",
		"-lr NaN":                             "-lr NaN: must be a finite number above 0",
		"-weight NaN":                         "-weight NaN: want kilograms from 0 to 1000",
		"-weight -1":                          "-weight -1: want kilograms from 0 to 1000",
		"-age 1e9":                            "-age 1e+09: want years from 0 to 150",
		"-age old":                            "-age old: must be a number of at most 64 bits",
		"-elevation 91":                       "picture data.png: chart: scatter: elevation 91 degrees, want -90 to 90",
		"-wieght 60":                          "flag provided but not defined: -wieght (-h lists the flags)",
		"60 40":                               "unexpected argument 60 (-h lists the flags)",
		"-plain -live -live-addr 127.0.0.1:0": "-plain: not with -live",
		"-plain -load net.h5":                 "-plain: not with -load",
		"-no-pictures -plain -batch 24":       "-plain trains on all 25 rows at once: want -batch 25 or more, not 24",
		"-no-pictures -lr 1e38":               "epoch 2, batch 1: the loss is +Inf: layer 1 (Dense) is the first to go wrong: dense.kernel: the number at [0 0] is +Inf: try a smaller learning rate",
	})
}

// The step that breaks the weights may be the last one.
func TestLossOfTheLastStepIsNotFinite(t *testing.T) {
	code, _, stderr := program.Start(t.Context(), t.TempDir(), "-no-pictures", "-quiet", "-epochs", "1", "-lr", "1e30")
	if want := "linreg: the loss after the last step is +Inf: try a smaller learning rate\n"; code != 1 || stderr != want {
		t.Errorf("exit code %d, standard error %q, want 1 and %q", code, stderr, want)
	}
}

// A table of one's own is read as strictly as flags are.
func TestTableFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "people.csv")
	clitest.Write(t, file, "weight,age,bloodfat\n60,40,300\n70,twenty,200\n")
	code, stdout, stderr := program.Start(t.Context(), t.TempDir(), "-no-pictures", "-data", file)
	want := "linreg: " + file + `: line 3, column 2 (age): "twenty" is not a finite decimal number` + "\n"
	if code != 1 || stdout != "" || stderr != want {
		t.Errorf("exit code %d, standard output %q, standard error %q, want 1, nothing and %q", code, stdout, stderr, want)
	}
	clitest.Write(t, file, "weight,age,bloodfat\n1,2,3\n2,4,3\n3,6,3\n4,8,3\n") // on one line: no plane through it
	code, stdout, stderr = program.Start(t.Context(), t.TempDir(), "-no-pictures", "-data", file)
	if code != 1 || stdout != "" || !strings.HasPrefix(stderr, "linreg: least squares: ") {
		t.Errorf("exit code %d, standard output %q, standard error %q, want 1 before any training", code, stdout, stderr)
	}
	clitest.Write(t, file, "weight,age,bloodfat\n60,40,300\n70,20,200\n50,30,250\n40,60,350\n")
	code, stdout, stderr = program.Start(t.Context(), t.TempDir(), "-no-pictures", "-epochs", "1", "-data", file)
	if code != 0 || stderr != "" || !strings.Contains(stdout, "least squares  W = ") {
		t.Errorf("exit code %d, standard output %q, standard error %q, want 0 and a result", code, stdout, stderr)
	}
}

// Where a plane goes through all of the data there is no share of least squares to be above it.
func TestTableOnAPlane(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plane.csv")
	text := "weight,age,bloodfat\n60,40,101\n70,20,91\n50,30,81\n40,60,101\n"
	clitest.Write(t, file, text)
	code, stdout, stderr := program.Start(t.Context(), t.TempDir(), "-no-pictures", "-epochs", "20000", "-data", file)
	if code != 0 || stderr != "" || !strings.Contains(stdout, "\nconverged: ") {
		t.Errorf("exit code %d, standard error %q, standard output ends with %q", code, stderr, stdout[max(0, len(stdout)-300):])
	}
}

func TestInterruptEndsBothWaysOfTraining(t *testing.T) {
	program.Interrupted(t, "-no-pictures", "-quiet")
	program.Interrupted(t, "-no-pictures", "-plain", "-quiet")
}
