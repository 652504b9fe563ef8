//go:build amd64 && !purego

package kernel

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"testing"
)

// The list has a term if a row of its tile has more than a sign there. There is none where it would not pay.
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
					l := p.listNonzeros()
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

// A product that is large enough, and has a large enough batch, finds zeros anywhere in A.
func TestWhereZerosAreLookedFor(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		if level == PlainGo {
			return // passes over the zeros of each row
		}
		for _, c := range []struct {
			m, k, n int
			transA  bool
			zero    [2]int // columns of A as it is stored
			want    bool
		}{
			{100, 784, 1000, false, [2]int{0, 392}, true},
			{100, 784, 1000, false, [2]int{392, 784}, true},
			{100, 784, 1000, false, [2]int{0, 100}, false},
			{784, 100, 1000, true, [2]int{0, 392}, true},
			{784, 100, 1000, true, [2]int{392, 784}, true},
			{784, 100, 1000, true, [2]int{684, 784}, false},
			{16, 784, 1000, false, [2]int{0, 784}, true},
			{15, 784, 1000, false, [2]int{0, 784}, false},
			{784, 16, 1000, true, [2]int{0, 784}, true},
			{784, 15, 1000, true, [2]int{0, 784}, false},
			{32, 256, 256, false, [2]int{0, 256}, true},
			{32, 256, 255, false, [2]int{0, 256}, false},
		} {
			p := fastProduct{m: c.m, k: c.k, n: c.n, aRow: c.k, aK: 1}
			rows, cols := c.m, c.k
			if c.transA {
				p.aRow, p.aK, rows, cols = 1, c.m, c.k, c.m
			}
			p.a = withZeros(rows, cols, [][2]int{c.zero})
			l := p.listNonzeros()
			if got := l != nil; got != c.want {
				t.Errorf("%+v: zeros are passed over: %t", c, got)
			}
			l.put()
		}
	})
}

// With a B that is packed for all pieces, a product passes over zeros if B is finite, whatever the buffer has after its
// columns, and if A is not the second factor.
func TestSharedFactorMeetsZeros(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		if level == PlainGo {
			return // shares none
		}
		const m, k, n = 300, 401, 130
		for _, c := range []struct {
			transB, transposed bool
			first              float32 // of B
			want               bool
		}{
			{want: true}, {transB: true, want: true}, {transposed: true, transB: true},
			{first: float32(math.Inf(1))}, {transB: true, first: float32(math.NaN())},
		} {
			_, size := panelCount(k, n)
			for range 4 { // buffers that others have used
				work := takeBuffer(size)
				for i := range work.use {
					work.use[i] = float32(math.NaN())
				}
				defer work.put()
			}
			p := fastProduct{m: m, k: k, n: n, a: scattered(m*k, 0.1), aRow: k, aK: 1, b: noise[float32](newRand(), k*n),
				transB: c.transB, transposed: c.transposed}
			p.b[0] = c.first
			p.share()
			if got := p.nonzeros != nil; got != c.want {
				t.Errorf("%+v: zeros are passed over: %t", c, got)
			}
			p.nonzeros.put()
			p.shared.put()
		}
	})
}
