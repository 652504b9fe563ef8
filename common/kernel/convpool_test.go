package kernel

import (
	"fmt"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// A convolution that is pooled image by image has the bits of the two kernels, one after the other.
func TestConv2DMaxPool2DIsBoth(t *testing.T) {
	oracle.Both(t, testConv2DMaxPool2D[float32], testConv2DMaxPool2D[float64])
}

func testConv2DMaxPool2D[T Float](t *testing.T) {
	r := oracle.Rand()
	shapes := oracle.Convolutions(t, r)
	for i, s := range append(shapes[:6:6], shapes[10:oracle.ShortOr(20, 60)]...) {
		pool, err := NewWindow(s.Batch, s.OutHeight, s.OutWidth, s.Filters,
			1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(3), true)
		oracle.FatalIf(t, err)
		for _, zeros := range []float64{0, 0.9} {
			x, w := oracle.Sparse[T](r, s.Inputs(), zeros), oracle.Noise[T](r, s.Weights())
			var bias []T
			if i%3 > 0 {
				bias = oracle.Noise[T](r, s.Filters)
			}
			if i%4 == 0 {
				oracle.Spoil(r, x)
			}
			relu, n := i%2 == 0, pool.Rows()*pool.OutWidth*pool.Channels
			whole, y, index := make([]T, s.Outputs()), make([]T, n), make([]int32, n)
			Conv2D(whole, x, w, bias, s.Window, s.Filters, relu)
			MaxPool2D(y, index, whole, pool)
			name := fmt.Sprintf("%v, pool %v", s, pool)
			gotY, gotIndex := oracle.Guard[T](n), oracle.Guard[int32](n)
			Conv2DMaxPool2D(gotY.Out, gotIndex.Out, x, w, bias, s.Window, s.Filters, relu, pool)
			gotY.Check(t, name)
			gotIndex.Check(t, name)
			oracle.SameNumbers(t, name, gotY.Out, y)
			for i, at := range index {
				if gotIndex.Out[i] != at {
					t.Fatalf("%s: maximum %d is at %d, want %d", name, i, gotIndex.Out[i], at)
				}
			}
		}
	}
}
