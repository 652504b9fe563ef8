package study

import (
	"os"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

func race(seeds int) Race {
	return Race{
		Net: func() *model.Net {
			return model.Sequential(model.Input(2), layer.Dense{Units: 4, Activation: layer.Sigmoid},
				layer.Dense{Units: 1, Activation: layer.Sigmoid})
		},
		Loss: loss.MeanSquaredError, Train: dataset.XOR(), Test: dataset.XOR(),
		Epochs: 6, Batch: 1, Seed: 7, Seeds: seeds,
	}
}

func ignore(Lane) {}

// The lanes of several seeds hold the lanes of each alone: their median, lowest and highest.
func TestRaceIsTheRangeOfItsSeeds(t *testing.T) {
	var alone [][]Lane
	for seed := range uint32(4) {
		r := race(1)
		r.Seed += seed
		lanes, err := r.Run(t.Context(), Optimizers(), ignore)
		if err != nil {
			t.Fatal(err)
		}
		alone = append(alone, lanes)
	}
	reported := 0
	lanes, err := race(4).Run(t.Context(), Optimizers(), func(Lane) { reported++ })
	if err != nil || reported != 6 || len(lanes) != 6 {
		t.Fatalf("%d lanes, %d reported, error %v, want 6", len(lanes), reported, err)
	}
	for i, lane := range lanes {
		for epoch := range 6 {
			var values []float64
			for _, a := range alone {
				values = append(values, a[i].Median[epoch])
			}
			slices.Sort(values)
			if lane.Low[epoch] != values[0] || lane.High[epoch] != values[3] || lane.Median[epoch] != (values[1]+values[2])/2 {
				t.Errorf("%s, epoch %d: %v %v %v, want those of %v", lane.Name, epoch+1,
					lane.Low[epoch], lane.Median[epoch], lane.High[epoch], values)
			}
		}
		if len(lane.Accuracy) != 4 || !slices.IsSorted(lane.Accuracy) {
			t.Errorf("%s: accuracies %v, want four in order", lane.Name, lane.Accuracy)
		}
	}
}

func TestRaceRates(t *testing.T) {
	r := race(1)
	r.Rate, r.Epochs = 0.5, 1
	lanes, err := r.Run(t.Context(), Optimizers(), ignore)
	if err != nil {
		t.Fatal(err)
	}
	for _, lane := range lanes {
		if lane.Rate != 0.5 {
			t.Errorf("%s has the rate %g, want 0.5", lane.Name, lane.Rate)
		}
	}
}

func TestRaceErrors(t *testing.T) {
	_, err := race(0).Run(t.Context(), Optimizers(), ignore)
	wording.Check(t, err, "0 seeds", "1")
	still := race(1)
	still.Epochs = 0
	wording.Check(t, RaceOptimizers(t.Context(), &cli.Run{Out: t.TempDir()}, still), "0 epochs", "1")
	bad := []Optimizer{{"SGD", 0, func(rate float64) (gorgonia.Solver, error) { return solver.NewSGD(rate), nil }}}
	_, err = race(1).Run(t.Context(), bad, ignore)
	wording.Check(t, err, "SGD, seed 7", "LearningRate")
}
