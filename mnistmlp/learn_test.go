//go:build !race

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
)

// history reads history.csv, without its header and without the seconds.
func history(t *testing.T, out string) [][]float64 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "history.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
	if !reflect.DeepEqual(lines[0], want) {
		t.Fatalf("history.csv has the columns %v, want %v", lines[0], want)
	}
	var epochs [][]float64
	for _, line := range lines[1:] {
		var values []float64
		for _, text := range line[:len(line)-1] {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, x)
		}
		epochs = append(epochs, values)
	}
	return epochs
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

func TestLearns(t *testing.T) {
	out := t.TempDir()
	stdout := finished(t, out, "-limit", "1000", "-epochs", "3")
	if got := testAccuracy(t, out); got < 0.75 {
		t.Errorf("test accuracy %v, want at least 0.75", got)
	}
	epochs := history(t, out)
	if len(epochs) != 3 {
		t.Fatalf("history.csv has %d epochs, want 3", len(epochs))
	}
	if first, last := epochs[0][1], epochs[3-1][1]; !(last < first/2) {
		t.Errorf("the loss went from %v to %v, want less than half", first, last)
	}
	if got, want := epochs[3-1][4], testAccuracy(t, out); got != want {
		t.Errorf("the last val_accuracy is %v and the test accuracy %v, want the same", got, want)
	}
	for _, want := range []string{"Parameters: 795,010\n", "\nEpoch 3/3 - ", "\ntest accuracy "} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in the output:\n%s", want, stdout)
		}
	}
	decodes(t, filepath.Join(out, "curves.png"))
	decodes(t, filepath.Join(out, "wrong.png"))
}

// The list of wrong digits has as many as the test accuracy says.
func TestWrongDigits(t *testing.T) {
	out := t.TempDir()
	stdout := finished(t, out, "-limit", "300", "-epochs", "1", "-no-pictures")
	_, list, ok := strings.Cut(stdout, "wrong digits:\n")
	list, _, end := strings.Cut(list, "of 300 test digits are wrong\n")
	if !ok || !end {
		t.Fatalf("no list of wrong digits in\n%s", stdout)
	}
	numbers := strings.Fields(list)
	count := len(numbers) - 1 // the last one is their number
	if want := strconv.Itoa(count); numbers[count] != want {
		t.Errorf("%s indices are listed and %s digits are said to be wrong", want, numbers[count])
	}
	if wrong := 300 * (1 - testAccuracy(t, out)); wrong < float64(count)-0.01 || wrong > float64(count)+0.01 {
		t.Errorf("%d indices are listed, and by the accuracy %.2f digits are wrong", count, wrong)
	}
	for i, text := range numbers[:count] {
		if n, err := strconv.Atoi(text); err != nil || n < 0 || n >= 300 {
			t.Errorf("wrong digit %d has the index %s, want one below 300", i, text)
		}
	}
}

func TestSameSeedSameHistory(t *testing.T) {
	run := func(seed string) [][]float64 {
		out := t.TempDir()
		if stdout := finished(t, out, "-limit", "150", "-epochs", "2", "-seed", seed, "-no-pictures", "-quiet"); stdout != "" {
			t.Errorf("-quiet printed %q", stdout)
		}
		if pictures, err := filepath.Glob(filepath.Join(out, "*.png")); err != nil || len(pictures) > 0 {
			t.Errorf("-no-pictures drew %v (%v)", pictures, err)
		}
		return history(t, out)
	}
	first := run("7")
	if again := run("7"); !reflect.DeepEqual(first, again) {
		t.Errorf("seed 7 twice:\n%v\n%v", first, again)
	}
	if other := run("8"); reflect.DeepEqual(first, other) {
		t.Error("seeds 7 and 8 give the same history")
	}
}

// The baseline is softmax regression: no hidden layer.
func TestBaseline(t *testing.T) {
	out := t.TempDir()
	stdout := finished(t, out, "-baseline", "-limit", "2000", "-epochs", "5", "-batch", "20", "-no-pictures")
	if !strings.Contains(stdout, "Parameters: 7,850\n") {
		t.Errorf("not the parameters of 784x10 weights and 10 biases:\n%s", stdout)
	}
	if got := testAccuracy(t, out); got < 0.8 {
		t.Errorf("test accuracy %v, want at least 0.8", got)
	}
}
