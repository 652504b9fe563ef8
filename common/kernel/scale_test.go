package kernel

import (
	"math"
	"testing"
)

func testScale[T Float](t *testing.T) {
	src := make([]uint8, 256)
	for i := range src {
		src[i] = uint8(i)
	}
	for _, d := range []T{1, 2, 3, 7, 10, 255, 256, 65535} {
		want := make([]T, 256)
		for i := range want {
			want[i] = T(i) / d // Keras' x / 255.0
		}
		y := guard[T](256)
		ScaleBytes(y.out, src, 1/d)
		y.check(t, "scale")
		sameBits(t, "quotient", y.out, want)
	}
	for _, scale := range []T{0, 0.3, 2, 255, -1, T(-1) / 255, 1e-7, T(math.Inf(1)), T(math.NaN())} {
		want := make([]float64, 256)
		for i := range want {
			want[i] = float64(T(i) * scale)
		}
		y := guard[T](256)
		ScaleBytes(y.out, src, scale)
		y.check(t, "scale")
		near(t, "product", y.out, want, 0)
	}
}

func TestScaleBytesIsTheQuotientOrTheProduct(t *testing.T) {
	both(t, testScale[float32], testScale[float64])
}
