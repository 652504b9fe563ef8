package kernel

import (
	"fmt"
	"testing"
)

// Rows of a kernel's gradient have the bits of the whole product: of dense and sparse x, of numbers that are not finite,
// with other numbers at the next Begin.
func TestDenseGradKernelInRows(t *testing.T) {
	both(t, testDenseGradKernel[float32], testDenseGradKernel[float64])
}

func testDenseGradKernel[T Float](t *testing.T) {
	r := newRand()
	for _, s := range [][3]int{{1, 1, 1}, {3, 7, 5}, {32, 400, 130}, {9, 300, 64}, {32, 500, 1000}, {410, 450, 150}} {
		m, k, n := s[0], s[1], s[2]
		x, dy := make([]T, m*k), make([]T, m*n)
		g := NewDenseGradKernel(x, dy, m, k, n)
		for _, zeros := range []float64{0, 0.9, 0.4, 1} {
			for _, odd := range []bool{false, true} {
				copy(x, sparse[T](r, m*k, zeros))
				copy(dy, noise[T](r, m*n))
				if odd {
					spoil(r, x)
					spoil(r, dy)
				}
				want := make([]T, k*n)
				MatMul(want, x, dy, nil, k, m, n, true, false)
				g.Begin()
				for _, run := range []int{k, max(1, k/3), 13} {
					for lo := 0; lo < k; lo += run {
						hi := min(lo+run, k)
						dw, name := guard[T]((hi-lo)*n), fmt.Sprintf("%v, zeros %v, odd %t, rows %d to %d", s, zeros, odd, lo, hi)
						g.Rows(dw.out, lo, hi)
						dw.check(t, name)
						sameNumbers(t, name, dw.out, want[lo*n:hi*n])
					}
				}
			}
		}
	}
}
