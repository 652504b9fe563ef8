//go:build amd64 && !purego

package kernel

import (
	"fmt"
	"math"
	"slices"
	"sort"
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
					nil, // each tile has terms of its own
				} {
					a, b, bias := deadA(rows, cols, runs), noise[float32](newRand(), k*n), noise[float32](newRand(), n)
					if runs == nil {
						a = scattered(rows*cols, 0.1)
					}
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

// A term is listed if one of the rows of its tile has more than a sign there; nothing is where it would not pay.
func TestListTerms(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		if level == PlainGo {
			return // has no tiles
		}
		_, width := tileSize()
		height := sparseRows()
		for _, s := range [][2]int{{16, 900}, {17, 784}, {48, 400}, {100, 401}, {784, 17}, {785, 16}} {
			for _, transA := range []bool{false, true} {
				for _, share := range []float64{0, 0.02, 0.1, 0.5} {
					m, k, n := s[0], s[1], 300
					p := fastProduct{m: m, k: k, n: n, a: scattered(m*k, share), aRow: k, aK: 1}
					if transA {
						p.aRow, p.aK = 1, m
					}
					var values []float32
					var rows, first []int32
					for k0 := 0; k0 < k; k0 += fastDepth {
						for i := 0; i < m; i += height {
							first = append(first, int32(len(rows)))
							for j := k0; j < min(k, k0+fastDepth); j++ {
								column := make([]float32, height)
								kept := false
								for r := range min(height, m-i) {
									column[r] = p.a[(i+r)*p.aRow+j*p.aK]
									kept = kept || column[r] != 0
								}
								if kept {
									values, rows = append(values, column...), append(rows, int32((j-k0)*4*width))
								}
							}
						}
					}
					first = append(first, int32(len(rows)))
					name := fmt.Sprintf("%d rows of %d, transA %t, %v of the numbers", m, k, transA, share)
					l := p.listTerms()
					if (l == nil) != (share == 0.5) {
						t.Fatalf("%s: listed: %t", name, l != nil)
					}
					if l == nil {
						continue
					}
					if !slices.Equal(l.first, first) || !slices.Equal(l.rows[:len(rows)], rows) {
						t.Fatalf("%s: terms %v of rows %v, want %v of %v", name, l.first, l.rows[:len(rows)], first, rows)
					}
					for i, v := range values {
						tile := sort.Search(len(first), func(t int) bool { return int(first[t]) > i/height }) - 1
						if i%height < m-tile%l.tiles*height && math.Float32bits(l.values.use[i]) != math.Float32bits(v) {
							t.Fatalf("%s: row %d of term %d is %v, want %v", name, i%height, i/height, l.values.use[i], v)
						}
					}
					l.put()
				}
			}
		}
	})
}

// scattered is n numbers, of which about a share are not 0 or -0.
func scattered(n int, share float64) []float32 {
	r := newRand()
	a := make([]float32, n)
	for i := range a {
		switch {
		case r.Float64() < share:
			a[i] = r.Float32() - 0.5
		case r.Float64() < 0.5:
			a[i] = float32(math.Copysign(0, -1))
		}
	}
	return a
}
