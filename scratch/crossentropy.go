// Cross-entropy: the net of backprop.go with another loss,
//
//	J = -d·ln y - (1-d)·ln(1-y)
//
// ∂J/∂y = (y-d) / (y(1-y)), and the sigmoid's slope y(1-y) cancels the denominator: ∂J/∂v = y - d = -e.
// A saturated output (y near 0 or 1) that is wrong still learns at full speed.
//
// Solla, Levin and Fleisher, "Accelerated learning in layered neural networks" (1988).

package main

// crossEntropy moves W1 (4×3) and W2 (4) by one sample: input x (3), wanted output d, learning rate alpha.
func crossEntropy(W1 [][]float64, W2, x []float64, d, alpha float64) pass {
	p := forward(W1, W2, x)
	p.e = d - p.y  // e  = d - y
	p.delta = p.e  // δ  = e         the one line that differs from backprop
	p.toHidden(W2) // e1 = W2ᵀ·δ, δ1 = y1(1-y1)∘e1
	p.update(W1, W2, x, alpha)
	return p
}

// crossEntropyEpoch goes once through the samples X (n×3) and wanted outputs D (n), updating after each.
func crossEntropyEpoch(W1 [][]float64, W2 []float64, X [][]float64, D []float64, alpha float64) {
	for i, x := range X {
		crossEntropy(W1, W2, x, D[i], alpha)
	}
}
