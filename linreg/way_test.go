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

// No other weight of the age does better: it is the bottom of the parabola. At the least-squares weight and
// bias it is that of least squares.
func TestBestAge(t *testing.T) {
	data := dataset.BloodFat()
	for _, p := range []plane{{weight: 1, bias: 5}, {weight: -2, bias: 90}, {}} {
		best := bestAge(data, p.weight, p.bias)
		for _, step := range []float64{-0.01, 0.01} {
			other := best
			other.age += step
			if other.mse(data) <= best.mse(data) {
				t.Errorf("%v: %v is better than %v", p, other, best)
			}
		}
	}
	least, err := leastSquares(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := bestAge(data, least.weight, least.bias).age; math.Abs(got-least.age) > 1e-9 {
		t.Errorf("at least squares %v, want %v", got, least.age)
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

// A long run notes at most 10,000 places after the first, the last epoch among them.
func TestWayIsThinned(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Dense{Units: 1})
	if err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}); err != nil {
		t.Fatal(err)
	}
	for epochs, want := range map[int]int{5000: 5001, 25000: 8335, 3: 4} {
		w := startWay(net)
		end := w.callback(epochs).EpochEnd
		for epoch := 1; epoch <= epochs; epoch++ {
			if err := end(model.Epoch{Epoch: epoch}); err != nil {
				t.Fatal(err)
			}
		}
		if len(w.places) != want {
			t.Errorf("%d epochs: %d places, want %d", epochs, len(w.places), want)
		}
	}
}
