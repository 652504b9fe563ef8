package kernel

import (
	"fmt"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// DenseGradInput has the bits of the product that is masked when it is finished: with few or many elements wanted and
// terms not 0, of several runs of terms, rows of w in several pieces, and groups of dot products that are not whole.
func TestDenseGradInputIsTheMaskedProduct(t *testing.T) {
	oracle.Both(t, testDenseGradInput[float32], testDenseGradInput[float64])
}

func testDenseGradInput[T Float](t *testing.T) {
	r := oracle.Rand()
	shapes := [][3]int{{2, 3, 4}, {40, 131, 400}, {9, 400, 900}, {1, 900, 801}, {17, 2000, 33}, {2, 2, 140_000}}
	for _, s := range shapes[:oracle.ShortOr(2, len(shapes))] {
		m, k, n := s[0], s[1], s[2]
		for _, zeros := range [][2]float64{{0, 0}, {0.5, 0.9}, {0.97, 0.3}, {0.8, 0.8}, {1, 0.9}, {0.9, 1}} {
			dy, w, x := oracle.Sparse[T](r, m*n, zeros[0]), oracle.Noise[T](r, k*n), oracle.Sparse[T](r, m*k, zeros[1])
			check := func(name string) {
				t.Helper()
				name = fmt.Sprintf("%s: %v, zeros %v", name, s, zeros)
				want, work := make([]T, m*k), make([]T, MatMulWork(m, n, k, false, true))
				MatMul(want, dy, w, work, m, n, k, false, true)
				ReLUGrad(want, x, want)
				got := oracle.Guard[T](m * k)
				DenseGradInput(got.Out, dy, w, x, work, m, k, n)
				got.Check(t, name)
				oracle.SameNumbers(t, name, got.Out, want)
			}
			check("finite")
			oracle.Spoil(r, dy)
			oracle.Spoil(r, x)
			check("dy and x not finite")
			oracle.Spoil(r, w)
			check("w not finite")
		}
	}
}
