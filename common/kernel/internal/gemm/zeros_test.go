//go:build (amd64 || arm64) && !purego

package gemm

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/oracle"
)

// zeroShapes are products that look for zeros, of a transposed A too: C with fewer rows than B and with more, columns
// that are whole panels and that are not, sums of one block and of several, rows in one call and in several.
var zeroShapes = [][3]int{{100, 784, 130}, {20, 900, 200}, {784, 33, 192}, {17, 1203, 300}, {330, 30, 400},
	{300, 401, 256}, {400, 403, 500}, {784, 33, 1000}, {520, 420, 530}, {1000, 900, 131}}

// withShare is n numbers, about the given share of them 0 or -0, and one of each of the numbers that are not finite.
func withShare(n int, zeros float64) []float32 {
	a := oracle.Scattered(n, 1-zeros)
	for i, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		a[(2*i+1)*n/7] = float32(v)
	}
	return a
}

// denseProduct is the bits of Product, of a transposed A if transA, without a look at zeros.
func denseProduct(a, b, bias []float32, m, k, n int, transA bool) []float32 {
	c := make([]float32, m*n)
	p := fastProduct{c: c, a: a, b: b, m: m, k: k, n: n, aRow: k, aK: 1}
	if transA {
		p.aRow, p.aK = 1, m
	} else {
		p.bias, p.relu = bias, true
	}
	p.run()
	return c
}

// A product that passes over zeros has the bits of the dense one, and those of its rows alone.
func TestProductWithoutItsZeros(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // passes over the zeros of each row
		}
		for i, s := range zeroShapes[:oracle.ShortOr(4, len(zeroShapes))] {
			m, k, n := s[0], s[1], s[2]
			b, bias := oracle.Noise[float32](oracle.Rand(), k*n), oracle.Noise[float32](oracle.Rand(), n)
			for _, zeros := range []float64{0, 0.3, 0.8, 0.9, 1} {
				for _, transA := range []bool{false, true} {
					name := fmt.Sprintf("%v, transA %t, %v zeros", s, transA, zeros)
					a := withShare(m*k, zeros)
					c := oracle.GuardAt[float32](m*n, i%16)
					p := fastProduct{c: c.Out, a: a, b: b, m: m, k: k, n: n, aRow: k, aK: 1}
					if transA {
						p.aRow, p.aK = 1, m
					} else {
						p.bias, p.relu = bias, true
					}
					if got, want := p.sparse(), zeros > 0.5; got != want {
						t.Fatalf("%s: passes over zeros: %t", name, got)
					} else if !got {
						continue
					}
					c.Check(t, name)
					oracle.SameNumbers(t, name, c.Out, denseProduct(a, b, bias, m, k, n, transA))
					row := make([]float32, n)
					for i := 0; i < m; i += 1 + m/9 {
						if alone := rowOfA(a, i, m, k, transA); transA {
							Product(row, alone, b, nil, 1, k, n, k, 1, false, false)
						} else {
							Product(row, alone, b, bias, 1, k, n, k, 1, false, true)
						}
						oracle.SameNumbers(t, fmt.Sprintf("%s: row %d", name, i), c.Out[i*n:][:n], row)
					}
				}
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

// A list has what is not 0 or -0, NaN and denormals too, and no more of its room is written than promised.
func TestListNonzeros(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // has no lists
		}
		for _, n := range oracle.Lengths()[1:] {
			for _, share := range []float64{0, 0.1, 0.5, 1} {
				a := oracle.Scattered(n, share)
				a[n/2] = []float32{0, float32(math.NaN()), float32(math.Inf(-1)), 1e-45}[n%4]
				var values []float32
				var offsets []int32
				for i, v := range a {
					if v != 0 {
						values, offsets = append(values, v), append(offsets, int32(12*i))
					}
				}
				name := fmt.Sprintf("%v of %d numbers", share, n)
				room := (n + 15) &^ 15
				v, o := oracle.Guard[float32](room), oracle.Guard[int32](room)
				count := listNonzeros(v.Out, o.Out, a, 12)
				v.Check(t, name)
				o.Check(t, name)
				if count != len(values) || !slices.Equal(o.Out[:count], offsets) {
					t.Fatalf("%s: offsets %v, want %v", name, o.Out[:count], offsets)
				}
				oracle.SameNumbers(t, name, v.Out[:count], values)
			}
		}
	})
}

