package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
)

// rule is one of the lecture's three ways to learn. Its weights lie end to end in one slice, so that it can
// be compared number by number: W (3), or W1 (4×3) row by row and then W2 (4).
type rule struct {
	name    string
	weights int
	update  func(w, x []float64, d, alpha float64)
	loss    func(w, x []float64, d float64) float64
}

var rules = []rule{
	{
		"delta rule", 3, deltaRule,
		func(w, x []float64, d float64) float64 { return squared(d - output(w, x)) },
	},
	{
		"back-propagation", 16,
		func(w, x []float64, d, alpha float64) {
			W1, W2 := cut(w)
			backprop(W1, W2, x, d, alpha)
		},
		func(w, x []float64, d float64) float64 {
			W1, W2 := cut(w)
			return squared(d - forward(W1, W2, x).y)
		},
	},
	{
		"cross-entropy", 16,
		func(w, x []float64, d, alpha float64) {
			W1, W2 := cut(w)
			crossEntropy(W1, W2, x, d, alpha)
		},
		// -d·ln φ(v) - (1-d)·ln(1-φ(v)) = ln(1+e^v) - d·v, which loses no digits when φ(v) is near 1.
		func(w, x []float64, d float64) float64 {
			W1, W2 := cut(w)
			v := forward(W1, W2, x).v
			return math.Log1p(math.Exp(v)) - d*v
		},
	},
}

func squared(e float64) float64 { return e * e / 2 }

// cut divides w (16) into W1 (4×3) and W2 (4), which share w's memory.
func cut(w []float64) (W1 [][]float64, W2 []float64) {
	return [][]float64{w[0:3], w[3:6], w[6:9], w[9:12]}, w[12:16]
}

// autodiff is a rule's net in a library that differentiates by itself.
type autodiff interface {
	// gradient of the rule's loss for one sample at the weights w, in the layout of w.
	gradient(w, x []float64, d float64) ([]float64, error)
	// train goes from the weights w through the samples in order, epochs times, a step of gradient descent
	// of rate alpha after each, and returns the weights at the end.
	train(w []float64, X [][]float64, D []float64, alpha float64, epochs int) ([]float64, error)
}

// builders make the same net in different ways; every test below runs over all of them.
var builders = []struct {
	name  string
	build func(rule) (autodiff, error)
}{
	{"stock Gorgonia", newStock},
	{"our layers", newLayers},
}

// forEachUpdate calls f with one epoch of samples for each of 100 seeds and each target. The weights w move
// with the rule after each sample, so they are random at first and partly trained later. Every second seed
// starts with weights eight times as large, so that saturated neurons are seen too.
func forEachUpdate(r rule, f func(seed uint32, w, x []float64, d float64)) {
	for _, target := range []task{firstInput, and, xor} {
		for seed := uint32(1); seed <= 100; seed++ {
			w := uniform(rand.New(rand.NewPCG(uint64(seed), 0)), r.weights)
			for j := range w {
				w[j] *= []float64{8, 1}[seed%2]
			}
			for i, x := range X {
				f(seed, slices.Clone(w), x, target.D[i])
				r.update(w, x, target.D[i], 0.9)
			}
		}
	}
}

// worst is the largest absolute difference of two slices; NaN anywhere, or unequal lengths, give +Inf.
func worst(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	most := 0.0
	for i := range a {
		difference := math.Abs(a[i] - b[i])
		if math.IsNaN(difference) {
			return math.Inf(1)
		}
		most = max(most, difference)
	}
	return most
}

// The lecture's updates, derived by hand, are -alpha times the gradient that a library finds by itself.
func TestUpdatesAreAutodiff(t *testing.T) {
	const alpha, tolerance = 0.9, 1e-12
	for _, b := range builders {
		for _, r := range rules {
			t.Run(b.name+"/"+r.name, func(t *testing.T) {
				net, err := b.build(r)
				if err != nil {
					t.Fatal(err)
				}
				compared, largest, most := 0, 0.0, 0.0
				forEachUpdate(r, func(seed uint32, w, x []float64, d float64) {
					step, err := net.gradient(w, x, d)
					if err != nil {
						t.Fatalf("seed %d, x %v: %v", seed, x, err)
					}
					moved := slices.Clone(w)
					r.update(moved, x, d, alpha)
					for j := range moved {
						moved[j] -= w[j]
					}
					for j := range step {
						step[j] *= -alpha
						largest = max(largest, math.Abs(step[j]))
					}
					off := worst(moved, step)
					if off > tolerance {
						t.Fatalf("seed %d, x %v, d %v: update %v, -alpha·gradient %v", seed, x, d, moved, step)
					}
					most = max(most, off)
					compared++
				})
				if compared != 1200 || largest < 0.1 {
					t.Errorf("%d updates, largest step %g: want 1200 with steps above 0.1", compared, largest)
				}
				t.Logf("%d updates, worst difference %.1e", compared, most)
			})
		}
	}
}

// Central differences of the loss know neither the lecture's formulas nor the library's.
func TestAutodiffIsCentralDifference(t *testing.T) {
	const tolerance = 1e-8
	settings := &fd.Settings{Formula: fd.Central, Step: 1e-5}
	for _, b := range builders {
		for _, r := range rules {
			t.Run(b.name+"/"+r.name, func(t *testing.T) {
				net, err := b.build(r)
				if err != nil {
					t.Fatal(err)
				}
				most := 0.0
				forEachUpdate(r, func(seed uint32, w, x []float64, d float64) {
					slope := fd.Gradient(nil, func(w []float64) float64 { return r.loss(w, x, d) }, w, settings)
					grad, err := net.gradient(w, x, d)
					if err != nil {
						t.Fatalf("seed %d, x %v: %v", seed, x, err)
					}
					update := make([]float64, len(w)) // the rule's own gradient: an update of rate -1 from w, less w
					copy(update, w)
					r.update(update, x, d, -1)
					for j := range update {
						update[j] -= w[j]
					}
					if a, s := worst(grad, slope), worst(update, slope); a > tolerance || s > tolerance {
						t.Fatalf("seed %d, x %v, d %v: differences %v, autodiff %v, scratch %v", seed, x, d, slope, grad, update)
					} else {
						most = max(most, a, s)
					}
				})
				t.Logf("worst difference %.1e", most)
			})
		}
	}
}
