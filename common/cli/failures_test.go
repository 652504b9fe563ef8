package cli_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
)

// vanish is a callback that removes a folder in the first epoch.
func vanish(t *testing.T, folder string) model.Callback {
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return at(1, 1, func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
}

// lines wants a line on standard error for each list of facts, with these facts.
func lines(t *testing.T, stderr string, facts ...[]string) {
	t.Helper()
	got := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if len(got) != len(facts) {
		t.Fatalf("%d lines on standard error, want %d:\n%s", len(got), len(facts), stderr)
	}
	for i, line := range got {
		wording.Line(t, line, facts[i]...)
	}
}

// temporary makes an empty folder the one for temporary files.
func temporary(t *testing.T) string {
	dir := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, dir)
	}
	return dir
}

func TestUnwritable(t *testing.T) { new(toy).program().Unwritable(t) }

func TestKeepsTheNet(t *testing.T) { new(toy).program().KeepsTheNet(t) }

// A net that cannot be saved replaces no file beside the history.
func TestKeptNetReplacesNothing(t *testing.T) {
	temporary := temporary(t)
	_, file := below(t)
	if err := os.Mkdir(file("out"), 0o755); err != nil {
		t.Fatal(err)
	}
	clitest.Write(t, file("out/net.h5"), "of another run")
	p := &toy{hook: vanish(t, file("gone"))}
	code, _, stderr := p.program().Start(t.Context(), file("out"), "-save", file("gone/net.h5"))
	clitest.Lines(t, stderr, 1)
	clitest.Contains(t, stderr, file("gone/net.h5"), "the net is in "+temporary)
	if code != 1 || clitest.Content(t, file("out/net.h5")) != "of another run" {
		t.Errorf("exit code %d, want 1 and the file of the other run", code)
	}
}

// A net that can be saved nowhere is lost, and a line says why; the history is there.
func TestLostNet(t *testing.T) {
	dir, file := below(t)
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, filepath.Join(dir, "none"))
	}
	if err := os.MkdirAll(file("out/net.h5"), 0o755); err != nil {
		t.Fatal(err)
	}
	p := &toy{hook: vanish(t, file("gone"))}
	code, _, stderr := p.program().Start(t.Context(), file("out"), "-save", file("gone/net.h5"), "-no-pictures")
	lines(t, stderr, []string{file("gone/net.h5"), "the net is lost"})
	got := clitest.Files(t, file("out"))
	if code != 1 || !slices.Equal(got, []string{"history.csv", "net.h5", "run.json"}) {
		t.Errorf("exit code %d, left %v", code, got)
	}
}

// Of a run whose last checkpoint cannot be written, the net is saved, also without -save.
func TestLastCheckpointThatCannotBeWritten(t *testing.T) {
	_, file := below(t)
	p := &toy{hook: vanish(t, file("gone"))}
	code, stdout, stderr := p.program().Start(t.Context(), file("out"), "-checkpoint", file("gone/run.h5"))
	lines(t, stderr, []string{file("gone/run.h5"), "training continues"}, []string{file("gone/run.h5")})
	clitest.Contains(t, stdout, "wrote "+file("out/curves.png"), "\nloss ")
	if code != 1 || len(weightsOf(t, file("out/toy.h5"))) == 0 {
		t.Errorf("exit code %d, want 1", code)
	}
}

