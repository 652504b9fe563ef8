package kernel

import (
	"fmt"
	"testing"
)

// A convolution that is pooled image by image has the bits of the two kernels, one after the other.
func TestConv2DMaxPool2DIsBoth(t *testing.T) {
	both(t, testConv2DMaxPool2D[float32], testConv2DMaxPool2D[float64])
}

func testConv2DMaxPool2D[T Float](t *testing.T) {
	r := newRand()
	shapes := convolutionShapes(t, r)
	for i, s := range append(shapes[:6:6], shapes[10:shortOr(20, 60)]...) {
		pool, err := NewWindow(s.Batch, s.OutHeight, s.OutWidth, s.filters, 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(3), true)
		fatalIf(t, err)
		for _, zeros := range []float64{0, 0.9} {
			x, w := sparse[T](r, s.inputSize(), zeros), noise[T](r, s.kernelSize())
			var bias []T
			if i%3 > 0 {
				bias = noise[T](r, s.filters)
			}
			if i%4 == 0 {
				spoil(r, x)
			}
			relu, n := i%2 == 0, pool.rows()*pool.OutWidth*pool.Channels
			whole, y, index := make([]T, s.outputSize()), make([]T, n), make([]int32, n)
			Conv2D(whole, x, w, bias, s.Window, s.filters, relu)
			MaxPool2D(y, index, whole, pool)
			name := fmt.Sprintf("%v, pool %v", s, pool)
			gotY, gotIndex := guard[T](n), guard[int32](n)
			Conv2DMaxPool2D(gotY.out, gotIndex.out, x, w, bias, s.Window, s.filters, relu, pool)
			gotY.check(t, name)
			gotIndex.check(t, name)
			sameNumbers(t, name, gotY.out, y)
			for i, at := range index {
				if gotIndex.out[i] != at {
					t.Fatalf("%s: maximum %d is at %d, want %d", name, i, gotIndex.out[i], at)
				}
			}
		}
	}
}
