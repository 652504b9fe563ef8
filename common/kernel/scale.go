package kernel

import (
	"math"

	"gorgonia-lectures/common/kernel/internal/vector"
)

// scaleRun is the number of bytes that are scaled in one call of assembly.
const scaleRun = 1 << 16

// ScaleBytes makes numbers of pixels:
//
//	for i := range src {
//		dst[i] = T(src[i]) * scale
//	}
//
// If scale is the T nearest to 1/d for a whole d up to 65535, as T(1)/255 is, the result is the correctly rounded
// quotient T(src[i]) / T(d), which is what x / 255.0 gives in Keras; the product differs from it in the last bit
// for many pixels.
func ScaleBytes[T Float](dst []T, src []uint8, scale T) {
	d := T(math.Round(1 / float64(scale)))
	divides := d >= 1 && d <= 65535 && 1/d == scale
	for lo := 0; lo < len(src); lo += scaleRun {
		hi := min(lo+scaleRun, len(src))
		if divides {
			divideRun(dst[lo:hi], src[lo:hi], scale, d)
		} else {
			multiplyRun(dst[lo:hi], src[lo:hi], scale)
		}
	}
}

// divideRun stores src/d; r is 1/d.
func divideRun[T Float](dst []T, src []uint8, r, d T) {
	done := 0
	if vector.Runs[T]() {
		done = vector.DivideBytes(vector.Single(dst), src, float32(r), float32(d))
	}
	divideLoop(dst[done:], src[done:], d)
}

func multiplyRun[T Float](dst []T, src []uint8, scale T) {
	done := 0
	if vector.Runs[T]() {
		done = vector.MultiplyBytes(vector.Single(dst), src, float32(scale))
	}
	scaleLoop(dst[done:], src[done:], scale)
}

func divideLoop[T Float](dst []T, src []uint8, d T) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = T(v) / d
	}
}

func scaleLoop[T Float](dst []T, src []uint8, scale T) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = T(v) * scale
	}
}
