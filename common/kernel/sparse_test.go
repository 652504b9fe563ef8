package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// sparse is noise in which about the given share is zero.
func sparse[T Float](r *rand.Rand, n int, zeros float64) []T {
	x := noise[T](r, n)
	for i := range x {
		if r.Float64() < zeros {
			x[i] = 0
		}
	}
	return x
}

func TestProductsPassOverZeros(t *testing.T) { both(t, testSparse[float32], testSparse[float64]) }

func testSparse[T Float](t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, zeros := range []float64{0, 0.1, 0.5, 0.9, 1} {
		for _, k := range []int{7, 8, 9, 64, 127, 128, 129, 300} {
			for _, n := range []int{1, 3, 32, 65} {
				name := fmt.Sprintf("zeros %v, k %d, n %d", zeros, k, n)
				a, b := sparse[T](r, k*2, zeros), noise[T](r, k*(n+1))
				c := guard[T](n)
				clear(c.out)
				// every second value of a, and rows of b with a gap
				addProductOf(true, c.out, a, 2, b, n+1, k)
				want := make([]float64, n)
				for p := range k {
					for j := range want {
						want[j] += float64(a[2*p]) * float64(b[p*(n+1)+j])
					}
				}
				c.check(t, name)
				near(t, name, c.out, want, float64(k)*epsilon[T]())
			}
		}
	}
}

// A zero times NaN or infinity is NaN, so a kernel may not pass over zeros if the other factor is not finite: in the
// product, the dense layer, the convolution and its gradients.
func TestZeroTimesInfinityIsNaN(t *testing.T) {
	both(t, testZeroTimesInfinity[float32], testZeroTimesInfinity[float64])
}

func testZeroTimesInfinity[T Float](t *testing.T) {
	const m, k, n = 2, 16, 3
	for _, bad := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
		a, b := make([]T, m*k), make([]T, k*n)
		b[5*n+1] = T(bad)
		want := []float64{0, math.NaN(), 0, 0, math.NaN(), 0}
		c := make([]T, m*n)
		MatMul(c, a, b, nil, m, k, n, false, false)
		near(t, fmt.Sprintf("MatMul with %v", bad), c, want, 0)
		Dense(c, a, b, nil, m, k, n, false)
		near(t, fmt.Sprintf("Dense with %v", bad), c, want, 0)

		s, err := NewWindow(1, 1, 16, 1, 1, 16, 1, 1, false) // one output pixel that sees all of a row
		if err != nil {
			t.Fatal(err)
		}
		y := make([]T, n)
		Conv2D(y, a[:k], b, nil, s, n, false)
		near(t, fmt.Sprintf("Conv2D with %v", bad), y, want[:n], 0)

		wide, err := NewWindow(1, 1, 16, 1, 1, 1, 1, 1, false) // 16 output pixels, one weight per filter
		if err != nil {
			t.Fatal(err)
		}
		dw := make([]T, n)
		Conv2DGradKernel(dw, a[:k], b, make([]T, Conv2DGradKernelWork(wide, n)), wide, n)
		near(t, fmt.Sprintf("Conv2DGradKernel with %v", bad), dw, want[:n], 0)
	}
}
