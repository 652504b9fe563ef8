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
