package kernel

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// A row of a small product has the same bits alone, in a batch, and in a batch that is cut into pieces.
func testSmallRows[T Float](t *testing.T) {
	r := oracle.Rand()
	for k := 1; k <= smallDepth+1; k++ {
		for _, n := range []int{smallB / k, smallB/k + 1, 3, 1}[:oracle.ShortOr(2, 4)] {
			if work := k * n; isSmall(k, n) != (k <= smallDepth && work <= smallB) {
				t.Fatalf("%dx%d: isSmall is %t", k, n, isSmall(k, n))
			}
			m := 2*pieceWork/(k*n) + 3
			x, w, bias := oracle.Noise[T](r, m*k), oracle.Hostile[T](r, k*n), oracle.Noise[T](r, n)
			batch, transposed := make([]T, m*n), make([]T, m*n)
			Dense(batch, x, w, bias, m, k, n, true)
			MatMul(transposed, x, w, make([]T, MatMulWork(m, k, n, false, true)), m, k, n, false, true)
			for _, i := range []int{0, 1, m / 2, m - 1} {
				name := fmt.Sprintf("row %d of %dx%dx%d", i, m, k, n)
				row := oracle.Guard[T](n)
				Dense(row.Out, x[i*k:(i+1)*k], w, bias, 1, k, n, true)
				row.Check(t, name)
				oracle.SameBits(t, name, row.Out, batch[i*n:(i+1)*n])
				MatMul(row.Out, x[i*k:(i+1)*k], w, make([]T, MatMulWork(1, k, n, false, true)), 1, k, n, false, true)
				row.Check(t, name)
				oracle.SameBits(t, name+", transposed", row.Out, transposed[i*n:(i+1)*n])
			}
		}
	}
}

func TestSmallProductsRowByRow(t *testing.T) {
	oracle.Both(t, testSmallRows[float32], testSmallRows[float64])
}

// Large products by a small matrix are cut into pieces: each transpose against the plain loop.
func TestSmallProductsSharedOut(t *testing.T) {
	r := oracle.Rand()
	for _, s := range [][2]int{{1, 1}, {2, 2}, {4, 8}, {3, 5}} {
		k, n := s[0], s[1]
		m := 2*pieceWork/(k*n) + 5
		a, b := oracle.Noise[float32](r, m*k), oracle.Noise[float32](r, k*n)
		for trans := range 4 {
			transA, transB := trans&1 != 0, trans&2 != 0
			name := fmt.Sprintf("%dx%dx%d transA %t transB %t", m, k, n, transA, transB)
			c := oracle.Guard[float32](m * n)
			MatMul(c.Out, a, b, make([]float32, MatMulWork(m, k, n, transA, transB)), m, k, n, transA, transB)
			c.Check(t, name)
			oracle.Near(t, name, c.Out, plainProduct(a, b, m, k, n, transA, transB), oracle.Epsilon[float32]()*8)
		}
	}
}

// The order of the sum is that of the general product. On amd64, where Go fuses no multiplication with
// an addition, the bits are the same; on other machines they may differ in the last place.
func TestSmallProductsAreTheGeneralOnes(t *testing.T) {
	r := oracle.Rand()
	for k := 1; k <= smallDepth; k++ {
		m, n := 5, smallB/k
		a, b, bias := oracle.Noise[float64](r, m*k), oracle.Noise[float64](r, k*n), oracle.Noise[float64](r, n)
		got, want := make([]float64, m*n), make([]float64, m*n)
		Dense(got, a, b, bias, m, k, n, true)
		product[float64]{c: want, a: a, b: b, bias: bias, m: m, k: k, n: n, aRow: k, aCol: 1, relu: true}.run()
		tolerance := 0.0
		if runtime.GOARCH != "amd64" {
			tolerance = 4 * oracle.Epsilon[float64]()
		}
		oracle.Near(t, fmt.Sprintf("k %d", k), got, want, tolerance)
	}
}

// A prepared product has the bits of the one that prepares itself, again after its factors have changed; a large one is
// not prepared.
func testPreparedProducts[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, m := range []int{1, 2, 3, 7} {
		for k := 1; k <= smallDepth+1; k++ {
			for _, n := range []int{1, 2, 3, smallB / k, smallB/k + 1} {
				a, b, bias := oracle.Hostile[T](r, m*k), oracle.Noise[T](r, k*n), oracle.Noise[T](r, n)
				for trans := range 4 {
					transA, transB := trans&1 != 0, trans&2 != 0
					name := fmt.Sprintf("%dx%dx%d transA %t transB %t", m, k, n, transA, transB)
					got, want := oracle.Guard[T](m*n), make([]T, m*n)
					s := NewSmallMatMul(got.Out, a, b, m, k, n, transA, transB)
					if (s != nil) != isSmall(k, n) {
						t.Fatalf("%s: prepared: %t", name, s != nil)
					}
					for range 2 {
						if s == nil {
							break
						}
						MatMul(want, a, b, make([]T, MatMulWork(m, k, n, transA, transB)), m, k, n, transA, transB)
						s.Run()
						got.Check(t, name)
						oracle.SameNumbers(t, name, got.Out, want)
						a[0], b[0] = b[0], a[0]
					}
				}
				for _, relu := range []bool{false, true} {
					for _, bias := range [][]T{nil, bias} {
						name := fmt.Sprintf("%dx%dx%d bias %t relu %t", m, k, n, bias != nil, relu)
						got, want := oracle.Guard[T](m*n), make([]T, m*n)
						if s := NewSmallDense(got.Out, a, b, bias, m, k, n, relu); s != nil {
							Dense(want, a, b, bias, m, k, n, relu)
							s.Run()
							got.Check(t, name)
							oracle.SameNumbers(t, name, got.Out, want)
						}
					}
				}
			}
		}
	}
	m := 2 * pieceWork
	if NewSmallMatMul(make([]T, m), make([]T, m), make([]T, 1), m, 1, 1, false, false) != nil ||
		NewSmallDense(make([]T, m), make([]T, m), make([]T, 1), nil, m, 1, 1, false) != nil {
		t.Error("a product of many rows was prepared, want pieces")
	}
}

func TestPreparedProducts(t *testing.T) {
	oracle.Both(t, testPreparedProducts[float32], testPreparedProducts[float64])
}

// An outer product is that of the general loop, which begins with the product and adds it to 0: -0 becomes 0.
func TestOuterProducts(t *testing.T) {
	a, b := []float32{1, -2, float32(math.NaN()), 0}, []float32{0, 3, float32(math.Inf(1)), 1e-30}
	for i := range a {
		a[i] *= 1e-30
	}
	got, want := make([]float32, 16), make([]float32, 16)
	NewSmallMatMul(got, a, b, 4, 1, 4, true, false).Run()
	for i, x := range a {
		for j, y := range b {
			want[i*4+j] = 0 + float32(x*y)
		}
	}
	oracle.SameNumbers(t, "outer product", got, want)
	for i, v := range got {
		if v == 0 && math.Signbit(float64(v)) {
			t.Errorf("element %d is -0", i)
		}
	}
}
