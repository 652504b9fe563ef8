package main

import (
	"slices"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/lang"
)

// lectureRun has the lecture's constants.
func lectureRun(seed uint32) *cli.Run {
	return &cli.Run{Program: "scratch", Epochs: 10000, LearningRate: 0.9, Seed: seed}
}

func TestUniformWeights(t *testing.T) {
	for seed := range uint32(1000) {
		W1, W2 := newNet(seed)
		for _, w := range append(slices.Concat(W1...), W2...) {
			if !(w >= -1 && w < 1) {
				t.Fatalf("seed %d: weight %g, want [-1, 1)", seed, w)
			}
		}
	}
	W1, W2 := newNet(1)
	again1, again2 := newNet(1)
	other, _ := newNet(2)
	if !slices.EqualFunc(W1, again1, slices.Equal) || !slices.Equal(W2, again2) || slices.Equal(W1[0], other[0]) {
		t.Error("want the same weights from the same seed, and others from another")
	}
}

// The default seed solves everything that the lecture solves, about as well.
func TestDefaultSeedGivesLectureResults(t *testing.T) {
	for _, test := range []struct {
		method    lang.Word
		epoch     epochOf
		task      task
		want      []float64
		tolerance float64
	}{
		{"squared error", backpropEpoch, xor, []float64{0.0068, 0.9898, 0.9866, 0.0166}, 0.005},
		{"squared error", backpropEpoch, firstInput, firstInput.D, 0.01},
		{"squared error", backpropEpoch, and, and.D, 0.02},
		{"cross-entropy", crossEntropyEpoch, xor, []float64{3.5e-5, 0.99989, 0.99976, 3.6e-4}, 0.0005},
	} {
		c, err := trainNet(t.Context(), lectureRun(1), test.task, test.method, test.epoch)
		if err != nil {
			t.Fatal(err)
		}
		if worst(c.outputs, test.want) > test.tolerance || c.unsolved() >= 0 {
			t.Errorf("%s on %s: %v, want %v within %g", test.method, test.task.name, c.outputs, test.want, test.tolerance)
		}
		if n := len(c.losses); n != 1001 || c.losses[n-1] != c.loss() || c.losses[0] <= c.losses[n-1] {
			t.Errorf("%s on %s: %d values from %g to %g, want 1001 down to %g",
				test.method, test.task.name, n, c.losses[0], c.losses[n-1], c.loss())
		}
	}
}
