// Back-propagation: a hidden layer of four between input and output.
//
//	x (3) ── W1 (4×3) ──> v1 ── φ ──> y1 (4) ── W2 (1×4) ──> v ── φ ──> y
//
// Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors" (1986).

package main

// pass holds every number of one sample's forward and backward pass.
type pass struct {
	v1, y1     []float64 // hidden layer (4): weighted sums, outputs
	v, y       float64   // output layer (1)
	e, delta   float64   // output layer (1): error, error times slope
	e1, delta1 []float64 // hidden layer (4)
}

// forward carries x (3) through W1 (4×3) and W2 (4, the one row of the 1×4 matrix) to y.
func forward(W1 [][]float64, W2, x []float64) pass {
	hidden := len(W1)
	p := pass{v1: make([]float64, hidden), y1: make([]float64, hidden)}
	for i := range W1 {
		p.v1[i] = dot(W1[i], x)    // v1 = W1·x      4×3 · 3 = 4
		p.y1[i] = sigmoid(p.v1[i]) // y1 = φ(v1)
	}
	p.v = dot(W2, p.y1) // v  = W2·y1     1×4 · 4 = 1
	p.y = sigmoid(p.v)  // y  = φ(v)
	return p
}

// toHidden carries the output's delta back through W2 (4). The hidden layer has no wanted output, so its
// error is defined as its share of the output's: as much as its weight passed forward.
func (p *pass) toHidden(W2 []float64) {
	hidden := len(W2)
	p.e1, p.delta1 = make([]float64, hidden), make([]float64, hidden)
	for i := range W2 {
		p.e1[i] = W2[i] * p.delta                       // e1 = W2ᵀ·δ     4×1 · 1 = 4
		p.delta1[i] = p.y1[i] * (1 - p.y1[i]) * p.e1[i] // δ1 = φ′(v1)∘e1 = y1(1-y1)∘e1
	}
}

// update moves W1 (4×3) and W2 (4) by the deltas of sample x (3).
func (p *pass) update(W1 [][]float64, W2, x []float64, alpha float64) {
	for i := range W1 {
		for j := range x {
			W1[i][j] += alpha * p.delta1[i] * x[j] // ΔW1 = α·δ1·xᵀ    4 · 1×3 = 4×3
		}
		W2[i] += alpha * p.delta * p.y1[i] // ΔW2 = α·δ·y1ᵀ    1 · 1×4 = 1×4
	}
}

// backprop moves W1 (4×3) and W2 (4) by one sample: input x (3), wanted output d, learning rate alpha.
//
// It is one step down the slope of J = ½(d-y)²: ΔW = -α·∂J/∂W.
func backprop(W1 [][]float64, W2, x []float64, d, alpha float64) pass {
	p := forward(W1, W2, x)
	p.e = d - p.y                   // e  = d - y
	p.delta = p.y * (1 - p.y) * p.e // δ  = φ′(v)·e = y(1-y)·e
	p.toHidden(W2)                  // before W2 moves: e1 belongs to the weights that made y
	p.update(W1, W2, x, alpha)
	return p
}

// backpropEpoch goes once through the samples X (n×3) and wanted outputs D (n), updating after each.
func backpropEpoch(W1 [][]float64, W2 []float64, X [][]float64, D []float64, alpha float64) {
	for i, x := range X {
		backprop(W1, W2, x, D[i], alpha)
	}
}
