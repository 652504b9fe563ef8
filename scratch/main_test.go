package main

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/lang"
)

func TestMain(m *testing.M) { os.Exit(clitest.Main(m)) }

var program = clitest.Program{Name: "scratch", Defaults: defaults, Run: run}

func TestRunShowsTheLectureBesideOurs(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	stdout := program.Finish(t, out)
	clitest.Contains(t, stdout,
		"1. Forward", "2. Delta", "3. The same", "4. Back-propagation", "5. Cross-entropy", "6. Squared",
		"it is the first input. AND is 0 0 0 1",
		"lecture                           0.0102    0.0083    0.9932    0.9917\n",
		"ours, epoch 10000                 0.0102    0.0083    0.9932    0.9917\n",
		"lecture                            0.530     0.500     0.470     0.441\n",
		"ours, epoch 10000                 0.5297    0.5000    0.4703    0.4409\n",
		"lecture                           3.5e-5   0.99989   0.99976    3.6e-4\n",
		"One layer draws one straight line",
	)
	if strings.Contains(stdout, "not solved") {
		t.Errorf("the default seed leaves something unsolved:\n%s", stdout)
	}
	pictures := []string{"failure_xor.png", "learning.png", "weights_and.png", "weights_first_input.png"}
	if got := clitest.Files(t, out); !slices.Equal(got, slices.Insert(slices.Clone(pictures), 2, "run.json")) {
		t.Errorf("wrote %v, want run.json and %v", got, pictures)
	}
	for _, name := range pictures {
		if size := clitest.PNG(t, filepath.Join(out, name)); size.X != 768 || size.Y != 480 {
			t.Errorf("%s: %v pixels, want 768 x 480", name, size)
		}
	}
}

func TestSameSeedPrintsTheSame(t *testing.T) {
	out, args := t.TempDir(), []string{"-epochs", "300", "-no-pictures", "-seed"}
	first := program.Finish(t, out, append(args, "7")...)
	again := program.Finish(t, out, append(args, "7")...)
	other := program.Finish(t, out, append(args, "8")...)
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
		stdout := program.Finish(t, out, append(test.args, "-no-pictures")...)
		if !regexp.MustCompile(test.want).MatchString(stdout) {
			t.Errorf("%v: no %q in\n%s", test.args, test.want, stdout)
		}
	}
}

func TestQuietAndNoPictures(t *testing.T) { program.Quiet(t, []string{"run.json"}, "-epochs", "3") }

func TestStudyIsQuiet(t *testing.T) {
	program.Quiet(t, []string{"seeds.csv"}, "-epochs", "3", "-study", "seeds", "-seeds", "2")
}

// A net that solves nothing in few epochs is counted as one, and -seed is the first of the seeds.
func TestStudyOfUnsolvedNets(t *testing.T) {
	out := t.TempDir()
	stdout := program.Finish(t, out, "-study", "seeds", "-epochs", "3", "-seed", "7", "-seeds", "2")
	clitest.Contains(t, stdout, "seeds 7 to 8, 3 epochs at -lr 0.9\n", "of 2 seeds\nnot within 0.5: 4 nets; in 0 of them")
	rows := clitest.Table(t, filepath.Join(out, "seeds.csv"))
	if len(rows) != 3 || rows[1][0] != "7" || rows[2][0] != "8" {
		t.Errorf("seeds.csv is %v", rows)
	}
}

func TestStepPrintsTheBlackboardAndEnds(t *testing.T) {
	out := t.TempDir()
	if stdout := program.Finish(t, out, "-step", "-seed", "3", "-lr", "0.5"); stdout != blackboard(lang.English, 3, 0.5) {
		t.Errorf("printed\n%s", stdout)
	}
	if got := clitest.Files(t, out); len(got) > 0 {
		t.Errorf("wrote %v, want nothing", got)
	}
}

func TestBadInput(t *testing.T) {
	program.BadInput(t, []clitest.Bad{
		{"-epochs -1", "-epochs -1", "1"},
		{"-batch 4", "-batch", "-h"},
		{"-study seeds -step", "-study", "-step"},
		{"-study seeds -seeds 0", "-seeds 0", "1 to 10000"},
		{"-study seeds -seeds 10001", "-seeds 10001", "1 to 10000"},
		{"-step=perhaps", "-step perhaps", "true", "false"},
		{"-lr 1e200", "delta rule on first input", "10 epochs", "-lr 1e+200", "weight 3", "smaller rate"},
	})
}

// A net that overflows is found by its outputs: its weights are not watched.
func TestOutputNaNIsAnError(t *testing.T) {
	nan := func(_ [][]float64, W2 []float64, _ [][]float64, _ []float64, _ float64) { W2[0] = math.NaN() }
	_, err := trainNet(t.Context(), lectureRun(1), xor, "squared error", nan)
	if err == nil {
		t.Fatal("no error")
	}
	clitest.Contains(t, err.Error(), "squared error on XOR", "10 epochs", "-lr 0.9", "output is NaN")
}

func TestInterrupt(t *testing.T) { program.Interrupted(t) }

func TestNames(t *testing.T) {
	short := []string{"-epochs", "1", "-no-pictures"}
	program.Names(t, short, short...)
}

func TestUnwritable(t *testing.T) {
	clitest.Long(t)
	program.Unwritable(t, "-epochs", "300")
	program.Unwritable(t, "-epochs", "3", "-study", "seeds", "-seeds", "2")
}

func TestInterruptedDrawing(t *testing.T) {
	program.InterruptedDrawing(t, "run.json\n", []string{"run.json"}, "-epochs", "300")
}

func TestPrinted(t *testing.T) {
	program.Printed(t, "-epochs 100", "-step", "-study seeds -seeds 3 -epochs 2000",
		"-study seeds -seeds 2 -epochs 10000 -seed 9")
}
