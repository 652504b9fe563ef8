package cli_test

import (
	"context"
	"math"
	"path/filepath"
	"slices"
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

// rates is a program that notes the learning rate of each step; stop is called behind one of them.
func rates(noted *[]float64, behind int, stop func()) clitest.Program {
	d := cli.Defaults{About: "rates", Epochs: 4, Batch: 2, LearningRate: 0.125, Net: true}
	return clitest.Program{Name: "rates", Defaults: d, Run: func(ctx context.Context, opt cli.Options) error {
		data, err := dataset.FromFloats([]int{1}, make([]float64, 24), []int{1}, make([]float64, 24))
		if err != nil {
			return err
		}
		net := model.Sequential(model.Input(1), layer.Dense{Units: 1})
		if err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(opt.LearningRate), Seed: opt.Seed}); err != nil {
			return err
		}
		if net, err = opt.Load(net, data); err != nil {
			return err
		}
		now := func() { *noted = append(*noted, *solver.LearningRate(net.Config().Solver)) }
		begin := model.Callback{TrainBegin: func(model.Run) error { now(); return nil }}
		step := model.Callback{BatchEnd: func(model.Batch) error {
			if len(*noted) == behind {
				stop()
			}
			now() // of the next step
			return nil
		}}
		_, err = net.Fit(ctx, data, model.Fit{Epochs: opt.Epochs, Batch: opt.Batch, Callbacks: append(opt.Callbacks(), begin, step)})
		if err != nil {
			return err
		}
		*noted = (*noted)[:len(*noted)-1] // behind the last step
		return opt.SaveModel(net)
	}}
}

// same compares to the rounding of one product.
func same(got, want []float64) bool {
	return slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-15*b })
}

// ramp is the rates of all steps: they grow evenly from the first one to the last in the given number of steps.
func ramp(first, last float64, grow, all int) []float64 {
	list := make([]float64, all)
	for i := range list {
		list[i] = first + (last-first)*min(1, float64(i)/float64(max(1, grow)))
		if grow == 0 {
			list[i] = last
		}
	}
	return list
}

// The learning rate grows with the batch, at once or over the first epochs. 24 rows are 12 steps of 2, 3 of 8.
func TestLearningRateFollowsTheBatch(t *testing.T) {
	for args, want := range map[string][]float64{
		"-batch 8":                                       ramp(0.125, 0.125, 0, 12),
		"-batch 8 -lr-scale none":                        ramp(0.125, 0.125, 0, 12),
		"-batch 8 -lr-scale linear":                      ramp(0.5, 0.5, 0, 12),
		"-lr-scale linear":                               ramp(0.125, 0.125, 0, 48),
		"-batch 8 -lr-scale linear -lr 0.25":             ramp(1, 1, 0, 12),
		"-batch 1 -lr-scale linear":                      ramp(0.0625, 0.0625, 0, 96),
		"-batch 8 -lr-scale linear -warmup 0":            ramp(0.5, 0.5, 0, 12),
		"-batch 8 -lr-scale linear -warmup 1":            ramp(0.125, 0.5, 3, 12),
		"-batch 8 -lr-scale linear -warmup 3":            ramp(0.125, 0.5, 9, 12),
		"-batch 8 -lr-scale linear -warmup 4":            ramp(0.125, 0.5, 12, 12),
		"-batch 8 -lr-scale linear -warmup 8":            ramp(0.125, 0.5, 24, 12),
		"-batch 5 -lr-scale linear -warmup 2 -epochs 3":  ramp(0.125, 0.3125, 10, 15),
		"-batch 1 -lr-scale linear -warmup 1 -epochs 2":  ramp(0.125, 0.0625, 24, 48),
		"-batch 24 -lr-scale linear -warmup 2 -epochs 3": ramp(0.125, 1.5, 2, 3),
	} {
		var got []float64
		rates(&got, -1, nil).Finish(t, t.TempDir(), append(strings.Fields(args), "-no-pictures")...)
		if !same(got, want) {
			t.Errorf("%s: the rates are\n%v, want\n%v", args, got, want)
		}
	}
}

// A run that goes on in the middle of its warm-up, or behind it, has the rates of one that was not interrupted.
func TestWarmUpGoesOn(t *testing.T) {
	want := ramp(0.125, 0.5, 9, 12)
	for behind := 1; behind <= 11; behind++ {
		dir := t.TempDir()
		ctx, stop := context.WithCancel(t.Context())
		var first, rest []float64
		code, _, stderr := rates(&first, behind, stop).Start(ctx, dir, "-batch", "8", "-lr-scale", "linear", "-warmup", "3", "-no-pictures")
		if code != 130 {
			t.Fatalf("exit code %d, standard error %q", code, stderr)
		}
		rates(&rest, -1, nil).Main(t, "-resume", filepath.Join(dir, "checkpoint.h5"))
		if !same(first[:behind], want[:behind]) || !same(rest, want[behind:]) {
			t.Errorf("broken off behind step %d: the rates are\n%v and\n%v, want\n%v", behind, first[:behind], rest, want)
		}
	}
}

// A net of -load trains on with the scaled rate if -lr says of what.
func TestScaledRateOfALoadedNet(t *testing.T) {
	net := filepath.Join(t.TempDir(), "net.h5")
	var got []float64
	rates(&got, -1, nil).Finish(t, t.TempDir(), "-no-pictures", "-epochs", "1", "-save", net)
	got = nil
	rates(&got, -1, nil).Finish(t, t.TempDir(), "-no-pictures", "-load", net, "-lr", "0.25", "-batch", "8", "-lr-scale", "linear", "-warmup", "1", "-epochs", "2")
	if want := ramp(0.25, 1, 3, 6); !same(got, want) {
		t.Errorf("the rates are %v, want %v", got, want)
	}
}
