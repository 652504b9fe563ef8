package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBadInputEndsWithOneLine(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"-epochs -1", "-epochs -1: must be at least 1"},
		{"-batch 0", "-batch 0: must be at least 1"},
		{"-lr 0", "-lr 0: must be a finite number above 0"},
		{"-lr NaN", "-lr NaN: must be a finite number above 0"},
		{"-weight NaN", "-weight NaN: want kilograms from 0 to 1000"},
		{"-weight -1", "-weight -1: want kilograms from 0 to 1000"},
		{"-age 1e9", "-age 1e+09: want years from 0 to 150"},
		{"-age old", "-age"},
		{"-elevation 91", "data.png: chart: scatter: elevation 91 degrees, want -90 to 90"},
		{"-wieght 60", "-wieght"},
		{"60 40", "unexpected argument 60"},
		{"-plain -batch 24", "-plain trains on all 25 rows at once: want -batch 25 or more, not 24"},
		{"-lr 1e38", "the loss is +Inf: try a smaller learning rate"},
	} {
		out := t.TempDir()
		args := append([]string{"-quiet"}, strings.Fields(c.args)...)
		if !strings.Contains(c.args, "-elevation") { // which only a picture looks at
			args = append([]string{"-no-pictures"}, args...)
		}
		code, stdout, stderr := linreg(t.Context(), out, args...)
		if code != 1 || stdout != "" || strings.Count(stderr, "\n") != 1 ||
			!strings.HasPrefix(stderr, "linreg: ") || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, standard output %q, standard error %q, want 1, nothing and one line with %q",
				c.args, code, stdout, stderr, c.want)
		}
		if _, err := os.Stat(filepath.Join(out, "history.csv")); !os.IsNotExist(err) {
			t.Errorf("%s: history.csv: %v, want no such file", c.args, err)
		}
	}
}

// The step that breaks the weights may be the last one.
func TestLossOfTheLastStepIsNotFinite(t *testing.T) {
	code, _, stderr := linreg(t.Context(), t.TempDir(), "-no-pictures", "-quiet", "-epochs", "1", "-lr", "1e30")
	if want := "linreg: the loss after the last step is +Inf: try a smaller learning rate\n"; code != 1 || stderr != want {
		t.Errorf("exit code %d, standard error %q, want 1 and %q", code, stderr, want)
	}
}

// A table of one's own is read as strictly as flags are.
func TestTableFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "people.csv")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("weight,age,bloodfat\n60,40,300\n70,twenty,200\n")
	code, stdout, stderr := linreg(t.Context(), t.TempDir(), "-no-pictures", "-data", file)
	want := "linreg: " + file + `: line 3, column 2 (age): "twenty" is not a finite decimal number` + "\n"
	if code != 1 || stdout != "" || stderr != want {
		t.Errorf("exit code %d, standard output %q, standard error %q, want 1, nothing and %q", code, stdout, stderr, want)
	}
	write("weight,age,bloodfat\n1,2,3\n2,4,3\n3,6,3\n4,8,3\n") // on one line: no plane through it
	code, stdout, stderr = linreg(t.Context(), t.TempDir(), "-no-pictures", "-data", file)
	if code != 1 || stdout != "" || !strings.HasPrefix(stderr, "linreg: least squares: ") {
		t.Errorf("exit code %d, standard output %q, standard error %q, want 1 before any training", code, stdout, stderr)
	}
	write("weight,age,bloodfat\n60,40,300\n70,20,200\n50,30,250\n40,60,350\n")
	code, stdout, stderr = linreg(t.Context(), t.TempDir(), "-no-pictures", "-epochs", "1", "-data", file)
	if code != 0 || stderr != "" || !strings.Contains(stdout, "least squares  W = ") {
		t.Errorf("exit code %d, standard output %q, standard error %q, want 0 and a result", code, stdout, stderr)
	}
}

// Where a plane goes through all of the data there is no share of least squares to be above it.
func TestTableOnAPlane(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plane.csv")
	text := "weight,age,bloodfat\n60,40,101\n70,20,91\n50,30,81\n40,60,101\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := linreg(t.Context(), t.TempDir(), "-no-pictures", "-epochs", "20000", "-data", file)
	if code != 0 || stderr != "" || !strings.Contains(stdout, "\nconverged: ") {
		t.Errorf("exit code %d, standard error %q, standard output ends with %q", code, stderr, stdout[max(0, len(stdout)-300):])
	}
}

func TestInterruptEndsBothWaysOfTraining(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"-no-pictures"}, {"-no-pictures", "-plain"}} {
		if code, _, stderr := linreg(ctx, t.TempDir(), append(args, "-quiet")...); code != 130 || stderr != "linreg: interrupted\n" {
			t.Errorf("%v: exit code %d, standard error %q, want 130", args, code, stderr)
		}
	}
}
