package kernel

import "math"

// The optimizer steps are those of Keras 3, each in one pass over the weights; w and the state
// are updated, g is read. All slices of a call have the same length. The arithmetic is done in
// the weights' type, as in Keras; rates come as float64 and are rounded to that type once,
// differences such as 1-rho before the rounding. That this is what Keras does with a Python
// number, and which rates it rounds to float32 first (package solver does that), was found by
// running Keras 3.15 in float64 with the rates 0.9, 0.999, 0.1 and 0.004, which no float32 holds
// (solver/testdata/make_defaults.py): with these formulas and that rounding the weights are equal
// to 1e-15, with any other rounding they are off by 1e-12 to 7e-6.
//
// T(x*y) around a product keeps the compiler from fusing it with the sum beside it, which it
// may do on arm64: the same bits everywhere. Elements do not depend on each other, so neither
// do the bits depend on how a long slice is cut.

// stepPiece is the number of weights above which a step is shared out: about 35 µs of Adam.
const stepPiece = 1 << 14

// SGDStep is w -= learningRate*g.
func SGDStep[T Float](w, g []T, learningRate float64) {
	lr := T(learningRate)
	if len(g) <= stepPiece {
		sgdPiece(w, g, lr)
		return
	}
	stepPieces(len(g), func(i, j int) { sgdPiece(w[i:j], g[i:j], lr) })
}

func sgdPiece[T Float](w, g []T, lr T) {
	w = w[:len(g)]
	for i, g := range g {
		w[i] -= T(lr * g)
	}
}

// MomentumStep is velocity = momentum*velocity - learningRate*g; w += velocity. With nesterov it
// is w += momentum*velocity - learningRate*g, velocity being the new one.
func MomentumStep[T Float](w, velocity, g []T, learningRate, momentum float64, nesterov bool) {
	lr, mu := T(learningRate), T(momentum)
	if len(g) <= stepPiece {
		momentumPiece(w, velocity, g, lr, mu, nesterov)
		return
	}
	stepPieces(len(g), func(i, j int) {
		momentumPiece(w[i:j], velocity[i:j], g[i:j], lr, mu, nesterov)
	})
}

func momentumPiece[T Float](w, velocity, g []T, lr, mu T, nesterov bool) {
	w, velocity = w[:len(g)], velocity[:len(g)]
	for i, g := range g {
		step := T(lr * g)
		v := T(mu*velocity[i]) - step
		velocity[i] = v
		if nesterov {
			v = T(mu*v) - step
		}
		w[i] += v
	}
}

// RMSpropStep is v = rho*v + (1-rho)*g²; w -= learningRate*g/sqrt(v+epsilon).
func RMSpropStep[T Float](w, v, g []T, learningRate, rho, epsilon float64) {
	lr, keep, take, eps := T(learningRate), T(rho), T(1-rho), T(epsilon)
	if len(g) <= stepPiece {
		rmspropPiece(w, v, g, lr, keep, take, eps)
		return
	}
	stepPieces(len(g), func(i, j int) {
		rmspropPiece(w[i:j], v[i:j], g[i:j], lr, keep, take, eps)
	})
}

func rmspropPiece[T Float](w, v, g []T, lr, keep, take, eps T) {
	w, v = w[:len(g)], v[:len(g)]
	for i, g := range g {
		x := T(keep*v[i]) + T(take*T(g*g))
		v[i] = x
		w[i] -= T(lr*g) / sqrt(x+eps)
	}
}

// AdagradStep is accumulator += g²; w -= learningRate*g/sqrt(accumulator+epsilon).
func AdagradStep[T Float](w, accumulator, g []T, learningRate, epsilon float64) {
	lr, eps := T(learningRate), T(epsilon)
	if len(g) <= stepPiece {
		adagradPiece(w, accumulator, g, lr, eps)
		return
	}
	stepPieces(len(g), func(i, j int) { adagradPiece(w[i:j], accumulator[i:j], g[i:j], lr, eps) })
}

func adagradPiece[T Float](w, accumulator, g []T, lr, eps T) {
	w, accumulator = w[:len(g)], accumulator[:len(g)]
	for i, g := range g {
		a := accumulator[i] + T(g*g)
		accumulator[i] = a
		w[i] -= T(lr*g) / sqrt(a+eps)
	}
}

// AdamStep is w -= decay*w; m += (1-beta1)*(g-m); v += (1-beta2)*(g²-v); w -= alpha*m/(sqrt(v)+epsilon).
// alpha is the learning rate times sqrt(1-beta2^t)/(1-beta1^t) for step t = 1, 2, ...: both bias
// corrections, folded into the step. decay is learning rate times weight decay, 0 for plain Adam.
func AdamStep[T Float](w, m, v, g []T, alpha, beta1, beta2, epsilon, decay float64) {
	rates := adamRates[T]{
		alpha: T(alpha), take1: T(1 - beta1), take2: T(1 - beta2), epsilon: T(epsilon), decay: T(decay)}
	if len(g) <= stepPiece {
		adamPiece(w, m, v, g, rates)
		return
	}
	stepPieces(len(g), func(i, j int) { adamPiece(w[i:j], m[i:j], v[i:j], g[i:j], rates) })
}

type adamRates[T Float] struct{ alpha, take1, take2, epsilon, decay T }

func adamPiece[T Float](w, m, v, g []T, r adamRates[T]) {
	w, m, v = w[:len(g)], m[:len(g)], v[:len(g)]
	for i, g := range g {
		x := m[i] + T((g-m[i])*r.take1)
		y := v[i] + T((T(g*g)-v[i])*r.take2)
		m[i], v[i] = x, y
		w[i] = w[i] - T(w[i]*r.decay) - T(x*r.alpha)/(sqrt(y)+r.epsilon)
	}
}

// stepPieces runs step(i, j) for [0, n) cut into pieces of stepPiece.
func stepPieces(n int, step func(i, j int)) {
	parallel(ceilDiv(n, stepPiece), jobFunc(func(piece int) {
		step(piece*stepPiece, min((piece+1)*stepPiece, n))
	}))
}

// sqrt is correctly rounded for either type: the float64 root of a float32, rounded again, is.
func sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }
