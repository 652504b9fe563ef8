package kernel

import (
	"fmt"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// Rows of a kernel's gradient have the bits of the whole product: of dense and sparse x, of numbers that are not finite,
// with other numbers at the next Begin.
func TestDenseGradKernelInRows(t *testing.T) {
	oracle.Both(t, testDenseGradKernel[float32], testDenseGradKernel[float64])
}

func testDenseGradKernel[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, s := range [][3]int{{1, 1, 1}, {3, 7, 5}, {32, 400, 130}, {9, 300, 64}, {32, 500, 1000}, {410, 450, 150}} {
		m, k, n := s[0], s[1], s[2]
		if testing.Short() && m*k*n > 2e6 {
			continue
		}
		x, dy := make([]T, m*k), make([]T, m*n)
		g := NewDenseGradKernel(x, dy, m, k, n)
		for _, zeros := range []float64{0, 0.9, 0.4, 1} {
			for _, odd := range []bool{false, true} {
				copy(x, oracle.Sparse[T](r, m*k, zeros))
				copy(dy, oracle.Noise[T](r, m*n))
				if odd {
					oracle.Spoil(r, x)
					oracle.Spoil(r, dy)
				}
				want := make([]T, k*n)
				MatMul(want, x, dy, nil, k, m, n, true, false)
				g.Begin()
				for _, run := range []int{k, max(1, k/3), 13} {
					for lo := 0; lo < k; lo += run {
						hi := min(lo+run, k)
						dw, name := oracle.Guard[T]((hi-lo)*n), fmt.Sprintf("%v, zeros %v, odd %t, rows %d to %d", s, zeros, odd, lo, hi)
						g.Rows(dw.Out, lo, hi)
						dw.Check(t, name)
						oracle.SameNumbers(t, name, dw.Out, want[lo*n:hi*n])
					}
				}
			}
		}
	}
}
