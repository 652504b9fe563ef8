package cli_test

import (
	"context"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/wording"
)

// An interrupted run leaves its history, its curves and a checkpoint, and says how to resume it; then it ends as one
// that was not interrupted, with its flags of before.
func TestInterruptedRunIsResumed(t *testing.T) {
	_, file := below(t)
	flags := []string{"-seed", "5", "-lr", "0.02", "-keep", "best", "-save"}
	new(toy).program().Finish(t, file("whole"), append(flags, file("whole/net.h5"), "-no-pictures")...)
	for _, c := range []struct {
		name, checkpoint string
		more             []string
	}{
		{"rescue", file("rescue/checkpoint.h5"), nil},
		{"checkpoint", file("run.h5"), []string{"-checkpoint", file("run.h5")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			p := &toy{hook: at(3, 2, stop)}
			args := slices.Concat(flags, []string{file(c.name + "/net.h5")}, c.more)
			code, stdout, stderr := p.program().Start(ctx, file(c.name), args...)
			if code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			wording.Line(t, stderr, "epoch 3 of 6", "go run ./toy -resume "+cli.Word(c.checkpoint))
			clitest.Contains(t, stdout, "wrote "+file(c.name+"/history.csv"), "wrote "+file(c.name+"/curves.png"))
			if got := clitest.Timeless(t, file(c.name+"/history.csv")); len(got) != 3 {
				t.Errorf("the history is %q, want a header and two epochs", got)
			}
			new(toy).program().Main(t, "-resume", c.checkpoint)
			clitest.SameRun(t, file("whole"), file(c.name))
		})
	}
}

// Before the first step there is nothing to resume.
func TestInterruptedBeforeTheFirstStep(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	out, file := below(t)
	code, _, stderr := new(toy).program().Start(ctx, out, "-checkpoint", file("run.h5"))
	if code != 130 || stderr != "toy: interrupted\n" {
		t.Errorf("exit code %d, standard error %q, want 130 and one word", code, stderr)
	}
	if files := clitest.Files(t, out); len(files) > 0 {
		t.Errorf("it left %v, want nothing", files)
	}
}

// An interrupt while the files are written says how to have them all.
func TestInterruptedAfterTheTraining(t *testing.T) {
	for _, onDisk := range []bool{true, false} {
		t.Run(strconv.FormatBool(onDisk), func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			out, file := below(t)
			args, facts := []string{"-epochs", "2"}, []string{"toy: interrupted"}
			if onDisk {
				args = append(args, "-checkpoint", file("run.h5"))
				facts = []string{"after the training", "-resume " + cli.Word(file("run.h5"))}
			}
			p := &toy{after: func(context.Context) error {
				stop()
				return nil
			}}
			code, _, stderr := p.program().Start(ctx, out, args...)
			if code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			wording.Line(t, stderr, facts...)
		})
	}
}

// A folder that vanishes costs warnings, and the exit code, but not the training.
func TestCheckpointThatCannotBeWritten(t *testing.T) {
	_, file := below(t)
	path := file("gone/run.h5")
	if err := os.Mkdir(file("gone"), 0o755); err != nil {
		t.Fatal(err)
	}
	p := &toy{hook: at(1, 1, func() {
		if err := os.RemoveAll(file("gone")); err != nil {
			t.Error(err)
		}
	})}
	code, stdout, stderr := p.program().Start(t.Context(), file("out"), "-checkpoint", path, "-save", file("net.h5"))
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if code != 1 || len(lines) < 2 {
		t.Fatalf("exit code %d, standard error\n%s\nwant 1, warnings and the error", code, stderr)
	}
	wording.Line(t, lines[0], path, "training continues")
	wording.Line(t, lines[len(lines)-1], path)
	clitest.Contains(t, stdout, "Epoch 6/6", "wrote "+file("net.h5"))
}

