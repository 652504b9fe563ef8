package kernel

import "math"

// elementPiece is the number of elements in one piece of an elementwise kernel.
const elementPiece = 1 << 15

// elementwise calls run for every run of at most elementPiece of n elements.
func elementwise(n int, run func(lo, hi int)) {
	parallel(ceilDiv(n, elementPiece), jobFunc(func(piece int) {
		run(piece*elementPiece, min((piece+1)*elementPiece, n))
	}))
}

// ReLU computes max(0, x); NaN stays NaN and -0 becomes 0:
//
//	for i := range x {
//		y[i] = max(x[i], 0)
//	}
func ReLU[T Float](y, x []T) {
	if len(x) <= elementPiece {
		relu(y[:len(x)], x)
		return
	}
	elementwise(len(x), func(lo, hi int) { relu(y[lo:hi], x[lo:hi]) })
}

func relu[T Float](y, x []T) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = max(v, 0)
	}
}

// ReLUGrad computes the gradient of ReLU from its output; where y is NaN it is 0:
//
//	for i := range y {
//		dx[i] = 0
//		if y[i] > 0 {
//			dx[i] = dy[i]
//		}
//	}
func ReLUGrad[T Float](dx, y, dy []T) {
	if len(y) <= elementPiece {
		reluGrad(dx, y, dy)
		return
	}
	elementwise(len(y), func(lo, hi int) { reluGrad(dx[lo:hi], y[lo:hi], dy[lo:hi]) })
}

func reluGrad[T Float](dx, y, dy []T) {
	dx, dy = dx[:len(y)], dy[:len(y)]
	var choice [2]T // 0 and dy[i]; a branch would be mispredicted for every other element
	for i, v := range y {
		choice[1] = dy[i]
		keep := 0
		if v > 0 {
			keep = 1
		}
		dx[i] = choice[keep]
	}
}

// Sigmoid computes the logistic function in float64, without overflow for any x:
//
//	for i := range x {
//		y[i] = 1 / (1 + exp(-x[i]))
//	}
func Sigmoid[T Float](y, x []T) {
	if len(x) <= elementPiece {
		sigmoid(y, x)
		return
	}
	elementwise(len(x), func(lo, hi int) { sigmoid(y[lo:hi], x[lo:hi]) })
}

func sigmoid[T Float](y, x []T) {
	y = y[:len(x)]
	for i, v := range x {
		// exp of a negative number only, so that a far negative x keeps its digits
		e := math.Exp(-math.Abs(float64(v)))
		if v < 0 {
			y[i] = T(e / (1 + e))
		} else {
			y[i] = T(1 / (1 + e))
		}
	}
}

// SigmoidGrad computes the gradient of Sigmoid from its output:
//
//	for i := range y {
//		dx[i] = dy[i] * y[i] * (1 - y[i])
//	}
func SigmoidGrad[T Float](dx, y, dy []T) {
	if len(y) <= elementPiece {
		sigmoidGrad(dx, y, dy)
		return
	}
	elementwise(len(y), func(lo, hi int) { sigmoidGrad(dx[lo:hi], y[lo:hi], dy[lo:hi]) })
}

func sigmoidGrad[T Float](dx, y, dy []T) {
	dx, dy = dx[:len(y)], dy[:len(y)]
	for i, v := range y {
		dx[i] = dy[i] * v * (1 - v)
	}
}

// Tanh computes the hyperbolic tangent in float64:
//
//	for i := range x {
//		y[i] = tanh(x[i])
//	}
func Tanh[T Float](y, x []T) {
	if len(x) <= elementPiece {
		tanh(y, x)
		return
	}
	elementwise(len(x), func(lo, hi int) { tanh(y[lo:hi], x[lo:hi]) })
}

func tanh[T Float](y, x []T) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = T(math.Tanh(float64(v)))
	}
}

// TanhGrad computes the gradient of Tanh from its output:
//
//	for i := range y {
//		dx[i] = dy[i] * (1 - y[i]*y[i])
//	}
func TanhGrad[T Float](dx, y, dy []T) {
	if len(y) <= elementPiece {
		tanhGrad(dx, y, dy)
		return
	}
	elementwise(len(y), func(lo, hi int) { tanhGrad(dx[lo:hi], y[lo:hi], dy[lo:hi]) })
}

func tanhGrad[T Float](dx, y, dy []T) {
	dx, dy = dx[:len(y)], dy[:len(y)]
	for i, v := range y {
		dx[i] = dy[i] * (1 - v*v)
	}
}
