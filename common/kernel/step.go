package kernel

import "math"

// The optimizer steps are those of Keras 3, each in one pass over the weights; w and the state
// are updated, g is read. All slices of a call have the same length. The arithmetic is done in
// the weights' type, as in Keras; rates come as float64 and are rounded to that type once,
// differences such as 1-rho before the rounding.
//
// T(x*y) around a product keeps the compiler from fusing it with the sum beside it, which it
// may do on arm64: the same bits everywhere.

// SGDStep is w -= learningRate*g.
func SGDStep[T Float](w, g []T, learningRate float64) {
	lr := T(learningRate)
	for i, g := range g {
		w[i] -= T(lr * g)
	}
}

// MomentumStep is velocity = momentum*velocity - learningRate*g; w += velocity. With nesterov it
// is w += momentum*velocity - learningRate*g, velocity being the new one.
func MomentumStep[T Float](w, velocity, g []T, learningRate, momentum float64, nesterov bool) {
	lr, mu := T(learningRate), T(momentum)
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
	for i, g := range g {
		x := T(keep*v[i]) + T(take*T(g*g))
		v[i] = x
		w[i] -= T(lr*g) / sqrt(x+eps)
	}
}

// AdagradStep is accumulator += g²; w -= learningRate*g/sqrt(accumulator+epsilon).
func AdagradStep[T Float](w, accumulator, g []T, learningRate, epsilon float64) {
	lr, eps := T(learningRate), T(epsilon)
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
	a, take1, take2, eps, dec := T(alpha), T(1-beta1), T(1-beta2), T(epsilon), T(decay)
	for i, g := range g {
		x := m[i] + T((g-m[i])*take1)
		y := v[i] + T((T(g*g)-v[i])*take2)
		m[i], v[i] = x, y
		w[i] = w[i] - T(w[i]*dec) - T(x*a)/(sqrt(y)+eps)
	}
}

// sqrt is correctly rounded for either type: the float64 root of a float32, rounded again, is.
func sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }
