//go:build amd64 && !purego

package kernel

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
)

// zeroShapes are products that look for zeros: sums of one block and of several, rows in one piece and in two, and
// with all of B packed at once, because C is tall or all is large.
var zeroShapes = [][3]int{{100, 784, 130}, {20, 900, 130}, {17, 1203, 300}, {330, 30, 400}, {300, 401, 320},
	{400, 403, 500},
	{784, 33, 1000}, {300, 401, 130}, {520, 270, 530}}

// withZeros is a matrix with columns that are 0 or -0 in all rows, in the given runs.
func withZeros(rows, cols int, runs [][2]int) []float32 {
	a := noise[float32](newRand(), rows*cols)
	for _, r := range runs {
		for j := r[0]; j < min(r[1], cols); j++ {
			for i := range rows {
				a[i*cols+j] = 0
				if i%3 == 0 {
					a[i*cols+j] = float32(math.Copysign(0, -1))
				}
			}
		}
	}
	return a
}

// A product that passes over zeros has the bits of its rows alone, which are too small to look for zeros.
func TestProductWithoutItsZeros(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		if level == PlainGo {
			return // passes over the zeros of each row
		}
		for i, s := range zeroShapes[:shortOr(3, len(zeroShapes))] {
			for _, transA := range []bool{false, true} {
				m, k, n := s[0], s[1], s[2]
				rows, cols := m, k
				if transA {
					rows, cols = k, m
				}
				for j, runs := range [][][2]int{
					{{0, cols / 2}}, {{cols / 2, cols}}, {{0, cols}}, {{0, 500}},
					{{3, 17}, {20, 23}, {24, cols/2 + 1}, {max(24, cols-9), cols}},
					nil, // each tile has nonzeros of its own
				} {
					if runs != nil && ((i+j)%2 == 0) == transA {
						continue // half of them do for each shape
					}
					a, b, bias := withZeros(rows, cols, runs), noise[float32](newRand(), k*n), noise[float32](newRand(), n)
					if runs == nil {
						a = scattered(rows*cols, 0.1)
					}
					name := fmt.Sprintf("%v, transA %t, zeros in %v", s, transA, runs)
					c, want := guard[float32](m*n), make([]float32, m*n)
					for i := range m {
						if alone, row := want[i*n:][:n], rowOfA(a, i, m, k, transA); transA {
							MatMul(alone, row, b, nil, 1, k, n, false, false)
						} else {
							Dense(alone, row, b, bias, 1, k, n, true)
						}
					}
					if transA {
						MatMul(c.out, a, b, nil, m, k, n, true, false)
					} else {
						Dense(c.out, a, b, bias, m, k, n, true)
					}
					c.check(t, name)
					sameNumbers(t, name, c.out, want)
				}
			}
		}
	})
}

// The same with a transposed B: only a tall C passes over zeros; of a wide one A is the second factor.
func TestTransposedProductWithoutItsZeros(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		for _, s := range [][3]int{{300, 401, 130}, {130, 401, 300}, {520, 270, 530}}[:shortOr(1, 3)] {
			for _, transA := range []bool{false, true} {
				m, k, n := s[0], s[1], s[2]
				a, b := scattered(m*k, 0.1), noise[float32](newRand(), k*n)
				work := make([]float32, MatMulWork(m, k, n, transA, true))
				c, want := make([]float32, m*n), make([]float32, m*n)
				for i := range m {
					MatMul(want[i*n:][:n], rowOfA(a, i, m, k, transA), b, work, 1, k, n, false, true)
				}
				MatMul(c, a, b, work, m, k, n, transA, true)
				sameNumbers(t, fmt.Sprintf("%v, transA %t", s, transA), c, want)
			}
		}
	})
}

// rowOfA is row i of op(A), m×k.
func rowOfA(a []float32, i, m, k int, transA bool) []float32 {
	if !transA {
		return a[i*k:][:k]
	}
	row := make([]float32, k)
	for p := range row {
		row[p] = a[p*m+i]
	}
	return row
}

// Zero times a number that is not finite is not zero, wherever that is in B: in a wide C, a tall one and a large one.
func TestZerosMeetWhatIsNotFinite(t *testing.T) {
	bads := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}
	atLevels(t, func(t *testing.T) {
		for _, s := range [][3]int{{33, 784, 1000}, {784, 33, 1000}, {400, 401, 130}, {520, 270, 530}}[:shortOr(1, 4)] {
			for _, transA := range []bool{false, true} {
				m, k, n := s[0], s[1], s[2]
				a, b, c := scattered(m*k, 0.1), noise[float32](newRand(), k*n), make([]float32, m*n)
				for i, at := range []int{7, k / 2 * n, k*n - 1} { // one in each third of B's rows
					clean := b[at]
					b[at] = bads[i]
					MatMul(c, a, b, nil, m, k, n, transA, false)
					b[at] = clean
					for j, v := range c {
						// NaN where A is 0, an infinity or NaN elsewhere
						if got, want := v-v != 0, j%n == at%n; got != want {
							t.Fatalf("%v, transA %t, %v in row %d of B: element (%d, %d) of C is %v", s, transA, bads[i], at/n, j/n, j%n, v)
						}
					}
				}
			}
		}
	})
}

// Products with lists of their own run at the same time.
func TestProductsWithoutTheirZerosAtOnce(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		const m, k, n = 40, 784, 200
		b := noise[float32](newRand(), k*n)
		var group sync.WaitGroup
		for i := range 4 {
			a := scattered(m*k, 0.05*float64(1+i))
			want := make([]float32, m*n)
			MatMul(want, a, b, nil, m, k, n, false, false)
			group.Go(func() {
				c := make([]float32, m*n)
				for range shortOr(5, 30) {
					MatMul(c, a, b, nil, m, k, n, false, false)
					if !slices.Equal(c, want) {
						t.Errorf("product %d: other numbers than alone", i)
						return
					}
				}
			})
		}
		group.Wait()
	})
}
