package main

import (
	"math"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// No weight of the age does better than the best, and one does as well: the error is a parabola in it.
func TestBestAge(t *testing.T) {
	data := dataset.BloodFat()
	least, err := leastSquares(data)
	if err != nil {
		t.Fatal(err)
	}
	best := bestAge(data, least)
	for _, p := range []plane{{weight: 1, bias: 5}, {weight: -2, bias: 90}, {}, least} {
		at := func(age float64) float64 { return plane{p.weight, age, p.bias}.mse(data) }
		// the parabola through three points, and its minimum
		bend, slope := (at(1)+at(-1))/2-at(0), (at(1)-at(-1))/2
		want := at(-slope / (2 * bend))
		if got := best(p.weight, p.bias); math.Abs(got-want) > 1e-9*at(0) {
			t.Errorf("%v: %v, want %v", p, got, want)
		}
	}
	if got, want := best(least.weight, least.bias), least.mse(data); math.Abs(got-want) > 1e-7 {
		t.Errorf("at least squares %v, want %v", got, want)
	}
}

// Of data that a plane goes through, or that are all alike, the map has a valley too, around least squares.
func TestValley(t *testing.T) {
	people := dataset.BloodFat()
	for _, truth := range []plane{{2, 3, 50}, {0, 0, 300}, {}} {
		var inputs, targets []float64
		for i := range people.Len() {
			row := people.Input(i)
			inputs, targets = append(inputs, row...), append(targets, truth.at(row[0], row[1]))
		}
		data, err := dataset.FromFloats([]int{2}, inputs, []int{1}, targets)
		if err != nil {
			t.Fatal(err)
		}
		best, err := leastSquares(data)
		if err != nil {
			t.Fatal(err)
		}
		value := valley(data, best)
		if got := value(best.weight, best.bias); math.Abs(got+4) > 0.1 {
			t.Errorf("%v: at least squares %g, want -4", truth, got)
		}
		if got := value(0, 0); math.IsNaN(got) {
			t.Errorf("%v: at 0 not a number", truth)
		}
		if got := value(truth.weight+0.5, truth.bias-20); truth.weight != 0 && !(got > -4 && got < 2) {
			t.Errorf("%v: beside least squares %g, want a colour between the ends", truth, got)
		}
	}
}

// A long run notes at most 10,000 points after the first, and the end, also where it was stopped.
func TestTrajectoryIsThinned(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Dense{Units: 1})
	if err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ epochs, trained, points int }{
		{5000, 5000, 5001}, {25000, 25000, 8335}, {3, 3, 4}, {25000, 7, 4}, {25000, 6, 3},
	} {
		w, h := startTrajectory(net), &model.History{}
		callback := w.callback(c.epochs)
		for epoch := 1; epoch <= c.trained; epoch++ {
			e := model.Epoch{Epoch: epoch}
			h.Epochs = append(h.Epochs, e)
			if err := callback.EpochEnd(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := callback.TrainEnd(h); err != nil {
			t.Fatal(err)
		}
		if len(w.points) != c.points || w.epochs != c.trained {
			t.Errorf("%d of %d epochs: %d points over %d, want %d", c.trained, c.epochs, len(w.points), w.epochs, c.points)
		}
	}
}
