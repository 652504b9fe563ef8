package kernel

import "math"

// ScaleBytes turns pixels into numbers:
//
//	for i := range src {
//		dst[i] = T(src[i]) * scale
//	}
//
// If scale is the T nearest to 1/d for a whole d up to 65535, as T(1)/255 is, the result is the correctly rounded
// quotient T(src[i]) / T(d), which is what x / 255.0 gives in Keras; the product differs from it in the last bit
// for many pixels.
func ScaleBytes[T Float](dst []T, src []uint8, scale T) {
	var table [256]T
	d := T(math.Round(1 / float64(scale)))
	divides := d >= 1 && d <= 65535 && 1/d == scale
	for i := range table {
		if divides {
			table[i] = T(i) / d
		} else {
			table[i] = T(i) * scale
		}
	}
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = table[v]
	}
}
