package kernel

import (
	"math"

	"gorgonia-lectures/common/internal/libm"
)

// The losses are those of Keras 3 on TensorFlow: value = mean over the batch, gradient = upstream
// times the derivative of the value with respect to the model's output. Terms are computed and
// summed in float64, one after another, for either type: the nearest float32 to the clip bound 1-1e-7
// is 1-1.19e-7, with which log(1-p) would be off by 1 %. A NaN in the output or the target makes the
// value NaN, and the gradients of its element (of its row, where the row is normalized), except those
// that a clip sets to 0.
//
// The forms for probabilities clip them to [1e-7, 1-1e-7]; the clip's gradient is 0 outside the
// bounds, so an answer that is certain and wrong has a loss of 16.1 and no gradient. The forms for
// logits, the inputs of softmax or sigmoid, always have one.
const (
	clipLow  = 1e-7
	clipHigh = 1 - 1e-7
)

// clip limits p to [clipLow, clipHigh]; inside reports whether p lies there, so that its gradient
// passes. NaN stays NaN and counts as inside, so that it spreads.
func clip(p float64) (clipped float64, inside bool) {
	switch {
	case p < clipLow:
		return clipLow, false
	case p > clipHigh:
		return clipHigh, false
	}
	return p, true
}

// MeanSquaredError is the mean of (pred-target)² over all elements.
func MeanSquaredError[T Float](pred, target []T) T {
	sum := 0.0
	for i, p := range pred {
		e := float64(p) - float64(target[i])
		sum += float64(e * e)
	}
	return T(sum / float64(len(pred)))
}

// MeanSquaredErrorGrad is d = upstream * 2*(pred-target)/n.
func MeanSquaredErrorGrad[T Float](d, pred, target []T, upstream T) {
	scale := 2 * float64(upstream) / float64(len(pred))
	for i, p := range pred {
		d[i] = T(scale * (float64(p) - float64(target[i])))
	}
}

// BinaryCrossentropy is the mean of -(t*log(p) + (1-t)*log(1-p)) over all elements, p the clipped
// probability.
func BinaryCrossentropy[T Float](pred, target []T) T {
	sum := 0.0
	for i, v := range pred {
		p, _ := clip(float64(v))
		t := float64(target[i])
		sum -= float64(t*libm.Log(p)) + float64((1-t)*libm.Log(1-p))
	}
	return T(sum / float64(len(pred)))
}

// BinaryCrossentropyGrad is d = upstream * ((1-t)/(1-p) - t/p)/n, and 0 where p was clipped.
func BinaryCrossentropyGrad[T Float](d, pred, target []T, upstream T) {
	scale := float64(upstream) / float64(len(pred))
	for i, v := range pred {
		t := float64(target[i])
		if p, inside := clip(float64(v)); inside {
			d[i] = T(scale * ((1-t)/(1-p) - t/p))
		} else {
			d[i] = 0
		}
	}
}

// BinaryCrossentropyLogits is the mean of max(x,0) - x*t + log(1+exp(-|x|)) over all elements: the
// binary cross-entropy of sigmoid(x), in the form of tf.nn.sigmoid_cross_entropy_with_logits that
// neither overflows nor takes the logarithm of 0.
func BinaryCrossentropyLogits[T Float](logits, target []T) T {
	sum := 0.0
	for i, v := range logits {
		x := float64(v)
		sum += max(x, 0) - float64(x*float64(target[i])) + math.Log1p(libm.Exp(-math.Abs(x)))
	}
	return T(sum / float64(len(logits)))
}

// BinaryCrossentropyLogitsGrad is d = upstream * (sigmoid(x)-t)/n.
func BinaryCrossentropyLogitsGrad[T Float](d, logits, target []T, upstream T) {
	scale := float64(upstream) / float64(len(logits))
	for i, v := range logits {
		x, t := float64(v), float64(target[i])
		// sigmoid(x)-t over one denominator: nothing cancels when t is 0 or 1
		e := libm.Exp(-math.Abs(x))
		if x >= 0 {
			d[i] = T(scale * ((1 - t) - float64(t*e)) / (1 + e))
		} else {
			d[i] = T(scale * (float64(e*(1-t)) - t) / (1 + e))
		}
	}
}
