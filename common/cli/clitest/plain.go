package clitest

import (
	"context"
	"math"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// SameTraining trains two nets of build, one by its Fit and one by plain, without shuffling. It wants the same loss in
// every epoch, which falls, and the same weights at the end: within tolerance, relative for numbers above 1.
func SameTraining(t testing.TB, data dataset.Set, opt *cli.Run, tolerance float64,
	build func() (*model.Net, gorgonia.Solver),
	plain func(context.Context, *cli.Run, dataset.Set, *model.Net) (*model.History, error)) {
	t.Helper()
	compiled := func() *model.Net {
		net, s := build()
		c := model.Config{Loss: loss.MeanSquaredError, Solver: s, Seed: opt.Seed, Dtype: tensor.Float64}
		if err := net.Compile(c); err != nil {
			t.Fatal(err)
		}
		return net
	}
	ours, stock := compiled(), compiled()
	want, err := ours.Fit(t.Context(), data, model.Fit{Epochs: opt.Epochs, Batch: opt.Batch, NoShuffle: true})
	if err != nil {
		t.Fatal(err)
	}
	got, err := plain(t.Context(), opt, data, stock)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Epochs) != opt.Epochs || len(want.Epochs) != opt.Epochs {
		t.Fatalf("%d epochs plain and %d of ours, want %d", len(got.Epochs), len(want.Epochs), opt.Epochs)
	}
	worst := 0.0
	for i, e := range got.Epochs {
		distance := math.Abs(e.Loss-want.Epochs[i].Loss) / math.Max(1, want.Epochs[i].Loss)
		worst = math.Max(worst, distance)
		if !(distance <= tolerance) || e.Epoch != i+1 {
			t.Fatalf("seed %d, epoch %d: loss %.15g plain, %.15g ours", opt.Seed, e.Epoch, e.Loss, want.Epochs[i].Loss)
		}
	}
	if first, last := got.Epochs[0].Loss, got.Last().Loss; last >= first {
		t.Errorf("seed %d: the loss went from %g to %g", opt.Seed, first, last)
	}
	for i, p := range ours.Params() {
		for j, w := range p.Value.Float64s() {
			if v := stock.Params()[i].Value.Float64s()[j]; !(math.Abs(v-w) <= tolerance*math.Max(1, math.Abs(w))) {
				t.Errorf("seed %d: %s[%d] is %.15g plain, %.15g ours", opt.Seed, p.Name, j, v, w)
			}
		}
	}
	t.Logf("seed %d: worst relative distance %.1e", opt.Seed, worst)
}
