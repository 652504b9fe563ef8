package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// DenseGradInput has the bits of the product that is masked when it is finished: with few or many elements wanted and
// terms not 0, of several runs of terms, rows of w in several pieces, and groups of dot products that are not whole.
func TestDenseGradInputIsTheMaskedProduct(t *testing.T) {
	both(t, testDenseGradInput[float32], testDenseGradInput[float64])
}

func testDenseGradInput[T Float](t *testing.T) {
	r := newRand()
	shapes := [][3]int{{2, 3, 4}, {40, 131, 400}, {9, 400, 900}, {1, 900, 801}, {17, 2000, 33}, {2, 2, 140_000}}
	for _, s := range shapes[:shortOr(2, len(shapes))] {
		m, k, n := s[0], s[1], s[2]
		for _, zeros := range [][2]float64{{0, 0}, {0.5, 0.9}, {0.97, 0.3}, {0.8, 0.8}, {1, 0.9}, {0.9, 1}} {
			dy, w, x := sparse[T](r, m*n, zeros[0]), noise[T](r, k*n), sparse[T](r, m*k, zeros[1])
			check := func(name string) {
				t.Helper()
				name = fmt.Sprintf("%s: %v, zeros %v", name, s, zeros)
				want, work := make([]T, m*k), make([]T, MatMulWork(m, n, k, false, true))
				MatMul(want, dy, w, work, m, n, k, false, true)
				ReLUGrad(want, x, want)
				got := guard[T](m * k)
				DenseGradInput(got.out, dy, w, x, work, m, k, n)
				got.check(t, name)
				sameNumbers(t, name, got.out, want)
			}
			check("finite")
			spoil(r, dy)
			spoil(r, x)
			check("dy and x not finite")
			spoil(r, w)
			check("w not finite")
		}
	}
}

// spoil makes a few elements NaN, infinite, -0 or denormal.
func spoil[T Float](r *rand.Rand, x []T) {
	odd := extremes(r, 5)
	for _, v := range odd {
		x[r.IntN(len(x))] = T(v)
	}
}
