package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// kept is a program that trains a net with a validation; hook is one more callback.
func kept(data dataset.Set, hook model.Callback) clitest.Program {
	d := cli.Defaults{About: "kept", Epochs: 6, Batch: 1, LearningRate: 0.1, Net: true}
	return clitest.Program{Name: "kept", Defaults: d, Run: func(ctx context.Context, opt cli.Options) error {
		net := model.Sequential(model.Input(2), layer.Dense{Units: 3, Activation: layer.Tanh}, layer.Dropout{Rate: 0.2}, layer.Dense{Units: 1})
		err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(opt.LearningRate), Seed: opt.Seed})
		if err != nil {
			return err
		}
		if net, err = opt.Load(net, data); err != nil {
			return err
		}
		history, err := net.Fit(ctx, data, model.Fit{Epochs: opt.Epochs, Batch: opt.Batch, Validation: dataset.XOR(),
			Check: opt.Check, Callbacks: append(opt.Callbacks(), hook)})
		if err != nil {
			return err
		}
		if err := opt.SaveModel(net); err != nil {
			return err
		}
		return opt.SaveRun(history, nil)
	}}
}

// at calls do behind one step.
func at(epoch, batch int, do func()) model.Callback {
	return model.Callback{BatchEnd: func(b model.Batch) error {
		if b.Epoch == epoch && b.Batch == batch {
			do()
		}
		return nil
	}}
}

func content(t *testing.T, path string) string {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// An interrupted run leaves its history, its curves and a checkpoint, and says how to go on; then it ends as one that was
// not interrupted, with its flags of before.
func TestInterruptedRunGoesOn(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	flags := []string{"-seed", "5", "-lr", "0.02", "-keep", "best"}
	kept(dataset.XOR(), model.Callback{}).Finish(t, file("whole"), append(flags, "-save", file("whole.h5"))...)
	for _, c := range []struct {
		name, checkpoint string
		more             []string
	}{
		{"rescue", file("rescue/checkpoint.h5"), nil},
		{"checkpoint", file("run.h5"), []string{"-checkpoint", file("run.h5")}},
	} {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		args := append(append(slices.Clone(flags), "-save", file(c.name+".h5")), c.more...)
		code, stdout, stderr := kept(dataset.XOR(), at(3, 2, stop)).Start(ctx, file(c.name), args...)
		want := "kept: interrupted in epoch 3 of 6: go on with go run ./kept -resume " + c.checkpoint + "\n"
		if code != 130 || stderr != want {
			t.Errorf("%s: exit code %d, standard error %q, want 130 and %q", c.name, code, stderr, want)
		}
		clitest.Contains(t, stdout, "wrote "+file(c.name)+"/history.csv", "wrote "+file(c.name)+"/curves.png")
		if got := clitest.Timeless(t, file(c.name)+"/history.csv"); len(got) != 3 {
			t.Errorf("%s: the history is %q, want a header and two epochs", c.name, got)
		}
		var o, e bytes.Buffer
		p := kept(dataset.XOR(), model.Callback{})
		if code := cli.Main(t.Context(), p.Name, p.Defaults, p.Run, []string{"-resume", c.checkpoint}, &o, &e); code != 0 || e.Len() > 0 {
			t.Fatalf("%s: exit code %d, standard error %q behind -resume", c.name, code, &e)
		}
		if got, want := clitest.Timeless(t, file(c.name)+"/history.csv"), clitest.Timeless(t, file("whole")+"/history.csv"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the history is %q, want %q", c.name, got, want)
		}
		if content(t, file(c.name+".h5")) != content(t, file("whole.h5")) {
			t.Errorf("%s: the net is another one", c.name)
		}
	}
}

// Before the first step there is nothing to go on with.
func TestInterruptedBeforeTheFirstStep(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	out := t.TempDir()
	code, _, stderr := kept(dataset.XOR(), model.Callback{}).Start(ctx, out, "-checkpoint", filepath.Join(out, "run.h5"))
	if code != 130 || stderr != "kept: interrupted\n" {
		t.Errorf("exit code %d, standard error %q, want 130 and one word", code, stderr)
	}
	if files := clitest.Files(t, out); len(files) > 0 {
		t.Errorf("it left %v, want nothing", files)
	}
}

// An interrupt while the files are written says how to have them all.
func TestInterruptedBehindTheTraining(t *testing.T) {
	for _, onDisk := range []bool{true, false} {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		out := t.TempDir()
		args, want := []string{"-epochs", "2"}, "kept: interrupted\n"
		if onDisk {
			path := filepath.Join(out, "run.h5")
			args = append(args, "-checkpoint", path)
			want = "kept: interrupted behind the training: go on with go run ./kept -resume " + path + "\n"
		}
		end := model.Callback{TrainEnd: func(*model.History) error {
			stop()
			return nil
		}}
		if code, _, stderr := kept(dataset.XOR(), end).Start(ctx, out, args...); code != 130 || stderr != want {
			t.Errorf("exit code %d, standard error %q, want 130 and %q", code, stderr, want)
		}
	}
}

// A folder that vanishes costs warnings, and the exit code, but not the training.
func TestCheckpointThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	gone := filepath.Join(dir, "gone")
	path := filepath.Join(gone, "run.h5")
	if err := os.Mkdir(gone, 0o755); err != nil {
		t.Fatal(err)
	}
	remove := at(1, 1, func() {
		if err := os.RemoveAll(gone); err != nil {
			t.Error(err)
		}
	})
	out, net := filepath.Join(dir, "out"), filepath.Join(dir, "net.h5")
	code, stdout, stderr := kept(dataset.XOR(), remove).Start(t.Context(), out, "-checkpoint", path, "-save", net)
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	warning := "kept: checkpoint: write " + path + ": no such file or directory: training goes on, with another try behind the next epoch"
	if last := len(lines) - 1; code != 1 || last < 1 || lines[0] != warning ||
		lines[last] != "kept: checkpoint: write "+path+": no such file or directory" {
		t.Errorf("exit code %d, standard error\n%s\nwant 1, warnings and the error", code, stderr)
	}
	clitest.Contains(t, stdout, "Epoch 6/6", "wrote "+net)
}

