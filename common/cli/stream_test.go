package cli_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// digitFolder has the files of 30 digits to train on and 7 to test on. Row i has the label i%10.
func digitFolder(t *testing.T) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 1))
	pixels, labels := make([]uint8, 30*784), make([]float64, 30)
	for i := range pixels {
		pixels[i] = uint8(random.Uint32())
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
	for limit, want := range map[int][2]int{0: {30, 7}, 10: {10, 7}, 99: {30, 7}} {
		train, test, err := cli.Options{Limit: limit, Stream: true, Data: dir}.MNIST()
		if err != nil {
			t.Fatal(err)
		}
		if train.Len() != want[0] || test.Len() != want[1] || train.Label(9) != 9 || test.Label(6) != 6 {
			t.Errorf("limit %d: %d and %d digits, want %d and %d with their labels", limit, train.Len(), test.Len(), want[0], want[1])
		}
		for _, s := range []dataset.Set{train, test} {
			if first, second := s.Close(), s.Close(); first != nil || second == nil {
				t.Errorf("limit %d: closed with %v and %v, want a file that is closed once", limit, first, second)
			}
		}
	}
}

// reader is a program that reads digits; hook is one more callback.
func reader(hook func(train dataset.Set) model.Callback) clitest.Program {
	d := cli.Defaults{About: "reads", Epochs: 3, Batch: 10, LearningRate: 0.1, Net: true, MNIST: true}
	return clitest.Program{Name: "reader", Defaults: d, Run: func(ctx context.Context, opt cli.Options) error {
		train, test, err := opt.MNIST()
		if err != nil {
			return err
		}
		defer test.Close()
		defer train.Close()
		net := model.Sequential(model.Input(28, 28), layer.Flatten{}, layer.Dense{Units: 10, Activation: layer.Softmax})
		err = net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(opt.LearningRate), Seed: opt.Seed})
		if err != nil {
			return err
		}
		if net, err = opt.Load(net, train); err != nil {
			return err
		}
		_, err = net.Fit(ctx, train, model.Fit{Epochs: opt.Epochs, Batch: opt.Batch, Validation: test, Callbacks: append(opt.Callbacks(), hook(train))})
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
	got := reader(cut).Failure(t, "-stream", "-data", dir)
	if !strings.HasPrefix(got, "epoch 2, batch 2: MNIST file "+path+": truncated: 0 bytes of digit ") || !strings.HasSuffix(got, ", expected 784") {
		t.Errorf("the error is %q, want the file and a digit of 784 bytes", got)
	}
}

// An interrupted run whose digits are gone leaves no checkpoint, as what it trains on is not known any more. It says why.
func TestInterruptedWithoutItsDigits(t *testing.T) {
	for _, gone := range []bool{false, true} {
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
		want := "reader: interrupted in epoch 2 of 3: go on with go run ./reader -resume " + file + "\n"
		if gone {
			want = "reader: no checkpoint is left: MNIST file " + filepath.Join(dir, "train-images-idx3-ubyte") +
				": digit 0, byte 0 of 784: " + os.ErrClosed.Error() + "\nreader: interrupted\n"
		}
		if code != 130 || stderr != want {
			t.Errorf("digits gone: %v: exit code %d, standard error\n%s\nwant 130 and\n%s", gone, code, stderr, want)
		}
		if _, err := os.Stat(file); (err == nil) == gone {
			t.Errorf("digits gone: %v: the checkpoint: %v", gone, err)
		}
	}
}
