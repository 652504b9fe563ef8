package cli_test

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// rates is a toy that notes the learning rate of each step; stop is called after one of them.
func rates(t *testing.T, noted *[]float64, after int, stop func()) clitest.Program {
	t.Helper()
	data, err := dataset.FromFloats([]int{2}, make([]float64, 48), []int{1}, make([]float64, 24))
	if err != nil {
		t.Fatal(err)
	}
	p := &toy{data: data}
	now := func() { *noted = append(*noted, *solver.LearningRate(p.net.Config().Solver)) }
	p.hook = model.Callback{
		TrainBegin: func(model.Run) error { now(); return nil },
		BatchEnd: func(model.Batch) error {
			if len(*noted) == after {
				stop()
			}
			now() // of the next step
			return nil
		},
		TrainEnd: func(*model.History) error {
			*noted = (*noted)[:len(*noted)-1] // after the last step
			return nil
		},
	}
	program := p.program()
	program.Defaults.Epochs, program.Defaults.Batch, program.Defaults.LearningRate = 4, 2, 0.125
	return program
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
	for _, c := range []struct {
		args string
		want []float64
	}{
		{"-batch 8", ramp(0.125, 0.125, 0, 12)},
		{"-batch 8 -lr-scale none", ramp(0.125, 0.125, 0, 12)},
		{"-batch 8 -lr-scale linear", ramp(0.5, 0.5, 0, 12)},
		{"-lr-scale linear", ramp(0.125, 0.125, 0, 48)},
		{"-batch 8 -lr-scale linear -lr 0.25", ramp(1, 1, 0, 12)},
		{"-batch 1 -lr-scale linear", ramp(0.0625, 0.0625, 0, 96)},
		{"-batch 8 -lr-scale linear -warmup 0", ramp(0.5, 0.5, 0, 12)},
		{"-batch 8 -lr-scale linear -warmup 1", ramp(0.125, 0.5, 3, 12)},
		{"-batch 8 -lr-scale linear -warmup 3", ramp(0.125, 0.5, 9, 12)},
		{"-batch 8 -lr-scale linear -warmup 4", ramp(0.125, 0.5, 12, 12)},
		{"-batch 8 -lr-scale linear -warmup 8", ramp(0.125, 0.5, 24, 12)},
		{"-batch 5 -lr-scale linear -warmup 2 -epochs 3", ramp(0.125, 0.3125, 10, 15)},
		{"-batch 1 -lr-scale linear -warmup 1 -epochs 2", ramp(0.125, 0.0625, 24, 48)},
		{"-batch 24 -lr-scale linear -warmup 2 -epochs 3", ramp(0.125, 1.5, 2, 3)},
	} {
		t.Run(c.args, func(t *testing.T) {
			var got []float64
			rates(t, &got, -1, nil).Finish(t, t.TempDir(), append(strings.Fields(c.args), "-no-pictures")...)
			if !same(got, c.want) {
				t.Errorf("the rates are\n%v, want\n%v", got, c.want)
			}
		})
	}
}

// A run that is resumed in the middle of its warm-up, or after it, has the rates of one that was not interrupted.
func TestWarmUpIsResumed(t *testing.T) {
	long(t)
	want := ramp(0.125, 0.5, 9, 12)
	for after := 1; after <= 11; after++ {
		dir := t.TempDir()
		ctx, stop := context.WithCancel(t.Context())
		var first, rest []float64
		code, _, stderr := rates(t, &first, after, stop).Start(ctx, dir, "-batch", "8",
			"-lr-scale", "linear", "-warmup", "3", "-no-pictures")
		if code != 130 {
			t.Fatalf("exit code %d, standard error %q", code, stderr)
		}
		rates(t, &rest, -1, nil).Main(t, "-resume", filepath.Join(dir, "checkpoint.h5"))
		if !same(first[:after], want[:after]) || !same(rest, want[after:]) {
			t.Errorf("interrupted after step %d: the rates are\n%v and\n%v, want\n%v", after, first[:after], rest, want)
		}
	}
}

// A net of -load trains on with the scaled rate if -lr says of what.
func TestScaledRateOfALoadedNet(t *testing.T) {
	net := filepath.Join(t.TempDir(), "net.h5")
	var got []float64
	rates(t, &got, -1, nil).Finish(t, t.TempDir(), "-no-pictures", "-epochs", "1", "-save", net)
	got = nil
	rates(t, &got, -1, nil).Finish(t, t.TempDir(), "-no-pictures", "-load", net, "-lr", "0.25", "-batch", "8",
		"-lr-scale", "linear", "-warmup", "1", "-epochs", "2")
	if want := ramp(0.25, 1, 3, 6); !same(got, want) {
		t.Errorf("the rates are %v, want %v", got, want)
	}
}