// A panel is finite if its own columns are, whatever is beside and below it.
func TestFinitePanel(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // has no panels
		}
		nan, width := float32(math.NaN()), sparseColumns()
		for _, rows := range []int{1, 2, 5} {
			stride := width + 3
			all := slices.Repeat([]float32{nan}, 1+rows*stride)
			for i := range rows * width {
				all[1+i/width*stride+i%width] = math.MaxFloat32
			}
			b := all[1:]
			if !finitePanel(b, rows, stride) {
				t.Fatalf("%d rows of finite numbers: not finite", rows)
			}
			for i := range rows * width {
				for _, bad := range []float32{nan, float32(math.Inf(1)), float32(math.Inf(-1))} {
					at := &b[i/width*stride+i%width]
					*at = bad
					if finitePanel(b, rows, stride) {
						t.Fatalf("%v in row %d, column %d: finite", bad, i/width, i%width)
					}
					*at = 0
				}
			}
		}
	})
}

// A product that is large enough finds zeros anywhere in A.
func TestWhereZerosAreLookedFor(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // passes over the zeros of each row
		}
		for _, c := range []struct {
			m, k, n int
			transA  bool
			zeros   [2]int // columns of A as it is stored
			want    bool
		}{
			{100, 784, 1000, false, [2]int{0, 600}, true},
			{100, 784, 1000, false, [2]int{184, 784}, true},
			{100, 784, 1000, false, [2]int{0, 300}, false},
			{784, 100, 1000, true, [2]int{0, 600}, true},
			{784, 100, 1000, true, [2]int{184, 784}, true},
			{784, 100, 1000, true, [2]int{484, 784}, false},
			{1, 784, 1000, false, [2]int{0, 784}, true},
			{784, 1, 1000, true, [2]int{0, 784}, true},
			{8, 256, 256, false, [2]int{0, 256}, true},
			{8, 256, 255, false, [2]int{0, 256}, false},
			{100, 1000, 63, false, [2]int{0, 1000}, false},
		} {
			p := fastProduct{c: make([]float32, c.m*c.n), b: make([]float32, c.k*c.n), m: c.m, k: c.k, n: c.n,
				aRow: c.k, aK: 1}
			cols := c.k
			if c.transA {
				p.aRow, p.aK, cols = 1, c.m, c.m
			}
			p.a = slices.Repeat([]float32{1}, c.m*c.k)
			for i := range p.a {
				if j := i % cols; c.zeros[0] <= j && j < c.zeros[1] {
					p.a[i] = 0
				}
			}
			if got := p.sparse(); got != c.want {
				t.Errorf("%+v: zeros are passed over: %t", c, got)
			}
		}
	})
}

// Rows compute the same whatever they prefetch.
func TestRowsAheadLeaveResultsAlone(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // prefetches nothing
		}
		const m, k = 2*rowsAtOnce + 7, 20
		n := sparseColumns()
		p := sparseProduct{bRow: n, fastProduct: fastProduct{
			a: oracle.Scattered(m*k, 0.3), b: oracle.Noise[float32](oracle.Rand(), k*n), m: m, k: k, n: n, aRow: k, aK: 1}}
		l := takeNonzeros(m, k)
		p.list(l, 0, 0, m)
		compute := func(a ahead) []float32 {
			p.c = make([]float32, m*n)
			p.panel(l, p.b, 0, m, 0, 0, a)
			return p.c
		}
		want := compute(ahead{})
		for _, each := range []int{1, 3} {
			for _, left := range []int{1, 2, 3, rowsAtOnce, rowsAtOnce + 1, 3 * m, 100 * m} {
				for _, a := range []ahead{
					{0, 1 << 12, each, left}, {^uintptr(0), 1 << 30, each, left}, {1 << 20, -64, each, left},
				} {
					if !slices.Equal(compute(a), want) {
						t.Fatalf("%+v: another product", a)
					}
				}
			}
		}
	})
}
