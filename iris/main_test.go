package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
)

// start runs the program with its files in a folder and gives back what it printed.
func start(t *testing.T, out string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var printed, failed bytes.Buffer
	args = append([]string{"-out", out}, args...)
	code = cli.Main(t.Context(), "iris", defaults, run, args, &printed, &failed)
	return code, printed.String(), failed.String()
}

// finished is start for a run that ends well.
func finished(t *testing.T, out string, args ...string) string {
	t.Helper()
	code, stdout, stderr := start(t, out, args...)
	if code != 0 || stderr != "" {
		t.Fatalf("iris %s: exit code %d, stderr %q", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

// table reads a CSV file.
func table(t *testing.T, path string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return lines
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// decodes checks that a PNG file is whole.
func decodes(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := png.Decode(file); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

func testAccuracy(t *testing.T, out string) float64 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Final map[string]float64 }
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	accuracy, ok := report.Final["test_accuracy"]
	if !ok {
		t.Fatalf("run.json has no test_accuracy:\n%s", text)
	}
	return accuracy
}

func TestLectureRun(t *testing.T) {
	out := t.TempDir()
	stdout := finished(t, out)
	if got := testAccuracy(t, out); got < 28.0/30 {
		t.Errorf("test accuracy %v, want at least 28/30", got)
	}
	for _, want := range []string{"Parameters: 2,371\n", "\nEpoch 100/100 - ", "of 30 test flowers right"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in the output:\n%s", want, stdout)
		}
	}
	lines := table(t, filepath.Join(out, "history.csv"))
	if want := []string{"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}; !reflect.DeepEqual(lines[0], want) {
		t.Errorf("columns %v, want %v", lines[0], want)
	}
	if len(lines) != 101 {
		t.Fatalf("history.csv has %d lines, want a header and 100 epochs", len(lines))
	}
	if first, last := number(t, lines[1][1]), number(t, lines[100][1]); !(last < 0.15 && last < first/5) {
		t.Errorf("the loss went from %v to %v, want below 0.15", first, last)
	}
	if last := number(t, lines[100][2]); last < 0.95 {
		t.Errorf("training accuracy %v, want at least 0.95", last)
	}
	decodes(t, filepath.Join(out, "curves.png"))
}

func TestSameSeedSameHistory(t *testing.T) {
	history := func(seed string) [][]string {
		out := t.TempDir()
		finished(t, out, "-seed", seed, "-epochs", "20", "-no-pictures")
		lines := table(t, filepath.Join(out, "history.csv"))
		for i := range lines {
			lines[i] = lines[i][:len(lines[i])-1] // without the seconds
		}
		return lines
	}
	first := history("7")
	if again := history("7"); !reflect.DeepEqual(first, again) {
		t.Errorf("seed 7 twice:\n%v\n%v", first, again)
	}
	if other := history("8"); reflect.DeepEqual(first, other) {
		t.Error("seeds 7 and 8 give the same history")
	}
}

func TestQuiet(t *testing.T) {
	for _, args := range [][]string{{}, {"-study", "optimizers"}, {"-study", "vanishing"}} {
		out := t.TempDir()
		args = append(args, "-quiet", "-no-pictures", "-epochs", "2")
		if stdout := finished(t, out, args...); stdout != "" {
			t.Errorf("%v printed %q", args, stdout)
		}
		if pictures, err := filepath.Glob(filepath.Join(out, "*.png")); err != nil || len(pictures) > 0 {
			t.Errorf("%v drew %v (%v)", args, pictures, err)
		}
	}
}

func TestNotConverged(t *testing.T) {
	stdout := finished(t, t.TempDir(), "-epochs", "2", "-lr", "1e-5", "-no-pictures")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	last := lines[len(lines)-2:]
	if last[0] != "not converged: want at least 90 % right" ||
		!strings.HasPrefix(last[1], "train on: go run ./iris ") || !strings.HasSuffix(last[1], " -epochs 100 -lr 0.001") {
		t.Errorf("the run ended with\n%s", strings.Join(last, "\n"))
	}
}

func TestBadInput(t *testing.T) {
	for args, want := range map[string]string{
		"-epochs -1":     "-epochs -1: must be at least 1",
		"-batch 0":       "-batch 0: must be at least 1",
		"-lr 0":          "-lr 0: must be a finite number above 0",
		"-lr NaN":        "-lr NaN: must be a finite number above 0",
		"-speed 3":       "flag provided but not defined: -speed (-h lists the flags)",
		"-data x":        "x: no such file or directory",
		"flowers":        "unexpected argument flowers (-h lists the flags)",
		"-study moods":   `-study "moods": must be one of optimizers, seeds, vanishing`,
		"-lr 1e30":       "epoch 1, batch 2: the loss is NaN: try a smaller learning rate",
		"-study x -lr 0": "-lr 0: must be a finite number above 0",
	} {
		out := t.TempDir()
		code, _, stderr := start(t, out, strings.Fields(args)...)
		if code != 1 || stderr != "iris: "+want+"\n" {
			t.Errorf("%s: exit code %d, stderr %q, want 1 and %q", args, code, stderr, want)
		}
		if files, err := os.ReadDir(out); err != nil || len(files) > 0 {
			t.Errorf("%s left %v (%v)", args, files, err)
		}
	}
}

func TestTableFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "flowers.csv")
	text := "sepal_length,sepal_width,petal_length,petal_width,species\n5.1,3.5,1.4,0.2,setosa\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := start(t, t.TempDir(), "-data", file)
	want := "iris: " + file + `: line 2, column 5 (species): "setosa" is not a finite decimal number` + "\n"
	if code != 1 || stdout != "" || stderr != want {
		t.Errorf("exit code %d, stdout %q, stderr %q, want 1, nothing and %q", code, stdout, stderr, want)
	}
}
