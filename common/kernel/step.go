package kernel

import (
	"math"
	"sync"

	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// The optimizer steps are those of Keras 3, each in one pass over the weights; w and the state
// are updated, g is read. All slices of a call have the same length. The arithmetic is done in
// the weights' type, as in Keras; rates come as float64 and are rounded to that type once,
// differences such as 1-rho before the rounding. Keras does the same with a Python number, after it
// has rounded some rates to float32 (package solver does that). The proof is a run of Keras 3.15 in
// float64 with the rates 0.9, 0.999, 0.1 and 0.004, which no float32 holds
// (solver/testdata/make_defaults.py): with these formulas and this rounding the weights are equal
// to 1e-15; with any other rounding they differ by 1e-12 to 7e-6.
//
// T(x*y) around a product keeps the compiler from fusing it with the sum beside it, which it
// may do on arm64: the same bits everywhere. Elements do not depend on each other, so the bits do not
// depend on how a long slice is cut.
//
// In assembly a step gives the bits of the plain loop, with one exception: numbers below 1.2e-38 (the smallest
// normal float32) count as 0 and, once rounded, become 0, in w, the state, g and all intermediate results. The
// moments of a weight whose gradient stays 0 shrink to such numbers, with which the CPU is slow. So they shrink
// only as long as a step subtracts 1.2e-38 or more.

// stepPiece is the number of weights of one piece, and the most that are not cut: half as many take Adam about a
// tenth longer where the weights are in no cache.
const stepPiece = 1 << 15

// SGDStep is w -= learningRate*g.
func SGDStep[T Float](w, g []T, learningRate float64) {
	if len(g) <= fewElements {
		sgdLoop(w, g, T(learningRate))
		return
	}
	update[T]{rule: sgd, w: w, g: g, rate: T(learningRate)}.all()
}

// MomentumStep is velocity = momentum*velocity - learningRate*g; w += velocity. With nesterov it
// is w += momentum*velocity - learningRate*g, velocity being the new one.
func MomentumStep[T Float](w, velocity, g []T, learningRate, momentum float64, nesterov bool) {
	u := update[T]{rule: classical, w: w, v: velocity, g: g, rate: T(learningRate), keep: T(momentum)}
	if nesterov {
		u.rule = nesterovs
	}
	u.all()
}

// RMSpropStep is v = rho*v + (1-rho)*g²; w -= learningRate*g/sqrt(v+epsilon).
func RMSpropStep[T Float](w, v, g []T, learningRate, rho, epsilon float64) {
	update[T]{rule: rmsprop, w: w, v: v, g: g,
		rate: T(learningRate), keep: T(rho), take2: T(1 - rho), epsilon: T(epsilon)}.all()
}

// AdagradStep is accumulator += g²; w -= learningRate*g/sqrt(accumulator+epsilon).
func AdagradStep[T Float](w, accumulator, g []T, learningRate, epsilon float64) {
	update[T]{rule: adagrad, w: w, v: accumulator, g: g, rate: T(learningRate), epsilon: T(epsilon)}.all()
}

// AdamStep is w -= decay*w; m += (1-beta1)*(g-m); v += (1-beta2)*(g²-v); w -= alpha*m/(sqrt(v)+epsilon).
// alpha is the learning rate times sqrt(1-beta2^t)/(1-beta1^t) for step t = 1, 2, ...: both bias
// corrections, folded into the step. decay is learning rate times weight decay, 0 for plain Adam.
func AdamStep[T Float](w, m, v, g []T, alpha, beta1, beta2, epsilon, decay float64) {
	update[T]{rule: adam, w: w, m: m, v: v, g: g,
		rate: T(alpha), take1: T(1 - beta1), take2: T(1 - beta2), epsilon: T(epsilon), decay: T(decay)}.all()
}

// rule is an optimizer.
type rule int

const (
	sgd rule = iota
	classical
	nesterovs
	rmsprop
	adagrad
	adam
)

// update is one optimizer step.
type update[T Float] struct {
	rule       rule
	w, m, v, g []T // m is nil but for Adam, v for SGD

	rate, keep, take1, take2, epsilon, decay T // those that the rule has
}

var updates sync.Pool

// all takes the step, on long slices in pieces.
func (u update[T]) all() {
	if n := len(u.g); n > stepPiece {
		parallel.Region(&updates, ceilDiv(n, stepPiece), u)
		return
	}
	u.Piece(0)
}

func (u *update[T]) Piece(i int) {
	lo, hi := i*stepPiece, min((i+1)*stepPiece, len(u.g))
	w, g := u.w[lo:hi], u.g[lo:hi]
	var m, v []T
	if u.rule != sgd {
		v = u.v[lo:hi]
	}
	if u.rule == adam {
		m = u.m[lo:hi]
	}
	if vector.Runs[T]() {
		u.assembly(vector.Single(w), vector.Single(m), vector.Single(v), vector.Single(g))
		return
	}
	u.loops(w, m, v, g)
}

// assembly takes the step for some of the weights in assembly.
func (u *update[T]) assembly(w, m, v, g []float32) {
	rate, keep, epsilon := float32(u.rate), float32(u.keep), float32(u.epsilon)
	switch u.rule {
	case sgd:
		vector.SGD(w, g, rate)
	case classical:
		vector.Momentum(w, v, g, rate, keep)
	case nesterovs:
		vector.Nesterov(w, v, g, rate, keep)
	case rmsprop:
		vector.RMSprop(w, v, g, rate, keep, float32(u.take2), epsilon)
	case adagrad:
		vector.Adagrad(w, v, g, rate, epsilon)
	case adam:
		vector.Adam(w, m, v, g, rate, float32(u.take1), float32(u.take2), epsilon, float32(u.decay))
	}
}

// loops takes the step for some of the weights in plain Go.
func (u *update[T]) loops(w, m, v, g []T) {
	switch u.rule {
	case sgd:
		sgdLoop(w, g, u.rate)
	case classical:
		momentumLoop(w, v, g, u.rate, u.keep, false)
	case nesterovs:
		momentumLoop(w, v, g, u.rate, u.keep, true)
	case rmsprop:
		rmspropLoop(w, v, g, u.rate, u.keep, u.take2, u.epsilon)
	case adagrad:
		adagradLoop(w, v, g, u.rate, u.epsilon)
	case adam:
		adamLoop(w, m, v, g, u.rate, u.take1, u.take2, u.epsilon, u.decay)
	}
}

func sgdLoop[T Float](w, g []T, lr T) {
	w = w[:len(g)]
	for i, g := range g {
		w[i] -= T(lr * g)
	}
}

func momentumLoop[T Float](w, velocity, g []T, lr, mu T, nesterov bool) {
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

func rmspropLoop[T Float](w, v, g []T, lr, keep, take, eps T) {
	w, v = w[:len(g)], v[:len(g)]
	for i, g := range g {
		x := T(keep*v[i]) + T(take*T(g*g))
		v[i] = x
		w[i] -= T(lr*g) / sqrt(x+eps)
	}
}

func adagradLoop[T Float](w, accumulator, g []T, lr, eps T) {
	w, accumulator = w[:len(g)], accumulator[:len(g)]
	for i, g := range g {
		a := accumulator[i] + T(g*g)
		accumulator[i] = a
		w[i] -= T(lr*g) / sqrt(a+eps)
	}
}

func adamLoop[T Float](w, m, v, g []T, alpha, take1, take2, epsilon, decay T) {
	w, m, v = w[:len(g)], m[:len(g)], v[:len(g)]
	for i, g := range g {
		x := m[i] + T((g-m[i])*take1)
		y := v[i] + T((T(g*g)-v[i])*take2)
		m[i], v[i] = x, y
		w[i] = w[i] - T(w[i]*decay) - T(x*alpha)/(sqrt(y)+epsilon)
	}
}

// sqrt is correctly rounded for either type: the float64 root of a float32, rounded again, is.
func sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }
