package kernel

import (
	"math"
	"sync"

	"gorgonia-lectures/common/internal/libm"
	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// function is an activation or its gradient: from x to out, or from y and its gradient dy to out.
type function int

const (
	reluOf function = iota
	reluGradOf
	sigmoidOf
	sigmoidGradOf
	tanhOf
	tanhGradOf
	softmaxOf
	softmaxGradOf
)

// elementPiece is the number of elements in one piece of a function, expPiece of one with an exponential.
const elementPiece, expPiece = 1 << 16, 1 << 12

// elements is a function on its slices, all as long as first.
type elements[T Float] struct {
	f                  function
	length             int // of a piece
	cols               int // of a row; softmax only, whose pieces are whole rows
	out, first, second []T // second is nil for a function of one variable
}

var elementJobs sync.Pool

// all computes all elements, a long slice in pieces.
func (e elements[T]) all() {
	if n := len(e.first); n > e.length {
		parallel.Region(&elementJobs, ceilDiv(n, e.length), e)
		return
	}
	e.Piece(0)
}

func (e *elements[T]) Piece(i int) {
	lo, hi := i*e.length, min((i+1)*e.length, len(e.first))
	out, first := e.out[lo:hi], e.first[lo:hi]
	var second []T
	if e.second != nil {
		second = e.second[lo:hi]
	}
	switch e.f {
	case reluOf:
		relu(out, first)
	case reluGradOf:
		reluGrad(out, first, second)
	case sigmoidOf:
		sigmoid(out, first)
	case sigmoidGradOf:
		sigmoidGrad(out, first, second)
	case tanhOf:
		tanh(out, first)
	case tanhGradOf:
		tanhGrad(out, first, second)
	case softmaxOf:
		softmax(out, first, e.cols)
	case softmaxGradOf:
		softmaxGrad(out, first, second, e.cols)
	}
}

// ReLU computes max(0, x); NaN stays NaN and -0 becomes 0:
//
//	for i := range x {
//		y[i] = max(x[i], 0)
//	}
func ReLU[T Float](y, x []T) {
	elements[T]{f: reluOf, length: elementPiece, out: y, first: x}.all()
}

func relu[T Float](y, x []T) {
	if vector.Runs[T]() {
		vector.ReLU(vector.Single(y), vector.Single(x))
		return
	}
	reluLoop(y, x)
}

func reluLoop[T Float](y, x []T) {
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
	elements[T]{f: reluGradOf, length: elementPiece, out: dx, first: y, second: dy}.all()
}

func reluGrad[T Float](dx, y, dy []T) {
	if vector.Runs[T]() {
		vector.ReLUGrad(vector.Single(dx), vector.Single(y), vector.Single(dy))
		return
	}
	reluGradLoop(dx, y, dy)
}

func reluGradLoop[T Float](dx, y, dy []T) {
	dx, dy = dx[:len(y)], dy[:len(y)]
	var choice [2]T // 0 and dy[i]; a branch would be mispredicted for half of the elements
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
	if len(x) <= fewElements {
		sigmoid(y, x)
		return
	}
	elements[T]{f: sigmoidOf, length: expPiece, out: y, first: x}.all()
}

func sigmoid[T Float](y, x []T) {
	y = y[:len(x)]
	for i, v := range x {
		// exp of a negative number only, so that a far negative x keeps its digits
		e := libm.Exp(-math.Abs(float64(v)))
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
	if len(y) <= fewElements {
		sigmoidGrad(dx, y, dy)
		return
	}
	elements[T]{f: sigmoidGradOf, length: elementPiece, out: dx, first: y, second: dy}.all()
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
	if len(x) <= fewElements {
		tanh(y, x)
		return
	}
	elements[T]{f: tanhOf, length: expPiece, out: y, first: x}.all()
}

func tanh[T Float](y, x []T) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = T(libm.Tanh(float64(v)))
	}
}

// TanhGrad computes the gradient of Tanh from its output:
//
//	for i := range y {
//		dx[i] = dy[i] * (1 - y[i]*y[i])
//	}
func TanhGrad[T Float](dx, y, dy []T) {
	if len(y) <= fewElements {
		tanhGrad(dx, y, dy)
		return
	}
	elements[T]{f: tanhGradOf, length: elementPiece, out: dx, first: y, second: dy}.all()
}

func tanhGrad[T Float](dx, y, dy []T) {
	dx, dy = dx[:len(y)], dy[:len(y)]
	for i, v := range y {
		dx[i] = dy[i] * (1 - T(v*v))
	}
}
