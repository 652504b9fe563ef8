// Delta rule: one layer, three weights, one sigmoid.
//
//	x (3) ── W (3) ──> v ── φ ──> y        d is the wanted y
//
// Widrow and Hoff (1960) for a linear unit; with φ′ as in Rumelhart, Hinton and Williams (1986).

package main

import (
	"math"
	"math/rand/v2"
)

// uniform draws n weights from [-1, 1).
func uniform(random *rand.Rand, n int) []float64 {
	W := make([]float64, n)
	for j := range W {
		W[j] = 2*random.Float64() - 1
	}
	return W
}

// dot is w·x = w₁x₁ + w₂x₂ + ... for two slices of one length.
func dot(w, x []float64) float64 {
	v := 0.0
	for j := range w {
		v += w[j] * x[j]
	}
	return v
}

// sigmoid is φ(v) = 1 / (1 + e^-v). Its slope needs no second exponential: φ′(v) = y(1-y) with y = φ(v).
func sigmoid(v float64) float64 { return 1 / (1 + math.Exp(-v)) }

// output is the forward pass of one layer, y = φ(W·x). W (3), x (3).
func output(W, x []float64) float64 {
	v := dot(W, x)    // v = W·x
	return sigmoid(v) // y = φ(v)
}

// deltaRule moves W (3) by one sample: input x (3), wanted output d, learning rate alpha.
//
// It is one step down the slope of J = ½(d-y)²: Δw = -α·∂J/∂w.
func deltaRule(W, x []float64, d, alpha float64) {
	y := output(W, x)        // y  = φ(W·x)
	e := d - y               // e  = d - y
	delta := y * (1 - y) * e // δ  = φ′(v)·e = y(1-y)·e
	for j := range W {
		W[j] += alpha * delta * x[j] // Δw = α·δ·x
	}
}

// deltaRuleEpoch goes once through the samples X (n×3) and wanted outputs D (n), updating W (3) after each.
func deltaRuleEpoch(W []float64, X [][]float64, D []float64, alpha float64) {
	for i, x := range X {
		deltaRule(W, x, D[i], alpha)
	}
}
