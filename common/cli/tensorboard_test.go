package cli_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/internal/events"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/tensorboard"
)

// curve is a column of history.csv, and the curve of TensorBoard that has its values.
type curve struct {
	column   int
	run, tag string
}

var toyCurves = []curve{{1, "train", "epoch_loss"}, {2, "validation", "epoch_loss"},
	{2, "validation", "evaluation_loss_vs_iterations"}}

// sameCurves wants the values of history.csv in float32.
func sameCurves(t *testing.T, history, board string, curves ...curve) {
	t.Helper()
	table := clitest.Timeless(t, history)[1:]
	for _, c := range curves {
		list := events.Tagged(events.Run(t, filepath.Join(board, c.run)), c.tag)
		if len(list) != len(table) {
			t.Errorf("%s has %d values, want %d", c.tag, len(list), len(table))
			continue
		}
		for i, e := range list {
			want := float64(float32(clitest.Number(t, table[i][c.column])))
			if strings.HasPrefix(c.tag, "epoch_") && e.Step != int64(i) || e.Value.Numbers[0] != want {
				t.Errorf("%s: %v at step %d, want %v at %d", c.tag, e.Value.Numbers[0], e.Step, want, i)
			}
		}
	}
}

// -tensorboard writes the history, and with -histograms the weights; neither changes the run.
func TestTensorBoard(t *testing.T) {
	_, file := below(t)
	p := new(toy).program()
	p.Finish(t, file("alone"), "-save", file("alone/net.h5"), "-no-pictures")
	board := file("logs/toy")
	out := p.Finish(t, file("out"), "-save", file("out/net.h5"), "-tensorboard", board, "-histograms", "-no-pictures")
	clitest.Contains(t, out, "wrote "+board+": tensorboard --logdir ")
	clitest.SameRun(t, file("alone"), file("out"))
	sameCurves(t, file("out/history.csv"), board, toyCurves...)
	train := events.Run(t, filepath.Join(board, "train"))
	for _, tag := range []string{"dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"} {
		if got := len(events.Tagged(train, "sequential/"+tag+"/histogram")); got != 6 {
			t.Errorf("%d histograms of %s, want one for each epoch", got, tag)
		}
	}
	start := string(events.Tagged(events.Run(t, board), "_hparams_/session_start_info")[0].Value.Content)
	for _, name := range []string{"batch", "epochs", "lr", "optimizer", "adam", "program", "toy", "seed"} {
		if !strings.Contains(start, name) {
			t.Errorf("the hyperparameters %q lack %s", start, name)
		}
	}
	for _, name := range []string{"out", "save", "svg", "quiet", "tensorboard"} {
		if strings.Contains(start, "\n"+string(rune(len(name)))+name) {
			t.Errorf("the hyperparameters %q have %s, which does not change the net", start, name)
		}
	}
}

// An interrupted run is resumed in the same folder, without the flag, and has all of its curves in the end.
func TestTensorBoardResumed(t *testing.T) {
	_, file := below(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	p := &toy{hook: at(3, 2, stop)}
	code, _, _ := p.program().Start(ctx, file("out"), "-checkpoint", file("run.h5"), "-tensorboard", file("logs"),
		"-no-pictures")
	if code != 130 {
		t.Fatalf("exit code %d, want 130", code)
	}
	other := new(toy).program()
	other.Finish(t, file("other"), "-tensorboard", file("others"), "-epochs", "1", "-no-pictures")
	other.Failure(t, []string{"-resume", file("run.h5"), "-out", file("out"), "-tensorboard", file("others")},
		"-tensorboard "+file("others"), "holds a run", "another folder")
	new(toy).program().Finish(t, file("out"), "-resume", file("run.h5"), "-tensorboard", file("out/../logs"))
	sameCurves(t, file("out/history.csv"), file("logs"), toyCurves...)
}

// A folder that cannot be written, or has a run, is refused before the training.
func TestTensorBoardFolder(t *testing.T) {
	_, file := below(t)
	p := new(toy).program()
	clitest.Write(t, file("a file"), "of the user")
	p.Finish(t, file("out"), "-tensorboard", file("logs"), "-epochs", "1", "-no-pictures")
	p.Failure(t, []string{"-tensorboard", file("a file")}, "-tensorboard ", "a file")
	p.Failure(t, []string{"-tensorboard", file("a file/logs")}, "-tensorboard ", "a file")
	p.Failure(t, []string{"-tensorboard", file("logs")}, "-tensorboard "+file("logs"), "holds a run", "another folder")
	p.Failure(t, []string{"-histograms"}, "-histograms", "-tensorboard")
	p.Failure(t, []string{"-tensorboard", ""}, "-tensorboard", "folder")
	if !tensorboard.Holds(file("logs")) || clitest.Content(t, file("a file")) != "of the user" {
		t.Error("what was there has changed")
	}
}

// A folder that cannot be written while the net trains costs a warning, a line at the end, and the exit code.
func TestTensorBoardThatCannotBeWritten(t *testing.T) {
	_, file := below(t)
	if err := os.MkdirAll(file("logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	clitest.Write(t, file("logs/train"), "in the way")
	code, stdout, stderr := new(toy).program().Start(t.Context(), file("out"), "-tensorboard", file("logs"))
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if code != 1 || len(lines) != 2 {
		t.Fatalf("exit code %d, standard error\n%s\nwant 1 and two lines", code, stderr)
	}
	wording.Line(t, lines[0], "tensorboard: write "+file("logs/train"), "training continues")
	wording.Line(t, lines[1], "tensorboard: write "+file("logs/train"))
	clitest.Contains(t, stdout, "Epoch 6/6", "wrote "+file("out/history.csv"))
	if list := events.Tagged(events.Run(t, file("logs/validation")), "epoch_loss"); len(list) != 6 {
		t.Errorf("%d losses of the validation, want all", len(list))
	}
}

// A run that a visitor starts has a folder of its own.
func TestTensorBoardAgain(t *testing.T) {
	_, file := below(t)
	v := slow(nil).Watch(t, "-no-pictures", "-out", file("page"), "-tensorboard", file("logs"))
	epoch(v)
	v.Press(again)
	v.Press(unlimited)
	v.State("done")
	v.Ends("done")
	sameCurves(t, file("page/history.csv"), file("logs/2"), toyCurves...)
	if list := events.Tagged(events.Run(t, file("logs/train")), "epoch_loss"); len(list) == 0 {
		t.Error("the first run has no curve")
	}
}

// On ranks the first one writes.
func TestTensorBoardOnRanks(t *testing.T) {
	_, file := below(t)
	onRanks(t, 2, toys, []string{"-out", file("out"), "-tensorboard", file("logs"), "-no-pictures"}, nil)
	sameCurves(t, file("out/history.csv"), file("logs"), toyCurves...)
	if files := clitest.Files(t, file("logs/train")); len(files) != 1 {
		t.Errorf("the files %v, want one", files)
	}
	if loss := events.Tagged(events.Run(t, file("logs/train")), "epoch_loss"); slices.ContainsFunc(loss,
		func(e events.Event) bool { return math.IsNaN(e.Value.Numbers[0]) }) {
		t.Error("a loss is not a number")
	}
}
