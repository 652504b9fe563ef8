package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
)

// linreg runs the program with its files in the folder out.
func linreg(ctx context.Context, out string, args ...string) (code int, stdout, stderr string) {
	var o, e bytes.Buffer
	code = cli.Main(ctx, "linreg", defaults, run, append([]string{"-out", out}, args...), &o, &e)
	return code, o.String(), e.String()
}

// succeed runs the program, which must end well, and gives what it printed.
func succeed(t *testing.T, out string, args ...string) string {
	t.Helper()
	code, stdout, stderr := linreg(t.Context(), out, args...)
	if code != 0 || stderr != "" {
		t.Fatalf("linreg %v: exit code %d, standard error %q, want 0 and nothing", args, code, stderr)
	}
	return stdout
}

// history reads history.csv: the header, and the rows without the seconds, which no two runs share.
func history(t *testing.T, out string) (header []string, rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "history.csv"))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(records) < 2 {
		t.Fatalf("history.csv: %d records, error %v, want a header and at least one epoch", len(records), err)
	}
	for _, r := range records[1:] {
		rows = append(rows, r[:len(r)-1])
	}
	return records[0], rows
}

// last is the loss of the last epoch in history.csv.
func last(t *testing.T, out string) float64 {
	t.Helper()
	_, rows := history(t, out)
	loss, err := strconv.ParseFloat(rows[len(rows)-1][1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return loss
}

func names(t *testing.T, out string) []string {
	t.Helper()
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestDefaultRunLearnsAndLeavesItsFiles(t *testing.T) {
	out := t.TempDir()
	stdout := succeed(t, out)
	header, rows := history(t, out)
	if want := []string{"epoch", "loss", "seconds"}; !slices.Equal(header, want) {
		t.Errorf("history.csv has the columns %v, want %v", header, want)
	}
	if len(rows) != 5000 || rows[0][0] != "1" || rows[4999][0] != "5000" {
		t.Errorf("history.csv has %d epochs from %s to %s, want 1 to 5000", len(rows), rows[0][0], rows[len(rows)-1][0])
	}
	// Keras over several seeds ends between 1,860 and 2,140; predicting the mean gives 5815.
	if loss := last(t, out); loss < 1712.249 || loss > 2500 {
		t.Errorf("the last loss is %g, want 1712.249 (least squares) to 2500", loss)
	}
	want := []string{"curves.png", "data.png", "history.csv", "model.png", "run.json"}
	if got := names(t, out); !slices.Equal(got, want) {
		t.Errorf("the run left %v, want %v", got, want)
	}
	for name, side := range map[string][2]int{
		"curves.png": {1152, 768}, "data.png": {1152, 1152}, "model.png": {1152, 1152}} { // 96 dots an inch
		file, err := os.Open(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		img, err := png.Decode(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := img.Bounds().Size(); got.X != side[0] || got.Y != side[1] {
			t.Errorf("%s has %v pixels, want %v", name, got, side)
		}
	}
	for _, line := range []string{"dense (Dense)   (None, 1)      3\n", "Epoch 5000/5000 - ",
		"least squares  W = (0.4174, 5.2166)  b = 77.9825  mse 1712.249\n"} {
		if !strings.Contains(stdout, line) {
			t.Errorf("no %q in:\n%s", line, stdout)
		}
	}
}

func TestRunReportHasDtypeAndFloor(t *testing.T) {
	for dtype, args := range map[string][]string{"float32": nil, "float64": {"-plain"}} {
		out := t.TempDir()
		succeed(t, out, append(args, "-epochs", "2", "-no-pictures")...)
		text, err := os.ReadFile(filepath.Join(out, "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			Dtype string
			Seed  uint64
			Final map[string]float64
		}
		if err := json.Unmarshal(text, &report); err != nil {
			t.Fatal(err)
		}
		if report.Dtype != dtype || report.Seed != 1 || math.Abs(report.Final["least_squares"]-leastMSE) > 1e-9 {
			t.Errorf("%v: run.json has %+v, want %s, seed 1 and least_squares %v", args, report, dtype, leastMSE)
		}
		if got := names(t, out); !slices.Equal(got, []string{"history.csv", "run.json"}) {
			t.Errorf("-no-pictures left %v", got)
		}
	}
}

func TestConvergedRunSaysSo(t *testing.T) {
	stdout := succeed(t, t.TempDir(), "-epochs", "10000", "-lr", "0.01", "-no-pictures", "-weight", "100", "-age", "50")
	if !strings.Contains(stdout, "\nconverged: 0.0") || strings.Contains(stdout, "not converged") {
		t.Errorf("10,000 epochs at a rate of 0.01 did not converge:\n%s", stdout)
	}
	_, after, found := strings.Cut(stdout, "\n100 kg and 50 years: blood fat ")
	number, _, _ := strings.Cut(after, "\n")
	got, err := strconv.ParseFloat(number, 64)
	if want := 0.4173621*100 + 5.2165909*50 + 77.9825386; !found || err != nil || math.Abs(got-want) > 2 {
		t.Errorf("the prediction is %q, want %.1f ± 2", number, want)
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
		out := t.TempDir()
		args := append([]string{"-no-pictures"}, c.args...)
		lines := strings.Split(strings.TrimSpace(succeed(t, out, append(args, "-epochs", "20")...)), "\n")
		first, second := lines[len(lines)-2], lines[len(lines)-1]
		if !strings.HasPrefix(first, "not converged: ") || !strings.HasSuffix(first, " % above least squares") {
			t.Errorf("%v: the last line but one is %q", c.args, first)
		}
		if !strings.HasPrefix(second, "train longer: go run ./linreg ") {
			t.Errorf("%v: the last line is %q", c.args, second)
		}
		// The flags stand in alphabetical order; the folder differs from run to run.
		command := strings.NewReplacer("-out "+out+" ", "", "-no-pictures ", "").Replace(second)
		if want := "train longer: go run ./linreg " + c.want; command != want {
			t.Errorf("%v: the last line is %q, want %q", c.args, command, want)
		}
	}
}

func TestQuietPrintsNothing(t *testing.T) {
	out := t.TempDir()
	for _, args := range [][]string{{"-quiet"}, {"-quiet", "-plain"}} {
		if stdout := succeed(t, out, append(args, "-epochs", "3", "-no-pictures")...); stdout != "" {
			t.Errorf("%v printed %q", args, stdout)
		}
	}
	if got := names(t, out); !slices.Equal(got, []string{"history.csv", "run.json"}) {
		t.Errorf("-quiet left %v, want both files", got)
	}
}

func TestSeedFixesTheRun(t *testing.T) {
	for _, args := range [][]string{{"-batch", "4"}, {"-plain"}} {
		var runs [3]string
		for i, seed := range []string{"7", "7", "8"} {
			out := t.TempDir()
			succeed(t, out, append(args, "-epochs", "50", "-seed", seed, "-no-pictures", "-quiet")...)
			_, rows := history(t, out)
			for _, row := range rows {
				runs[i] += strings.Join(row, ",") + "\n"
			}
		}
		if runs[0] != runs[1] {
			t.Errorf("%v: the same seed gave two histories", args)
		}
		if runs[0] == runs[2] {
			t.Errorf("%v: seeds 7 and 8 gave one history", args)
		}
	}
}
