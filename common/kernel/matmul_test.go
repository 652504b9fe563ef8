package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// plainProduct is the loop in MatMul's doc comment, in float64.
func plainProduct[T Float](a, b []T, m, k, n int, transA, transB bool) []float64 {
	c := make([]float64, m*n)
	for i := range m {
		for j := range n {
			for p := range k {
				x, y := i*k+p, p*n+j
				if transA {
					x = p*m + i
				}
				if transB {
					y = j*k + p
				}
				c[i*n+j] += float64(a[x]) * float64(b[y])
			}
		}
	}
	return c
}

// productShapes has every mixture of the small sizes at which a loop begins, ends or is cut, and some large shapes of
// several pieces and blocks of depth.
func productShapes(r *rand.Rand) [][3]int {
	sizes := []int{1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 17, 31, 33}
	shapes := [][3]int{{1, 1, 1}, {70, 150, 270}, {3, 300, 600}, {66, 129, 257}, {1, 1500, 400}, {600, 33, 30}, {1200, 450, 1},
		{513, 512, 131}, {512, 520, 131}, {130, 512, 200},
		{20, 900, 100}, {8, 420, 800}, {300, 20, 300}, {700, 20, 130}}
	for range 60 {
		shapes = append(shapes, [3]int{sizes[r.IntN(len(sizes))], sizes[r.IntN(len(sizes))], sizes[r.IntN(len(sizes))]})
	}
	return shapes
}

func testMatMul[T Float](t *testing.T, fill func(*rand.Rand, int) []T) {
	r := newRand()
	for i, s := range productShapes(r) {
		m, k, n := s[0], s[1], s[2]
		for trans := range 4 {
			transA, transB := trans&1 != 0, trans&2 != 0
			if m*k*n > 5e5 && trans != i%4 && trans != (i+3)%4 {
				continue // half of the transposes do for a large shape
			}
			name := fmt.Sprintf("%dx%dx%d transA %t transB %t", m, k, n, transA, transB)
			a, b := fill(r, m*k), fill(r, k*n)
			c, work := guard[T](m*n), guard[T](MatMulWork(m, k, n, transA, transB))
			MatMul(c.out, a, b, work.out, m, k, n, transA, transB)
			c.check(t, name)
			work.check(t, name+" work")
			near(t, name, c.out, plainProduct(a, b, m, k, n, transA, transB), epsilon[T]()*float64(8+k))
		}
	}
}

func TestMatMulIsThePlainLoop(t *testing.T) {
	both(t, func(t *testing.T) { testMatMul(t, noise[float32]) }, func(t *testing.T) { testMatMul(t, noise[float64]) })
}

func TestMatMulSpreadsNaNAndInfinity(t *testing.T) {
	both(t, func(t *testing.T) { testMatMul(t, hostile[float32]) }, func(t *testing.T) { testMatMul(t, hostile[float64]) })
}

func TestMatMulOfNothingIsZero(t *testing.T) {
	c := guard[float32](6)
	MatMul(c.out, nil, nil, nil, 2, 0, 3, false, false)
	c.check(t, "k of 0")
	near(t, "k of 0", c.out, make([]float64, 6), 0)
	MatMul[float32](nil, nil, nil, nil, 0, 3, 0, true, false)
}

func testDense[T Float](t *testing.T) {
	r := newRand()
	for _, s := range productShapes(r) {
		m, k, n := s[0], s[1], s[2]
		x, w := noise[T](r, m*k), noise[T](r, k*n)
		sum := plainProduct(x, w, m, k, n, false, false)
		for _, bias := range [][]T{nil, noise[T](r, n)} {
			for _, relu := range []bool{false, true} {
				name := fmt.Sprintf("%dx%dx%d bias %t relu %t", m, k, n, bias != nil, relu)
				want := make([]float64, m*n)
				for i := range want {
					want[i] = sum[i]
					if bias != nil {
						want[i] += float64(bias[i%n])
					}
					if relu {
						want[i] = max(want[i], 0)
					}
				}
				y := guard[T](m * n)
				Dense(y.out, x, w, bias, m, k, n, relu)
				y.check(t, name)
				near(t, name, y.out, want, epsilon[T]()*float64(8+k))
			}
		}
	}
}

func TestDenseIsThePlainLoop(t *testing.T) { both(t, testDense[float32], testDense[float64]) }

func TestDenseKeepsNaNThroughReLU(t *testing.T) {
	y := make([]float64, 2)
	Dense(y, []float64{1}, []float64{math.NaN(), -1}, nil, 1, 1, 2, true)
	near(t, "y", y, []float64{math.NaN(), 0}, 0)
}

func testColumnSums[T Float](t *testing.T) {
	r := newRand()
	for _, s := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {6, 5}, {33, 12}, {0, 3}, {25088, 32}, {300, 5000}, {1 << 20, 1}} {
		rows, cols := s[0], s[1]
		name := fmt.Sprintf("%dx%d", rows, cols)
		a := noise[T](r, rows*cols)
		want := make([]float64, cols)
		for i, v := range a {
			want[i%cols] += float64(v)
		}
		sums, work := guard[T](cols), guard[T](ColumnSumsWork(rows, cols))
		ColumnSums(sums.out, a, work.out, rows, cols)
		sums.check(t, name)
		work.check(t, name+" work")
		near(t, name, sums.out, want, epsilon[T]()*float64(8+rows))
	}
}

func TestColumnSumsIsThePlainLoop(t *testing.T) {
	both(t, testColumnSums[float32], testColumnSums[float64])
}
