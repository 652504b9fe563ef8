package kernel

import "math"

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
