package main

import (
	"image"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

var program = clitest.Program{Name: "linreg", Defaults: defaults, Run: run}

func TestDefaultRunLearnsAndLeavesItsFiles(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	stdout := program.Finish(t, out)
	rows := clitest.History(t, out, "loss")
	if len(rows) != 5000 {
		t.Fatalf("history.csv has %d epochs, want 5000", len(rows))
	}
	// Keras over several seeds ends between 1,860 and 2,140; predicting the mean gives 5815.
	if loss := rows[4999][1]; loss < 1712.249 || loss > 2500 {
		t.Errorf("the last loss is %g, want 1712.249 (least squares) to 2500", loss)
	}
	files := []string{"curves.png", "data.png", "history.csv", "model.png", "run.json", "way.png"}
	if got := clitest.Files(t, out); !slices.Equal(got, files) {
		t.Errorf("the run left %v, want %v", got, files)
	}
	for _, c := range []struct {
		name string
		want image.Point // 96 dots an inch
	}{
		{"curves.png", image.Pt(1152, 768)}, {"data.png", image.Pt(1152, 1152)},
		{"model.png", image.Pt(1152, 1152)}, {"way.png", image.Pt(960, 864)},
	} {
		if got := clitest.PNG(t, filepath.Join(out, c.name)); got != c.want {
			t.Errorf("%s has %v pixels, want %v", c.name, got, c.want)
		}
	}
	clitest.Contains(t, stdout, "dense (Dense)   (None, 1)      3\n", "Epoch 5000/5000 - ",
		"least squares  W = (0.4174, 5.2166)  b = 77.9825  mse 1712.249\n")
}

func TestRunReportHasDtypeAndFloor(t *testing.T) {
	for _, c := range []struct {
		dtype string
		args  []string
	}{{"float32", nil}, {"float64", []string{"-plain"}}} {
		t.Run(c.dtype, func(t *testing.T) {
			out := t.TempDir()
			program.Finish(t, out, append(c.args, "-epochs", "2", "-no-pictures")...)
			report := clitest.ReadReport(t, out)
			if report.Dtype != c.dtype || report.Seed != 1 || math.Abs(report.Final["least_squares"]-leastMSE) > 1e-9 {
				t.Errorf("run.json has %+v, want %s, seed 1 and least_squares %v", report, c.dtype, leastMSE)
			}
			if got := clitest.Files(t, out); !slices.Equal(got, []string{"history.csv", "run.json"}) {
				t.Errorf("-no-pictures left %v", got)
			}
		})
	}
}

func TestConvergedRunSaysSo(t *testing.T) {
	clitest.Long(t)
	stdout := program.Finish(t, t.TempDir(), "-epochs", "100000", "-no-pictures", "-weight", "100", "-age", "50")
	if !strings.Contains(stdout, "\nconverged: 0.0") || strings.Contains(stdout, "not converged") {
		t.Errorf("100,000 epochs did not converge:\n%s", stdout)
	}
	_, after, found := strings.Cut(stdout, "\n100 kg and 50 years: blood fat ")
	number, _, _ := strings.Cut(after, "\n")
	got, err := strconv.ParseFloat(number, 64)
	if want := 0.4173621*100 + 5.2165909*50 + 77.9825386; !found || err != nil || math.Abs(got-want) > 0.2 {
		t.Errorf("the prediction is %q, want %.1f ± 0.2", number, want)
	}
}

func TestRunThatDoesNotConvergeSaysWhatToTry(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "-epochs 100000"},
		{[]string{"-lr", "1", "-batch", "3", "-age", "30"}, "-age 30 -epochs 100000 -lr 0.001 -batch 32"},
		{[]string{"-plain", "-batch", "25"}, "-batch 25 -plain -epochs 100000"},
	} {
		args := append([]string{"-no-pictures"}, c.args...)
		first, second := clitest.LastLines(t, program.Finish(t, t.TempDir(), append(args, "-epochs", "20")...))
		if !strings.HasPrefix(first, "not converged: ") || !strings.HasSuffix(first, " % above least squares") {
			t.Errorf("%v: the last line but one is %q", c.args, first)
		}
		// The flags stand in alphabetical order; the folder of -out differs from run to run.
		command := regexp.MustCompile(`-no-pictures |-out (".*"|'.*'|\S+) `).ReplaceAllString(second, "")
		if want := "train longer: go run ./linreg " + c.want; command != want {
			t.Errorf("%v: the last line is %q, want %q", c.args, command, want)
		}
	}
}

func TestPlainIsQuiet(t *testing.T) {
	program.Quiet(t, []string{"history.csv", "run.json"}, "-epochs", "3", "-plain")
}

func TestSeedFixesPlain(t *testing.T) { program.SeedFixesTheRun(t, "-epochs", "50", "-plain") }

func TestUnwritable(t *testing.T) {
	clitest.Long(t)
	program.Unwritable(t, "-epochs", "20")
}

func TestKeepsTheNet(t *testing.T) {
	clitest.Long(t)
	program.KeepsTheNet(t)
}

func TestInterruptedDrawing(t *testing.T) {
	clitest.Long(t)
	files := []string{"curves.png", "data.png", "history.csv", "run.json"}
	program.InterruptedDrawing(t, "curves.png\n", files, "-epochs", "20")
}

func TestPrinted(t *testing.T) {
	program.Printed(t, "-epochs 2 -no-pictures", "-epochs 30 -batch 2 -lr 0.01 -data testdata/people.csv")
}
