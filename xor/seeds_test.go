package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// The seeds that solve XOR are those of real Keras: testdata/seeds_keras.py trained the same net from the same 100.
func TestSeedsAreThoseOfKeras(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "seeds_keras.json"))
	if err != nil {
		t.Fatal(err)
	}
	var keras struct {
		Epochs       int
		LearningRate float64 `json:"learning_rate"`
		Seeds        []struct {
			Seed    uint32
			Solved  bool
			Loss    float64
			Answers []float64
		}
	}
	if err := json.Unmarshal(text, &keras); err != nil || len(keras.Seeds) != seedCount {
		t.Fatalf("%d seeds (%v), want %d", len(keras.Seeds), err, seedCount)
	}
	data, worst := dataset.XOR(), 0.0
	for _, want := range keras.Seeds {
		net := twoLayers()
		err := net.Compile(model.Config{
			Loss: loss.MeanSquaredError, Solver: solver.NewSGD(keras.LearningRate), Seed: want.Seed})
		if err != nil {
			t.Fatal(err)
		}
		history, err := net.Fit(t.Context(), data, model.Fit{Epochs: keras.Epochs, Batch: 1})
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