// The checkpoint of an interrupted run that cannot be written where it was wanted is kept elsewhere.
func TestInterruptedCheckpointThatCannotBeWritten(t *testing.T) {
	for _, gone := range []string{"checkpoint", "out"} {
		t.Run(gone, func(t *testing.T) {
			_, file := below(t)
			temporary := temporary(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			hook := vanish(t, file("gone"))
			p := &toy{hook: model.Callback{BatchEnd: func(b model.Batch) error {
				if err := hook.BatchEnd(b); err != nil || b.Epoch < 2 {
					return err
				}
				stop()
				return nil
			}}}
			out, args := file("out"), []string{"-checkpoint", file("gone/run.h5")}
			if gone == "out" {
				out, args = file("gone"), nil
			}
			code, _, stderr := p.program().Start(ctx, out, append(args, "-no-pictures")...)
			kept := file("out/checkpoint.h5")
			if gone == "out" {
				found, err := filepath.Glob(filepath.Join(temporary, "toy-*", "checkpoint.h5"))
				if err != nil || len(found) != 1 {
					t.Fatalf("kept %v (%v), standard error\n%s\nwant a checkpoint", found, err, stderr)
				}
				kept = found[0]
			}
			if code != 130 || !strings.HasSuffix(stderr, "-resume "+cli.Word(kept)+"\n") {
				t.Errorf("exit code %d, standard error\n%s\nwant 130 and how to resume %s", code, stderr, kept)
			}
			if _, err := checkpoint.Open(kept); err != nil {
				t.Error(err)
			}
		})
	}
}

// A graph that cannot be written is no reason not to train.
func TestGraphThatCannotBeWritten(t *testing.T) {
	_, file := below(t)
	p := new(toy).program()
	run := p.Run
	p.Run = func(ctx context.Context, r *cli.Run) error {
		return errors.Join(os.Mkdir(file("net.dot"), 0o755), run(ctx, r))
	}
	code, stdout, stderr := p.Start(t.Context(), file("out"), "-graph", file("net.dot"))
	lines(t, stderr, []string{"-graph", file("net.dot"), "a folder"})
	clitest.Contains(t, stdout, "wrote "+file("net_layers.dot"), "wrote "+file("out/curves.png"), "\nloss ")
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

// Test rows that cannot be evaluated cost what needs them: not the history, the net and the curves.
func TestFinishWithoutEvaluation(t *testing.T) {
	_, file := below(t)
	wide, err := dataset.FromFloats([]int{3}, []float64{0, 1, 2}, []int{1}, []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := (&toy{test: wide}).program().Start(t.Context(), file("out"), "-save", file("net.h5"))
	lines(t, stderr, []string{"evaluate", "3", "2"})
	if got := clitest.Files(t, file("out")); !slices.Equal(got, []string{"curves.png", "history.csv", "run.json"}) {
		t.Errorf("left %v, want the history and its curves", got)
	}
	if code != 1 || len(weightsOf(t, file("net.h5"))) == 0 || strings.Contains(stdout, "\nloss ") {
		t.Errorf("exit code %d, printed\n%s\nwant 1 and no score", code, stdout)
	}
}

// Standard output that is full costs no file, and the failures are reported beside it.
func TestFullStandardOutput(t *testing.T) {
	_, file := below(t)
	p := &toy{data: dataset.XOR()}
	if err := os.MkdirAll(file("out/run.json"), 0o755); err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	code := cli.Execute(t.Context(), "toy", toys, p.run, []string{"-out", file("out"), "-save", file("net.h5")},
		fullWriter{}, &stderr)
	lines(t, stderr.String(), []string{"run.json", "a folder"}, []string{"standard output", "no room"})
	got := clitest.Files(t, file("out"))
	if code != 1 || !slices.Equal(got, []string{"curves.png", "history.csv", "run.json"}) {
		t.Errorf("exit code %d, left %v, want 1 and all files", code, got)
	}
	weightsOf(t, file("net.h5"))
}

type fullWriter struct{}

func (fullWriter) Write([]byte) (int, error) { return 0, errors.New("no room") }

// Rank 0 alone writes: what it cannot write holds up no other rank.
func TestUnwritableOnRanks(t *testing.T) {
	_, file := below(t)
	for _, name := range []string{"out/history.csv", "out/curves.png"} {
		if err := os.MkdirAll(file(name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	hook := vanish(t, file("gone"))
	args := []string{"-out", file("out"), "-save", file("gone/net.h5"), "-checkpoint", file("gone/run.h5")}
	all := onRanks(t, 3, toys, args, func(rank int, p *toy) {
		if rank == 0 {
			p.hook = hook
		}
	})
	if all[0].code != 1 || all[1].code != 0 || all[2].code != 0 {
		t.Errorf("exit codes %d, %d and %d, want 1 and 0", all[0].code, all[1].code, all[2].code)
	}
	lines(t, all[0].stderr, []string{"run.h5", "training continues"}, []string{"run.h5"}, []string{"history.csv"},
		[]string{"the net is in " + file("out/net.h5")}, []string{"curves.png"})
	clitest.Contains(t, all[0].stdout, "wrote "+file("out/run.json"), "\nloss ")
}

// A net that was stopped on the page and cannot be saved is kept, and the page shows what failed.
func TestLiveStopWithoutRoom(t *testing.T) {
	long(t)
	_, file := below(t)
	p := slow(nil)
	run := p.Run
	p.Run = func(ctx context.Context, r *cli.Run) error {
		return errors.Join(os.Mkdir(file("net.h5"), 0o755), run(ctx, r))
	}
	v := p.Watch(t, "-save", file("net.h5"), "-no-pictures")
	epoch(v)
	v.Press(`{"action": "stop"}`)
	code, stderr := v.Exit()
	kept := filepath.Join(v.Out, "net.h5")
	lines(t, stderr, []string{file("net.h5"), "the net is in " + kept})
	if code != 1 || len(weightsOf(t, kept)) == 0 {
		t.Errorf("exit code %d, want 1", code)
	}
	if s := v.Last().Status; s.State != "failed" || !strings.Contains(s.Message, kept) {
		t.Errorf("the last status is %+v, want the failure", s)
	}
}
