package kernel

import (
	"math"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
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
		y := oracle.Guard[T](256)
		ScaleBytes(y.Out, src, 1/d)
		y.Check(t, "scale")
		oracle.SameBits(t, "quotient", y.Out, want)
	}
	for _, scale := range []T{0, 0.3, 2, 255, -1, T(-1) / 255, 1e-7, T(math.Inf(1)), T(math.NaN())} {
		want := make([]float64, 256)
		for i := range want {
			want[i] = float64(T(i) * scale)
		}
		y := oracle.Guard[T](256)
		ScaleBytes(y.Out, src, scale)
		y.Check(t, "scale")
		oracle.Near(t, "product", y.Out, want, 0)
	}
}

func TestScaleBytesIsTheQuotientOrTheProduct(t *testing.T) {
	oracle.Both(t, testScale[float32], testScale[float64])
}

// Every quotient of a byte and a whole number up to 65535.
func TestScaleBytesRoundsEveryQuotientCorrectly(t *testing.T) {
	src, y := make([]uint8, 256), make([]float32, 256)
	for i := range src {
		src[i] = uint8(i)
	}
	oracle.AtLevels(t, func(t *testing.T) {
		for d := float32(1); d <= 65535; d += float32(oracle.ShortOr(37, 1)) {
			ScaleBytes(y, src, 1/d)
			for i, v := range y {
				if want := float32(i) / d; v != want {
					t.Fatalf("%d/%v is %v, want %v", i, d, v, want)
				}
			}
		}
	})
}

func TestScaleBytesOfEveryLength(t *testing.T) {
	pixels := make([]uint8, 2*scaleRun)
	r := oracle.Rand()
	for i := range pixels {
		pixels[i] = uint8(r.Uint32())
	}
	oracle.AtLevels(t, func(t *testing.T) {
		for _, n := range append(oracle.Lengths(), scaleRun, scaleRun+1, scaleRun+16, 2*scaleRun-17) {
			for offset := 0; offset < 17; offset += oracle.ShortOr(5, 1) {
				src := pixels[offset:][:n]
				for _, scale := range []float32{1. / 255, 0.3} {
					y := oracle.GuardAt[float32](n, offset)
					ScaleBytes(y.Out, src, scale)
					y.Check(t, "scale")
					for i, v := range y.Out {
						want := float32(src[i]) * scale
						if scale != 0.3 {
							want = float32(src[i]) / 255
						}
						if v != want {
							t.Fatalf("byte %d of %d at %d: %d times %v is %v, want %v", i, n, offset, src[i], scale, v, want)
						}
					}
				}
			}
		}
	})
}
