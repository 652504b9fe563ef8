package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
)

// xor runs the program with its files in the folder out.
func xor(ctx context.Context, out string, args ...string) (code int, stdout, stderr string) {
	var o, e bytes.Buffer
	code = cli.Main(ctx, "xor", defaults, run, append([]string{"-out", out}, args...), &o, &e)
	return code, o.String(), e.String()
}

// succeed runs the program, which must end well, and gives what it printed.
func succeed(t *testing.T, out string, args ...string) string {
	t.Helper()
	code, stdout, stderr := xor(t.Context(), out, args...)
	if code != 0 || stderr != "" {
		t.Fatalf("xor %v: exit code %d, standard error %q, want 0 and nothing", args, code, stderr)
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
	// A net that always says 1/2 has 0.25; one with two answers of four at 1/2 has 0.125.
	if loss := last(t, out); loss > 0.12 {
		t.Errorf("the last loss is %g, want at most 0.12", loss)
	}
	want := []string{"curves.png", "history.csv", "network.png", "run.json"}
	if got := names(t, out); !slices.Equal(got, want) {
		t.Errorf("the run left %v, want %v", got, want)
	}
	for _, name := range []string{"curves.png", "network.png"} {
		file, err := os.Open(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		img, err := png.Decode(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := img.Bounds().Size(); got.X != 1152 || got.Y != 768 { // 12x8 inches, 96 dots an inch
			t.Errorf("%s has %v pixels, want 1152x768", name, got)
		}
	}
	for _, line := range []string{"dense (Dense)     (None, 2)      6\n", "dense_1 (Dense)   (None, 1)      3\n",
		"Epoch 5000/5000 - ", "\ndense_1.bias   (1)  [", "\n1 xor 1 = 0, predicted 0.", "\nsolved: "} {
		if !strings.Contains(stdout, line) {
			t.Errorf("no %q in:\n%s", line, stdout)
		}
	}
}

func TestSolvedAgreesWithTheFourAnswers(t *testing.T) {
	predicted := regexp.MustCompile(`(?m)^[01] xor [01] = ([01]), predicted (\d\.\d{4})$`)
	var solvedRuns int
	for seed := 1; seed <= 2; seed++ { // seed 2 is not solved
		stdout := succeed(t, t.TempDir(), "-no-pictures", "-seed", strconv.Itoa(seed))
		matches := predicted.FindAllStringSubmatch(stdout, -1)
		if len(matches) != 4 {
			t.Fatalf("seed %d: %d predictions, want 4:\n%s", seed, len(matches), stdout)
		}
		right := 0
		for i, m := range matches {
			if want := []string{"0", "1", "1", "0"}[i]; m[1] != want {
				t.Errorf("seed %d: the target of case %d is %s, want %s", seed, i, m[1], want)
			}
			if (m[2] > "0.5") == (m[1] == "1") {
				right++
			}
		}
		solved := strings.Contains(stdout, "\nsolved: ")
		if solved != (right == 4) || solved == strings.Contains(stdout, "\nnot solved: ") {
			t.Errorf("seed %d: %d answers are right, but the program says:\n%s", seed, right, stdout)
		}
		if solved {
			solvedRuns++
		}
	}
	if solvedRuns != 1 {
		t.Errorf("%d of the seeds 1 and 2 are solved, want one", solvedRuns)
	}
}

func TestUnsolvedRunSaysWhatToTry(t *testing.T) {
	for _, c := range []struct {
		args, first, command string
	}{
		{"-seed 2", "from these first weights training came to a place with wrong answers", "-seed 3"},
		{"-epochs 10", "with these settings the weights have not come as far as in the lecture",
			"-epochs 5000 -batch 1 -lr 0.1"},
		{"-plain -epochs 10 -seed 3", "with these settings the weights have not come as far as in the lecture",
			"-plain -seed 3 -epochs 5000 -batch 1 -lr 0.1"},
		{"-batch 4", "with these settings the weights have not come as far as in the lecture",
			"-epochs 5000 -batch 1 -lr 0.1"},
	} {
		args := append([]string{"-no-pictures"}, strings.Fields(c.args)...)
		lines := strings.Split(strings.TrimSpace(succeed(t, t.TempDir(), args...)), "\n")
		first, second := lines[len(lines)-2], lines[len(lines)-1]
		if want := "not solved: " + c.first; first != want {
			t.Errorf("%s: the last line but one is %q, want %q", c.args, first, want)
		}
		_, command, found := strings.Cut(second, ": go run ./xor -no-pictures -out ")
		_, flags, _ := strings.Cut(command, " ")
		if !found || flags != c.command {
			t.Errorf("%s: the last line is %q, want the program with %s", c.args, second, c.command)
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
	for _, args := range [][]string{{"-batch", "3"}, {"-plain"}} {
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
