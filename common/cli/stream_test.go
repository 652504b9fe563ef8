package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks/rankstest"
	"gorgonia-lectures/common/solver"
)

// digitFolder has the files of 30 digits to train on and 7 to test on. Row i has the label i%10.
func digitFolder(t *testing.T) string {
	t.Helper()
	pixels, labels := make([]uint8, 30*784), make([]float64, 30)
	for i := range pixels {
		pixels[i] = uint8(i * i >> 8)
	}
	for i := range labels {
		labels[i] = float64(i % 10)
	}
	s, err := dataset.FromBytes([]int{28, 28}, pixels, []int{}, labels)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	clitest.SaveDigits(t, dir, s, s.First(7))
	return dir
}

// -stream takes the first digits up to -limit of each file, which may have any number, and has them on disk.
func TestStreamIsCutToTheLimit(t *testing.T) {
	dir := digitFolder(t)
	for _, c := range []struct{ limit, train, test int }{{0, 30, 7}, {10, 10, 7}, {99, 30, 7}} {
		train, test, err := (&cli.Run{Limit: c.limit, Stream: true, Data: dir}).MNIST(784)
		if err != nil {
			t.Fatal(err)
		}
		if train.Len() != c.train || test.Len() != c.test || train.Label(9) != 9 || test.Label(6) != 6 {
			t.Errorf("%+v: %d and %d digits, want them with their labels", c, train.Len(), test.Len())
		}
		for _, s := range []dataset.Set{train, test} {
			if first, second := s.Close(), s.Close(); first != nil || second == nil {
				t.Errorf("%+v: closed with %v and %v, want a file that is closed once", c, first, second)
			}
		}
	}
}

// reader is a program that reads digits; hook is one more callback.
func reader(hook func(train dataset.Set) model.Callback) clitest.Program {
	d := cli.Defaults{About: "reads", Epochs: 3, Batch: 10, LearningRate: 0.1, Net: true, MNIST: true}
	return clitest.Program{Name: "reader", Defaults: d, Run: func(ctx context.Context, r *cli.Run) error {
		train, test, err := r.MNIST(28, 28)
		if err != nil {
			return err
		}
		defer test.Close()
		defer train.Close()
		own := model.Sequential(model.Input(28, 28), layer.Flatten{},
			layer.Dense{Units: len(train.Classes()), Activation: layer.Softmax})
		c := model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(r.LearningRate)}
		net, err := r.Compile(own, c, train)
		if err != nil {
			return err
		}
		_, err = net.Fit(ctx, train, r.Fit(test, hook(train)))
		return err
	}}
}

// The digits are cut off while the program trains: its last word is which file and digit it is.
func TestStreamIsCutOff(t *testing.T) {
	dir := digitFolder(t)
	path := filepath.Join(dir, "train-images-idx3-ubyte")
	cut := func(dataset.Set) model.Callback {
		return at(2, 1, func() {
			if err := os.Truncate(path, 16); err != nil {
				t.Error(err)
			}
		})
	}
	reader(cut).Failure(t, []string{"-stream", "-data", dir}, "epoch 2, batch 2", path, "0 bytes of digit ", "784")
}

// An interrupted run whose digits are gone leaves no checkpoint, as what it trains on is unknown. It says why.
func TestInterruptedWithoutItsDigits(t *testing.T) {
	for _, gone := range []bool{false, true} {
		t.Run(strconv.FormatBool(gone), func(t *testing.T) {
			dir, out := digitFolder(t), t.TempDir()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			hook := func(train dataset.Set) model.Callback {
				return at(2, 1, func() {
					stop()
					if gone {
						if err := train.Close(); err != nil {
							t.Error(err)
						}
					}
				})
			}
			code, _, stderr := reader(hook).Start(ctx, out, "-stream", "-data", dir, "-no-pictures")
			file := filepath.Join(out, "checkpoint.h5")
			warning, last, warned := strings.Cut(strings.TrimSuffix(stderr, "\n"), "\n")
			if code != 130 || warned != gone {
				t.Errorf("exit code %d, standard error\n%s\nwant 130 and a warning: %t", code, stderr, gone)
			}
			if gone {
				wording.Line(t, warning, "no checkpoint", filepath.Join(dir, "train-images-idx3-ubyte"))
				wording.Line(t, last, "reader: interrupted")
			} else {
				wording.Line(t, warning, "epoch 2 of 3", "-resume "+cli.Word(file))
			}
			if _, err := os.Stat(file); (err == nil) == gone {
				t.Errorf("the checkpoint: %v", err)
			}
		})
	}
}

// Ranks train on any set, each from its own folder, in memory or on disk; with other names of the classes they do not.
func TestSetOnRanks(t *testing.T) {
	dirs := []string{digitFolder(t), digitFolder(t)}
	program := reader(func(dataset.Set) model.Callback { return model.Callback{} })
	run := func(args ...[]string) (codes [2]int, stdout, stderr string) {
		var outs, errs [2]bytes.Buffer
		rankstest.Run(2, func(r *rankstest.Rank) error {
			i := r.Rank()
			list := append([]string{"-no-pictures", "-out", filepath.Join(dirs[0], "out"), "-data", dirs[i]}, args[i]...)
			codes[i] = cli.RankExecute(t.Context(), r, program.Name, program.Defaults, program.Run, list, &outs[i], &errs[i])
			return nil
		})
		if outs[1].Len()+errs[1].Len() > 0 {
			t.Errorf("rank 1 printed %q and %q", &outs[1], &errs[1])
		}
		return codes, outs[0].String(), errs[0].String()
	}
	codes, stdout, stderr := run(nil, nil)
	if codes != [2]int{} || strings.Count(stdout, "30 pictures to train on and 7 to test with, 10 classes\n") != 1 {
		t.Errorf("exit codes %v, standard output %q, standard error %q", codes, stdout, stderr)
	}
	names := []string{"-labels", "a,b,c,d,e,f,g,h,i,j"}
	codes, _, stderr = run(names, nil)
	if codes[0] != 1 {
		t.Errorf("exit codes %v", codes)
	}
	wording.Line(t, stderr, "-labels", "rank 1", "a,b,c")
}
