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
	code = cli.Main(t.Context(), "mnistmlp", defaults, run, args, &printed, &failed)
	return code, printed.String(), failed.String()
}

// finished is start for a run that ends well.
func finished(t *testing.T, out string, args ...string) string {
	t.Helper()
	code, stdout, stderr := start(t, out, args...)
	if code != 0 || stderr != "" {
		t.Fatalf("mnistmlp %s: exit code %d, stderr %q", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

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

func TestNotConverged(t *testing.T) {
	stdout := finished(t, t.TempDir(), "-limit", "20", "-epochs", "1", "-lr", "1e-6", "-no-pictures")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	last := lines[len(lines)-2:]
	if last[0] != "not converged: want at least 90 %" ||
		!strings.HasPrefix(last[1], "train on: go run ./mnistmlp ") || !strings.HasSuffix(last[1], " -limit 0 -lr 0.001 -epochs 10") {
		t.Errorf("the run ended with\n%s", strings.Join(last, "\n"))
	}
}

// fails runs the program with bad input: one line on standard error, and no files.
func fails(t *testing.T, want string, args ...string) {
	t.Helper()
	out := t.TempDir()
	code, _, stderr := start(t, out, args...)
	if code != 1 || stderr != "mnistmlp: "+want+"\n" {
		t.Errorf("%v: exit code %d, stderr %q, want 1 and %q", args, code, stderr, want)
	}
	if files, err := os.ReadDir(out); err != nil || len(files) > 0 {
		t.Errorf("%v left %v (%v)", args, files, err)
	}
}

func TestBadFlags(t *testing.T) {
	for args, want := range map[string]string{
		"-epochs -1": "-epochs -1: must be at least 1",
		"-batch 0":   "-batch 0: must be at least 1",
		"-lr 0":      "-lr 0: must be a finite number above 0",
		"-lr NaN":    "-lr NaN: must be a finite number above 0",
		"-limit -1":  "-limit -1: must be at least 0",
		"-speed 3":   "flag provided but not defined: -speed (-h lists the flags)",
		"7.png":      "unexpected argument 7.png (-h lists the flags)",
	} {
		fails(t, want, strings.Fields(args)...)
	}
}

func TestLossThatIsNotFinite(t *testing.T) {
	code, _, stderr := start(t, t.TempDir(), "-lr", "1e30", "-limit", "60", "-batch", "20")
	if code != 1 || !strings.HasPrefix(stderr, "mnistmlp: epoch 1, batch ") || strings.Count(stderr, "\n") != 1 ||
		!strings.HasSuffix(stderr, ": try a smaller learning rate\n") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}

func TestBadData(t *testing.T) {
	const images = "train-images-idx3-ubyte"
	empty, file := t.TempDir(), filepath.Join(t.TempDir(), "file")
	folder := func(content string) string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, images), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	const header = "\x00\x00\x08\x03\x00\x00\xea\x60\x00\x00\x00\x1c\x00\x00\x00\x1c"
	truncated, other := folder(header+"12345"), folder("\x00\x00\x08\x01\x00\x00\xea\x60\x00\x00\x00\x1c\x00\x00\x00\x1c")
	huge := folder("\x00\x00\x08\x03\x7f\xff\xff\xff\x00\x00\x00\x1c\x00\x00\x00\x1c")
	for dir, want := range map[string]string{
		filepath.Join(empty, "none"): "MNIST folder " + filepath.Join(empty, "none") + ": no such file or directory",
		file:                         "MNIST folder " + file + ": a file, expected a folder",
		empty:                        "MNIST: neither " + images + ".gz nor " + images + " is in the folder " + empty,
		truncated:                    "MNIST file " + filepath.Join(truncated, images) + ": truncated: 5 bytes of data, expected 47040000",
		other:                        "MNIST file " + filepath.Join(other, images) + ": the magic number is 0x00000801, expected 0x00000803",
		huge:                         "MNIST file " + filepath.Join(huge, images) + ": the header's dimension 0 is 2147483647, expected 60000",
	} {
		fails(t, want, "-data", dir)
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