// What does not belong together is refused in one line.
func TestResumeAnotherRun(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.h5")
	p := kept(dataset.XOR(), model.Callback{})
	p.Finish(t, filepath.Join(dir, "out"), "-epochs", "2", "-checkpoint", path, "-save", filepath.Join(dir, "net.h5"))
	p.BadInput(t, map[string]string{
		"-resume " + dir + "/none.h5":          "resume " + dir + "/none.h5: no such file or directory",
		"-resume " + dir + "/net.h5":           "resume " + dir + "/net.h5: not a checkpoint: it has a net at most (-load takes one)",
		"-resume " + dir:                       "resume " + dir + ": a folder, want an HDF5 file",
		"-resume " + path + " -batch 2":        "-batch 2: the run in " + path + " has 1 (-load goes on with its net otherwise)",
		"-checkpoint " + path:                  "-checkpoint " + path + ": it has a run already: go on with -resume, or remove it",
		"-checkpoint a.h5 -save ./a.h5":        "-checkpoint a.h5: the net will be saved there: name another file",
		"-resume " + path + " -save " + path:   "-checkpoint " + path + ": the net will be saved there: name another file",
		"-resume " + path + " -epochs 1":       "fit: cannot resume up to epoch 1: the run is in epoch 2",
		"-resume " + path + " -epochs 0":       "-epochs 0: must be at least 1, or 0 with -load",
		"-resume " + path + " -load " + path:   "-resume: not with -load, as the run has its net",
		"-resume " + path + " -checkpoint=/":   "-checkpoint /: a folder, want the name of a file",
		"-resume " + path + " -keep=best":      "-keep best: the run in " + path + " has last (-load goes on with its net otherwise)",
		"-resume " + path + " -save " + dir:    "-save " + dir + ": a folder, want the name of a file",
		"-checkpoint " + dir + "/none/run.h5":  "-checkpoint " + dir + "/none/run.h5: folder " + dir + "/none: no such file or directory",
		"-checkpoint-every 1m -epochs 1":       "-checkpoint-every: only with -checkpoint or -resume",
		"-resume " + path + " -lr 3 -seed 9":   "-lr 3: the run in " + path + " has 0.1 (-load goes on with its net otherwise)",
		"-resume " + path + " -seed 9 -lr 0.1": "-seed 9: the run in " + path + " has 1 (-load goes on with its net otherwise)",
	})
	other := p
	other.Name = "other"
	if got, want := other.Failure(t, "-resume", path), "-resume "+path+": a run of kept, want one of other"; got != want {
		t.Errorf("another program: %q, want %q", got, want)
	}
	data, err := dataset.FromFloats([]int{2}, []float64{0, 0, 1, 0, 0, 1, 1, 1}, []int{1}, []float64{0, 1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	got := kept(data, model.Callback{}).Failure(t, "-resume", path)
	if !strings.HasPrefix(got, "resume "+path+": the run trains on other data: 4 rows, CRC-32C ") || !strings.Contains(got, ", want 4 rows, CRC-32C ") {
		t.Errorf("other data: %q", got)
	}
}

// Patience ends a run that gets no better, and -keep best its net with the weights that were best.
func TestPatienceAndKeep(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	p := kept(dataset.XOR(), model.Callback{})
	p.Finish(t, file("out"), "-epochs", "400", "-lr", "0.3", "-patience", "5", "-keep", "best", "-save", file("best.h5"))
	history := clitest.Timeless(t, file("out/history.csv"))
	epochs := len(history) - 1
	if epochs >= 400 || epochs < 6 {
		t.Fatalf("%d epochs, want the run to end by its patience", epochs)
	}
	// the best was five epochs before the end
	p.Finish(t, file("short"), "-lr", "0.3", "-epochs", strconv.Itoa(epochs-5), "-save", file("short.h5"))
	a, b := weightsOf(t, file("best.h5")), weightsOf(t, file("short.h5"))
	if !reflect.DeepEqual(a, b) {
		t.Error("the kept weights are not those of five epochs before the end")
	}
}

func weightsOf(t *testing.T, path string) [][]float64 {
	t.Helper()
	net, err := keras.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return net.Weights()
}
