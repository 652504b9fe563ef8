//go:build amd64 && !purego

package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// deadShapes are products in which zeros are looked for: sums of one block and of several, rows in one piece and in two.
var deadShapes = [][3]int{{100, 784, 130}, {20, 900, 130}, {17, 1203, 300}, {330, 30, 400}, {300, 401, 320}, {400, 403, 500},
	{784, 33, 1000}}

// deadA is a matrix with columns that are 0 or -0 in all rows, in the given runs.
func deadA(rows, cols int, runs [][2]int) []float32 {
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

// Whatever is passed over, a product has the bits of its rows alone, which are too small to look for zeros.
func TestProductWithoutItsZeros(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		if level == PlainGo {
			return // passes over the zeros of each row
		}
		for _, s := range deadShapes {
			for _, transA := range []bool{false, true} {
				m, k, n := s[0], s[1], s[2]
				rows, cols := m, k
				if transA {
					rows, cols = k, m
				}
				for _, runs := range [][][2]int{
					{{0, cols / 2}}, {{cols / 2, cols}}, {{0, cols}}, {{0, 500}},
					{{3, 17}, {20, 23}, {24, cols/2 + 1}, {max(24, cols-9), cols}},
				} {
					a, b, bias := deadA(rows, cols, runs), noise[float32](newRand(), k*n), noise[float32](newRand(), n)
					name := fmt.Sprintf("%v, transA %t, zeros in %v", s, transA, runs)
					c := guard[float32](m * n)
					row, want := make([]float32, k), make([]float32, m*n)
					for i := range m {
						alone := want[i*n:][:n]
						if transA {
							for p := range k {
								row[p] = a[p*m+i]
							}
							MatMul(alone, row, b, nil, 1, k, n, false, false)
						} else {
							Dense(alone, a[i*k:][:k], b, bias, 1, k, n, true)
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

// Zero times what is not finite is not zero.
func TestZerosMeetWhatIsNotFinite(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
			const m, k, n = 33, 784, 1000
			for _, at := range []int{40, 60, 783} { // rows of B that meet zeros
				a, b, c := deadA(m, k, [][2]int{{32, 400}, {500, k}}), noise[float32](newRand(), k*n), make([]float32, m*n)
				b[at*n+7] = bad
				MatMul(c, a, b, nil, m, k, n, false, false)
				for i, v := range c {
					if got := v != v; got != (i%n == 7) {
						t.Fatalf("%v in row %d of B: element (%d, %d) of C is %v", bad, at, i/n, i%n, v)
					}
				}
			}
			a, b, c := deadA(m, k, [][2]int{{32, 400}}), noise[float32](newRand(), m*n), make([]float32, k*n)
			b[3*n+7] = bad
			MatMul(c, a, b, nil, k, m, n, true, false)
			for i := 32; i < 400; i++ {
				if c[i*n+7] == c[i*n+7] || c[i*n+8] != 0 {
					t.Fatalf("%v in B: row %d of C has %v, %v", bad, i, c[i*n+7], c[i*n+8])
				}
			}
		}
	})
}

// The runs that are kept, and those too few or too short to pass over.
func TestKeptColumns(t *testing.T) {
	for _, c := range []struct {
		cols int
		zero [][2]int
		want []run
	}{
		{64, [][2]int{{8, 16}}, nil}, // an eighth
		{64, [][2]int{{8, 20}}, []run{{0, 8}, {20, 64}}},
		{64, [][2]int{{9, 23}}, nil}, // but for the edges, an eighth
		{64, [][2]int{{9, 25}, {40, 64}}, []run{{0, 12}, {24, 40}}},
		{66, [][2]int{{32, 66}}, []run{{0, 32}, {64, 66}}}, // no whole group at the end
		{64, [][2]int{{0, 64}}, []run{{0, 4}}},             // a block of a sum keeps a term
		{808, [][2]int{{0, 808}}, []run{{0, 4}, {400, 404}, {800, 804}}},
		{808, [][2]int{{100, 800}}, []run{{0, 100}, {400, 404}, {800, 808}}},
		{800, [][2]int{{4, 8}, {396, 600}}, []run{{0, 4}, {8, 396}, {400, 404}, {600, 800}}},
	} {
		k := keptColumns(deadA(5, c.cols, c.zero), 5, c.cols)
		var got []run
		columns := c.cols
		if k != nil {
			got, columns = k.runs, k.columns
		}
		for _, r := range c.want {
			columns -= r.end - r.first
		}
		if c.want == nil {
			columns -= c.cols
		}
		if !slices.Equal(got, c.want) || columns != 0 {
			t.Errorf("%d columns, zeros in %v: kept %v, want %v; %d columns too many", c.cols, c.zero, got, c.want, columns)
		}
		k.put()
	}
}
