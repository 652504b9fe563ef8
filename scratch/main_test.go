package main

import (
	"bytes"
	"context"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
)

// scratch runs the program with these arguments.
func scratch(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	defaults, run := program()
	code = cli.Main(ctx, "scratch", defaults, run, args, &out, &err)
	return code, out.String(), err.String()
}

// files lists what a run left in its folder.
func files(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestRunShowsTheLectureBesideOurs(t *testing.T) {
	out := t.TempDir()
	code, stdout, stderr := scratch(t.Context(), "-out", out)
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, standard error %q", code, stderr)
	}
	for _, want := range []string{
		"1. Forward", "2. Delta", "3. The same", "4. Back-propagation", "5. Cross-entropy", "6. Squared",
		"it is the first input. AND is 0 0 0 1",
		"lecture                           0.0102    0.0083    0.9932    0.9917\n",
		"ours, epoch 10000                 0.0102    0.0083    0.9932    0.9917\n",
		"lecture                            0.530     0.500     0.470     0.441\n",
		"ours, epoch 10000                 0.5297    0.5000    0.4703    0.4409\n",
		"lecture                           3.5e-5   0.99989   0.99976    3.6e-4\n",
		"One layer draws one straight line",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	if strings.Contains(stdout, "not solved") {
		t.Errorf("the default seed leaves something unsolved:\n%s", stdout)
	}
	if got := files(t, out); got != "learning.png run.json weights_and.png weights_first_input.png" {
		t.Errorf("wrote %s", got)
	}
	for _, name := range []string{"learning.png", "weights_and.png", "weights_first_input.png"} {
		file, err := os.Open(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if size := picture.Bounds().Size(); size.X != 768 || size.Y != 480 {
			t.Errorf("%s: %v pixels, want 768 x 480", name, size)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSameSeedPrintsTheSame(t *testing.T) {
	args := []string{"-epochs", "300", "-no-pictures", "-out", t.TempDir(), "-seed"}
	_, first, _ := scratch(t.Context(), append(args, "7")...)
	_, again, _ := scratch(t.Context(), append(args, "7")...)
	_, other, _ := scratch(t.Context(), append(args, "8")...)
	if first != again || first == other || first == "" {
		t.Errorf("seed 7:\n%s\nseed 7 again:\n%s\nseed 8:\n%s", first, again, other)
	}
}

func TestUnsolvedRunSaysWhatToTry(t *testing.T) {
	out := t.TempDir()
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-seed", "6"}, `   XOR is not solved: the output for \[0 1 1\] is 0\.4998, wanted 1\.
   Try other weights: go run \./scratch .*-seed 7
`},
		{[]string{"-epochs", "5"}, `   AND is not solved: the output for \[1 1 1\] is 0\.3109, wanted 1\.
   Try more epochs: go run \./scratch .*-epochs 10000
`},
	} {
		code, stdout, stderr := scratch(t.Context(), append(test.args, "-out", out, "-no-pictures")...)
		if code != 0 || stderr != "" || !regexp.MustCompile(test.want).MatchString(stdout) {
			t.Errorf("%v: exit code %d, %s, no %q in\n%s", test.args, code, stderr, test.want, stdout)
		}
	}
}

func TestQuietAndNoPictures(t *testing.T) {
	out := t.TempDir()
	code, stdout, stderr := scratch(t.Context(), "-epochs", "3", "-quiet", "-no-pictures", "-out", out)
	if code != 0 || stdout != "" || stderr != "" {
		t.Errorf("exit code %d, printed %q and %q", code, stdout, stderr)
	}
	if got := files(t, out); got != "run.json" {
		t.Errorf("wrote %s, want run.json alone", got)
	}
}

func TestStepPrintsTheBlackboardAndEnds(t *testing.T) {
	out := t.TempDir()
	code, stdout, stderr := scratch(t.Context(), "-step", "-seed", "3", "-lr", "0.5", "-out", out)
	if code != 0 || stderr != "" || stdout != blackboard(3, 0.5) {
		t.Errorf("exit code %d, standard error %q, printed\n%s", code, stderr, stdout)
	}
	if got := files(t, out); got != "" {
		t.Errorf("wrote %s, want nothing", got)
	}
}

func TestBadInputIsOneLine(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string // in the line
	}{
		{[]string{"-epoch", "5"}, "-epoch"},
		{[]string{"-epochs", "-1"}, "-epochs -1: must be at least 1"},
		{[]string{"-epochs", "many"}, "-epochs many: must be a whole number"},
		{[]string{"-lr", "0"}, "-lr 0: must be a finite number above 0"},
		{[]string{"-lr", "NaN"}, "-lr NaN: must be a finite number above 0"},
		{[]string{"-batch", "4"}, "-batch"},
		{[]string{"-step=perhaps"}, "-step"},
		{[]string{"xor"}, "unexpected argument xor"},
		{[]string{"-lr", "1e200"},
			"delta rule on first input: after 10 epochs at -lr 1e+200 weight 3 is -6e+198: try a smaller rate"},
	} {
		out := t.TempDir()
		code, _, stderr := scratch(t.Context(), append([]string{"-out", out}, test.args...)...)
		if code != 1 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: exit code %d, standard error %q, want 1 and %q", test.args, code, stderr, test.want)
		}
		if got := files(t, out); got != "" {
			t.Errorf("%v: left %s", test.args, got)
		}
	}
}

// A net that overflows is found by its outputs: its weights are not watched.
func TestOutputNaNIsAnError(t *testing.T) {
	opt := lectureRun(1)
	nan := func(_ [][]float64, W2 []float64, _ [][]float64, _ []float64, _ float64) { W2[0] = math.NaN() }
	_, err := trainNet(t.Context(), opt, xor, "squared error", nan)
	if err == nil || !strings.Contains(err.Error(), "squared error on XOR: after 10 epochs at -lr 0.9 an output is NaN") {
		t.Errorf("error %v", err)
	}
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code, _, stderr := scratch(ctx, "-out", t.TempDir()); code != 130 || stderr != "scratch: interrupted\n" {
		t.Errorf("exit code %d, standard error %q, want 130", code, stderr)
	}
}
