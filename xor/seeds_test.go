//go:build !race

package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// kerasSeed is a run of real Keras, by testdata/seeds_keras.py.
type kerasSeed struct {
	Seed    uint32
	Solved  bool
	Loss    float64
	Answers []float64
}

// kerasSeeds are the runs from the first hundred seeds, with the lecture's settings.
func kerasSeeds(t *testing.T) []kerasSeed {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "seeds_keras.json"))
	if err != nil {
		t.Fatal(err)
	}
	var keras struct {
		Epochs int
		Rate   float64 `json:"learning_rate"`
		Batch  int
		Seeds  []kerasSeed
	}
	if err := json.Unmarshal(text, &keras); err != nil || len(keras.Seeds) != seedCount || keras.Epochs != defaults.Epochs ||
		keras.Rate != defaults.LearningRate || keras.Batch != defaults.Batch {
		t.Fatalf("%d seeds, %d epochs, rate %v, batch %d (%v), want %d and the program's own", len(keras.Seeds), keras.Epochs,
			keras.Rate, keras.Batch, err, seedCount)
	}
	return keras.Seeds
}

// The same net trained from the same seeds gives Keras' answers.
func TestSeedsAreThoseOfKeras(t *testing.T) {
	clitest.Long(t)
	data, worst := dataset.XOR(), 0.0
	for _, want := range kerasSeeds(t) {
		net := twoLayers(2)
		err := net.Compile(model.Config{
			Loss: loss.MeanSquaredError, Solver: solver.NewSGD(defaults.LearningRate), Seed: want.Seed})
		if err != nil {
			t.Fatal(err)
		}
		history, err := net.Fit(t.Context(), data, model.Fit{Epochs: defaults.Epochs, Batch: defaults.Batch})
		if err != nil {
			t.Fatal(err)
		}
		out, err := net.Predict(data)
		if err != nil {
			t.Fatal(err)
		}
		if got := solved(out, data); got != want.Solved {
			t.Errorf("seed %d: solved %t, Keras %t", want.Seed, got, want.Solved)
		}
		for i, y := range model.Float64s(out) {
			worst = max(worst, math.Abs(y-want.Answers[i]))
		}
		worst = max(worst, math.Abs(history.Last().Loss-want.Loss))
	}
	t.Logf("furthest from Keras: %.1e", worst)
	if worst > 1e-4 {
		t.Errorf("answers and losses are %.1e from Keras', want at most 1e-4", worst)
	}
}
