package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/kernel/internal/oracle"
)

// plainProduct is the loop in MatMul's doc comment, in float64, with its loops in an order that suits the cache.
func plainProduct[T Float](a, b []T, m, k, n int, transA, transB bool) []float64 {
	x, y := golden.Convert[float64](a), golden.Convert[float64](b)
	if transA {
		x = transposed(x, k, m)
	}
	if transB {
		y = transposed(y, n, k)
	}
	c := make([]float64, m*n)
	for i := range m {
		row := c[i*n:][:n]
		for p, v := range x[i*k:][:k] {
			for j, w := range y[p*n:][:n] {
				row[j] += v * w
			}
		}
	}
	return c
}

func transposed(a []float64, m, n int) []float64 {
	t := make([]float64, len(a))
	for i := range m {
		for j := range n {
			t[j*m+i] = a[i*n+j]
		}
	}
	return t
}

// productShapes has every combination of the small sizes at which a loop begins, ends or is cut, and some large shapes
// of several pieces and blocks of depth.
func productShapes(r *rand.Rand) [][3]int {
	sizes := []int{1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 17, 31, 33}
	shapes := [][3]int{{1, 1, 1}, {70, 150, 270}, {3, 300, 600}, {66, 129, 257}, {1, 1500, 400}, {600, 33, 30},
		{1200, 450, 1},
		{513, 512, 131}, {512, 520, 131}, {130, 512, 200},
		{20, 900, 100}, {8, 420, 800}, {300, 20, 300}, {700, 20, 130}}
	for range 60 {
		shapes = append(shapes, [3]int{sizes[r.IntN(len(sizes))], sizes[r.IntN(len(sizes))], sizes[r.IntN(len(sizes))]})
	}
	return shapes
}

// testMatMul takes the shapes of at most the given number of multiply-adds.
func testMatMul[T Float](t *testing.T, fill func(*rand.Rand, int) []T, most int) {
	r := oracle.Rand()
	for i, s := range productShapes(r) {
		m, k, n := s[0], s[1], s[2]
		if m*k*n > most || testing.Short() && m*k*n > 2e6 {
			continue
		}
		for trans := range 4 {
			transA, transB := trans&1 != 0, trans&2 != 0
			if m*k*n > 5e5 && trans != i%4 && trans != (i+3)%4 {
				continue // half of the transposes do for a large shape
			}
			a, b := fill(r, m*k), fill(r, k*n)
			want := plainProduct(a, b, m, k, n, transA, transB)
			oracle.EachLevel[T](t, func(level string) {
				name := fmt.Sprintf("%s: %dx%dx%d transA %t transB %t", level, m, k, n, transA, transB)
				c, work := oracle.Guard[T](m*n), oracle.Guard[T](MatMulWork(m, k, n, transA, transB))
				MatMul(c.Out, a, b, work.Out, m, k, n, transA, transB)
				c.Check(t, name)
				work.Check(t, name+" work")
				oracle.Near(t, name, c.Out, want, oracle.Epsilon[T]()*float64(8+k))
			})
		}
	}
}

func TestMatMulIsThePlainLoop(t *testing.T) {
	testMatMul(t, oracle.Noise[float32], math.MaxInt)
	testMatMul(t, oracle.Noise[float64], math.MaxInt)
}

func TestMatMulSpreadsNaNAndInfinity(t *testing.T) {
	testMatMul(t, oracle.Hostile[float32], 3e6)
	testMatMul(t, oracle.Hostile[float64], 3e6)
}

func TestMatMulOfNothingIsZero(t *testing.T) {
	c := oracle.Guard[float32](6)
	MatMul(c.Out, nil, nil, nil, 2, 0, 3, false, false)
	c.Check(t, "k of 0")
	oracle.Near(t, "k of 0", c.Out, make([]float64, 6), 0)
	MatMul[float32](nil, nil, nil, nil, 0, 3, 0, true, false)
}

func testDense[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, s := range productShapes(r) {
		m, k, n := s[0], s[1], s[2]
		if testing.Short() && m*k*n > 2e6 {
			continue
		}
		x, w := oracle.Noise[T](r, m*k), oracle.Noise[T](r, k*n)
		sum := plainProduct(x, w, m, k, n, false, false)
		for _, bias := range [][]T{nil, oracle.Noise[T](r, n)} {
			for _, relu := range []bool{false, true} {
				want := slices.Clone(sum)
				for i := range want {
					if bias != nil {
						want[i] += float64(bias[i%n])
					}
					if relu {
						want[i] = max(want[i], 0)
					}
				}
				oracle.EachLevel[T](t, func(level string) {
					name := fmt.Sprintf("%s: %dx%dx%d bias %t relu %t", level, m, k, n, bias != nil, relu)
					y := oracle.Guard[T](m * n)
					Dense(y.Out, x, w, bias, m, k, n, relu)
					y.Check(t, name)
					oracle.Near(t, name, y.Out, want, oracle.Epsilon[T]()*float64(8+k))
				})
			}
		}
	}
}

func TestDenseIsThePlainLoop(t *testing.T) {
	testDense[float32](t)
	testDense[float64](t)
}

func TestDenseKeepsNaNThroughReLU(t *testing.T) {
	y := make([]float64, 2)
	Dense(y, []float64{1}, []float64{math.NaN(), -1}, nil, 1, 1, 2, true)
	oracle.Near(t, "y", y, []float64{math.NaN(), 0}, 0)
}

// A product of few columns, or by a small matrix, is cut in another way than one of more columns; its elements have the
// same bits.
func TestColumnsAloneAndAmongOthers(t *testing.T) {
	r := oracle.Rand()
	oracle.AtLevels(t, func(t *testing.T) {
		for _, s := range [][3]int{
			{32, 32, 3}, {32, 32, 8}, {64, 9, 8}, {64, 500, 1}, {17, 40, 5}, // the gradient of a kernel
			{32, 3, 32}, {32, 32, 32}, {5, 7, 30}, {1, 16, 64}, {30, 2, 500}, // the gradient of an input
		} {
			m, k, n := s[0], s[1], s[2]
			wide := n + 2000
			for trans := range 4 {
				transA, transB := trans&1 != 0, trans&2 != 0
				a, all := oracle.Noise[float32](r, m*k), oracle.Noise[float32](r, k*wide)
				b := make([]float32, k*n)
				for p := range k {
					for j := range n {
						if transB {
							b[j*k+p] = all[j*k+p]
						} else {
							b[p*n+j] = all[p*wide+j]
						}
					}
				}
				name := fmt.Sprintf("%dx%dx%d transA %t transB %t", m, k, n, transA, transB)
				got, want := oracle.Guard[float32](m*n), make([]float32, m*wide)
				work := make([]float32, MatMulWork(m, k, wide, transA, transB))
				MatMul(got.Out, a, b, work, m, k, n, transA, transB)
				got.Check(t, name)
				MatMul(want, a, all, work, m, k, wide, transA, transB)
				if k*n < 64 { // another order of the sum
					oracle.Near(t, name, got.Out, plainProduct(a, b, m, k, n, transA, transB), oracle.Epsilon[float32]()*float64(8+k))
					continue
				}
				for i := range m {
					oracle.SameBits(t, name, got.Out[i*n:(i+1)*n], want[i*wide:i*wide+n])
				}
			}
		}
	})
}