// What does not belong together is refused in one line.
func TestResumeAnotherRun(t *testing.T) {
	dir, file := below(t)
	path, p := file("run.h5"), new(toy).program()
	p.Finish(t, file("out"), "-epochs", "2", "-checkpoint", path, "-save", file("net.h5"), "-no-pictures")
	or, err := dataset.FromFloats([]int{2}, []float64{0, 0, 1, 0, 0, 1, 1, 1}, []int{1}, []float64{0, 1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	other, newer, data := p, p, (&toy{data: or}).program()
	other.Name = "other"
	newer.Defaults.Flags = func(f *cli.Flags) { f.Int(new(int), "more", 1, "a flag that the run does not know") }
	for _, c := range []struct {
		name  string
		p     clitest.Program
		args  []string
		facts []string
	}{
		{"no checkpoint", p, []string{"-resume", file("net.h5")}, []string{file("net.h5"), "-load"}},
		{"folder", p, []string{"-resume", dir}, []string{dir, "folder"}},
		{"batch", p, []string{"-resume", path, "-batch", "2"}, []string{"-batch 2", path, "3", "-load"}},
		{"keep", p, []string{"-resume", path, "-keep", "best"}, []string{"-keep best", path, "last"}},
		{"first of two", p, []string{"-resume", path, "-lr", "3", "-seed", "9"}, []string{"-lr 3", "0.1"}},
		{"second of two", p, []string{"-resume", path, "-seed", "9", "-lr", "0.1"}, []string{"-seed 9", "1"}},
		{"epochs", p, []string{"-resume", path, "-epochs", "1"}, []string{"epoch 2", "1"}},
		{"over the net", p, []string{"-checkpoint", "a.h5", "-save", "./a.h5"}, []string{"-checkpoint a.h5", "-save"}},
		{"over itself", p, []string{"-resume", path, "-save", path}, []string{"-checkpoint " + path, "-save"}},
		{"another run", p, []string{"-checkpoint", path}, []string{"-checkpoint " + path, "-resume"}},
		{"checkpoint is a folder", p, []string{"-resume", path, "-checkpoint", dir}, []string{"-checkpoint " + dir, "folder"}},
		{"net is a folder", p, []string{"-resume", path, "-save", dir}, []string{"-save " + dir, "folder"}},
		{"no folder", p, []string{"-checkpoint", file("none/run.h5")}, []string{"-checkpoint " + file("none/run.h5")}},
		{"another program", other, []string{"-resume", path}, []string{"-resume " + path, "toy", "other"}},
		{"a new flag", newer, []string{"-resume", path, "-more", "2"}, []string{"-more 2", path, "with 1"}},
		{"other data", data, []string{"-resume", path}, []string{path, "other data", "4 rows, CRC-32C "}},
	} {
		t.Run(c.name, func(t *testing.T) { c.p.Failure(t, c.args, c.facts...) })
	}
}

// Patience ends a run that gets no better, and -keep best its net with the weights that were best.
func TestPatienceAndKeep(t *testing.T) {
	_, file := below(t)
	p := new(toy).program()
	stdout := p.Finish(t, file("out"), "-epochs", "400", "-lr", "0.3", "-patience", "5", "-keep", "best",
		"-save", file("best.h5"), "-no-pictures")
	epochs := len(clitest.History(t, file("out"), "loss", "val_loss"))
	if epochs >= 400 || epochs < 6 {
		t.Fatalf("%d epochs, want the run to end by its patience", epochs)
	}
	best := strconv.Itoa(epochs - 5)
	clitest.Contains(t, stdout, "since epoch "+best, "the weights of epoch "+best)
	p.Finish(t, file("short"), "-lr", "0.3", "-epochs", best, "-save", file("short.h5"), "-no-pictures")
	if !reflect.DeepEqual(weightsOf(t, file("best.h5")), weightsOf(t, file("short.h5"))) {
		t.Error("the kept weights are not those of five epochs before the end")
	}
}
