package main

import (
	"bytes"
	"os"
	"path/filepath"
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
