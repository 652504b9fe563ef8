package main

import (
	"math"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Stock Gorgonia and our layers, machine and solver, from the same weights: the same loss in every
// epoch, and the same weights at the end. The runs stop before RMSprop circles around the answer: at
// a rate of 0.05 it does so from epoch 165, and there ten steps make a difference of the last bit a
// million times larger.
func TestPlainIsTheSameTraining(t *testing.T) {
	const epochs, tolerance = 500, 1e-9
	data := dataset.BloodFat()
	for _, c := range []struct {
		seed uint64
		rate float64
	}{{1, 0.001}, {2, 0.001}, {3, 0.004}} {
		compile := func() *model.Net {
			net := model.Sequential(model.Input(2), layer.Dense{Units: 1})
			err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewRMSprop(c.rate),
				Seed: c.seed, Dtype: tensor.Float64})
			if err != nil {
				t.Fatal(err)
			}
			return net
		}
		ours, stock := compile(), compile()
		want, err := ours.Fit(t.Context(), data, model.Fit{Epochs: epochs, Batch: 25, NoShuffle: true})
		if err != nil {
			t.Fatal(err)
		}
		got, err := fitPlain(t.Context(), cli.Options{Epochs: epochs, Batch: 25, LearningRate: c.rate}, data, stock)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Epochs) != epochs || len(want.Epochs) != epochs {
			t.Fatalf("%d epochs plain and %d of ours, want %d", len(got.Epochs), len(want.Epochs), epochs)
		}
		worst := 0.0
		for i, e := range got.Epochs {
			distance := math.Abs(e.Loss-want.Epochs[i].Loss) / math.Max(1, want.Epochs[i].Loss)
			worst = math.Max(worst, distance)
			if !(distance <= tolerance) || e.Epoch != i+1 {
				t.Fatalf("seed %d, epoch %d: loss %.15g plain, %.15g ours", c.seed, e.Epoch, e.Loss, want.Epochs[i].Loss)
			}
		}
		if first, last := got.Epochs[0].Loss, got.Last().Loss; last >= first {
			t.Errorf("seed %d: the loss went from %g to %g", c.seed, first, last)
		}
		for i, p := range ours.Params() {
			for j, w := range p.Value.Float64s() {
				if v := stock.Params()[i].Value.Float64s()[j]; !(math.Abs(v-w) <= tolerance*math.Max(1, math.Abs(w))) {
					t.Errorf("seed %d: %s[%d] is %.15g plain, %.15g ours", c.seed, p.Name, j, v, w)
				}
			}
		}
		t.Logf("seed %d: worst relative distance %.1e", c.seed, worst)
	}
}
