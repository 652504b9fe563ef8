//go:build !race

package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The lecture's whole runs, 10,000 epochs of four updates, end at the same weights by hand and by library.
func TestLongRunsEndEqual(t *testing.T) {
	const alpha, epochs, tolerance = 0.9, 10000, 1e-9
	ends := map[string]task{"delta rule": and, "back-propagation": xor, "cross-entropy": xor}
	for _, b := range builders {
		for _, r := range rules {
			t.Run(b.name+"/"+r.name, func(t *testing.T) {
				D := ends[r.name].D
				start := uniform(rand.New(rand.NewPCG(1, 0)), r.weights)
				w := slices.Clone(start)
				for range epochs {
					for i, x := range X {
						r.update(w, x, D[i], alpha)
					}
				}
				net, err := b.build(r)
				if err != nil {
					t.Fatal(err)
				}
				trained, err := net.train(start, X, D, alpha, epochs)
				if err != nil {
					t.Fatal(err)
				}
				off := worst(w, trained)
				if off > tolerance {
					t.Errorf("after %d epochs: by hand %v, by library %v", epochs, w, trained)
				}
				if worst(w, start) < 1 {
					t.Errorf("no weight moved by 1: from %v to %v", start, w)
				}
				t.Logf("worst difference %.1e", off)
			})
		}
	}
}

// The delta rule on one layer comes to the lecture's numbers from the weights of any of 100 seeds.
func TestDeltaRuleGivesLectureResults(t *testing.T) {
	for _, test := range []struct {
		task      task
		want      []float64
		tolerance float64
	}{
		{firstInput, []float64{0.0102, 0.0083, 0.9932, 0.9917}, 1e-3},
		{and, []float64{0, 0, 0, 1}, 0.05},
		{xor, []float64{0.530, 0.500, 0.470, 0.441}, 1e-3},
	} {
		for seed := uint64(1); seed <= 100; seed++ {
			c, err := trainLayer(t.Context(), lectureRun(seed), test.task)
			if err != nil {
				t.Fatal(err)
			}
			if worst(c.outputs, test.want) > test.tolerance {
				t.Fatalf("%s, seed %d: %v, want %v within %g", test.task.name, seed, c.outputs, test.want, test.tolerance)
			}
		}
	}
}

// What the README says of 100 seeds: most solve XOR; where both losses get within 0.1, cross-entropy gets
// closer; and where one fails, all hidden neurons are off for the failing row, so that y = φ(0) = ½.
func TestXORSharesOf100Seeds(t *testing.T) {
	solved := map[string]int{}
	both, closer := 0, 0
	for seed := uint64(1); seed <= 100; seed++ {
		losses := map[string]float64{}
		for method, epoch := range map[string]func([][]float64, []float64, [][]float64, []float64, float64){
			"squared error": backpropEpoch, "cross-entropy": crossEntropyEpoch,
		} {
			W1, W2 := newNet(seed)
			for range 10000 {
				epoch(W1, W2, X, xor.D, 0.9)
			}
			far, failing := 0.0, 0
			for i, x := range X {
				e := xor.D[i] - forward(W1, W2, x).y
				losses[method] += e * e / 4
				if math.Abs(e) > far {
					far, failing = math.Abs(e), i
				}
			}
			switch {
			case far < 0.5:
				solved[method]++
			default:
				if p := forward(W1, W2, X[failing]); slices.Max(p.y1) > 0.01 || math.Abs(p.y-0.5) > 0.01 {
					t.Errorf("%s, seed %d: x %v gives %v, %g: want hidden neurons off and ½", method, seed, X[failing], p.y1, p.y)
				}
			}
			if far >= 0.1 {
				losses[method] = math.NaN()
			}
		}
		if s, c := losses["squared error"], losses["cross-entropy"]; !math.IsNaN(s) && !math.IsNaN(c) {
			both++
			if c < s {
				closer++
			}
		}
	}
	t.Logf("solved %v; cross-entropy closer in %d of %d", solved, closer, both)
	if solved["squared error"] < 93 || solved["cross-entropy"] < 85 {
		t.Errorf("solved %v, want 96 and 89 or near", solved)
	}
	if both < 78 || closer != both {
		t.Errorf("cross-entropy closer in %d of %d, want all of 83 or near", closer, both)
	}
}
