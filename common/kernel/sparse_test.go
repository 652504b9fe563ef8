package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

func TestProductsPassOverZeros(t *testing.T) {
	oracle.Both(t, testSparse[float32], testSparse[float64])
}

func testSparse[T Float](t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, zeros := range []float64{0, 0.1, 0.5, 0.9, 1} {
		for _, k := range []int{7, 8, 9, 64, 127, 128, 129, 300} {
			for _, n := range []int{1, 3, 32, 65} {
				name := fmt.Sprintf("zeros %v, k %d, n %d", zeros, k, n)
				a, b := oracle.Sparse[T](r, k*2, zeros), oracle.Noise[T](r, k*(n+1))
				c := oracle.Guard[T](n)
				clear(c.Out)
				// every second value of a, and rows of b with a gap
				addProductOf(true, c.Out, a, 2, b, n+1, k)
				want := make([]float64, n)
				for p := range k {
					for j := range want {
						want[j] += float64(a[2*p]) * float64(b[p*(n+1)+j])
					}
				}
				c.Check(t, name)
				oracle.Near(t, name, c.Out, want, float64(k)*oracle.Epsilon[T]())
			}
		}
	}
}

// A zero times NaN or infinity is NaN, so a kernel may not pass over zeros if the other factor is not finite: in the
// product, the dense layer, the convolution and its gradients.
func TestZeroTimesInfinityIsNaN(t *testing.T) {
	oracle.Both(t, testZeroTimesInfinity[float32], testZeroTimesInfinity[float64])
}

func testZeroTimesInfinity[T Float](t *testing.T) {
	const m, k, n = 2, 16, 3
	for _, bad := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
		a, b := make([]T, m*k), make([]T, k*n)
		b[5*n+1] = T(bad)
		want := []float64{0, math.NaN(), 0, 0, math.NaN(), 0}
		c := make([]T, m*n)
		MatMul(c, a, b, nil, m, k, n, false, false)
		oracle.Near(t, fmt.Sprintf("MatMul with %v", bad), c, want, 0)
		Dense(c, a, b, nil, m, k, n, false)
		oracle.Near(t, fmt.Sprintf("Dense with %v", bad), c, want, 0)

		s, err := NewWindow(1, 1, 16, 1, 1, 16, 1, 1, false) // one output pixel that sees all of a row
		if err != nil {
			t.Fatal(err)
		}
		y := make([]T, n)
		Conv2D(y, a[:k], b, nil, s, n, false)
		oracle.Near(t, fmt.Sprintf("Conv2D with %v", bad), y, want[:n], 0)

		wide, err := NewWindow(1, 1, 16, 1, 1, 1, 1, 1, false) // 16 output pixels, one weight per filter
		if err != nil {
			t.Fatal(err)
		}
		dw := make([]T, n)
		Conv2DGradKernel(dw, a[:k], b, make([]T, Conv2DGradKernelWork(wide, n)), wide, n)
		oracle.Near(t, fmt.Sprintf("Conv2DGradKernel with %v", bad), dw, want[:n], 0)
	}
}

// Terms that are passed over leave a sum of -0 as it is; the dense product makes it 0.
func TestSumOfMinusZero(t *testing.T) {
	const m, k, n = 16, 512, 256
	oracle.AtLevels(t, func(t *testing.T) {
		c, bias := make([]float32, m*n), make([]float32, n)
		for i := range bias {
			bias[i] = float32(math.Copysign(0, -1))
		}
		Dense(c, make([]float32, m*k), oracle.Noise[float32](oracle.Rand(), k*n), bias, m, k, n, false)
		oracle.Near(t, "c", c, make([]float64, m*n), 0)
	})
}

// Zero times a number that is not finite is not zero, wherever that is in B.
func TestZerosMeetWhatIsNotFinite(t *testing.T) {
	bads := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}
	oracle.AtLevels(t, func(t *testing.T) {
		shapes := [][3]int{{33, 784, 1000}, {784, 33, 1000}, {400, 401, 130}, {520, 270, 530}}
		for _, s := range shapes[:oracle.ShortOr(2, 4)] {
			for _, transA := range []bool{false, true} {
				m, k, n := s[0], s[1], s[2]
				a, b, c := oracle.Scattered(m*k, 0.1), oracle.Noise[float32](oracle.Rand(), k*n), make([]float32, m*n)
				for i, at := range []int{7, k / 2 * n, k*n - 1} { // one in each third of B's rows
					clean := b[at]
					b[at] = bads[i]
					MatMul(c, a, b, nil, m, k, n, transA, false)
					b[at] = clean
					for j, v := range c {
						// NaN where A is 0, an infinity or NaN elsewhere
						if got, want := v-v != 0, j%n == at%n; got != want {
							t.Fatalf("%v, transA %t, %v in row %d of B: element (%d, %d) of C is %v",
								s, transA, bads[i], at/n, j/n, j%n, v)
						}
					}
				}
			}
		}
	})
}

// Products with lists of their own run at the same time.
func TestProductsWithoutTheirZerosAtOnce(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		const m, k, n = 40, 784, 200
		b := oracle.Noise[float32](oracle.Rand(), k*n)
		var group sync.WaitGroup
		for i := range 4 {
			a := oracle.Scattered(m*k, 0.05*float64(1+i))
			want := make([]float32, m*n)
			MatMul(want, a, b, nil, m, k, n, false, false)
			group.Go(func() {
				c := make([]float32, m*n)
				for range oracle.ShortOr(5, 30) {
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

// Where the other factor is not finite a zero counts: all three kernels are the plain loops.
func TestConvolutionZerosMeetWhatIsNotFinite(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		r := oracle.Rand()
		for _, s := range oracle.SparseConvolutions(t, r)[:oracle.ShortOr(4, 20)] {
			s.Batch = min(s.Batch, 3)
			for bad := range 3 {
				x, w := oracle.Sparse[float32](r, s.Inputs(), 0.9), oracle.Noise[float32](r, s.Weights())
				dy := oracle.Sparse[float32](r, s.Outputs(), 0.95)
				oracle.Spoil(r, [][]float32{x, w, dy}[bad])
				y, dx, dw := make([]float64, len(dy)), make([]float64, len(x)), make([]float64, len(w))
				s.Visit(func(i, j, k int) {
					y[i] += float64(x[j]) * float64(w[k])
					dx[j] += float64(dy[i]) * float64(w[k])
					dw[k] += float64(dy[i]) * float64(x[j])
				})
				name := fmt.Sprintf("%v, factor %d not finite", s, bad)
				got := oracle.Guard[float32](len(y))
				Conv2D(got.Out, x, w, nil, s.Window, s.Filters, false)
				got.Check(t, name)
				sameKinds(t, name, got.Out, y)
				got = oracle.Guard[float32](len(dx))
				Conv2DGradInput(got.Out, dy, w, make([]float32, Conv2DGradInputWork(s.Window, s.Filters)), s.Window, s.Filters)
				sameKinds(t, name+" dx", got.Out, dx)
				got = oracle.Guard[float32](len(dw))
				Conv2DGradKernel(got.Out, x, dy, make([]float32, Conv2DGradKernelWork(s.Window, s.Filters)), s.Window, s.Filters)
				sameKinds(t, name+" dw", got.Out, dw)
			}
		}
	})
}

// sameKinds fails if another number is NaN, or is infinite where the wanted one is below half of the largest float32.
func sameKinds(t *testing.T, name string, got []float32, want []float64) {
	t.Helper()
	for i, w := range want {
		g := float64(got[i])
		if math.IsNaN(g) != math.IsNaN(w) || math.IsInf(g, 0) && math.Abs(w) < math.MaxFloat32/2 {
			t.Fatalf("%s: element %d is %v, want %v", name, i, g, w)
		}
	}
}

// Kernels with lists of their own run at the same time.
func TestConvolutionsWithoutTheirZerosAtOnce(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		s, err := NewWindow(20, 14, 14, 32, 2, 2, 1, 1, true)
		oracle.FatalIf(t, err)
		const filters = 64
		w := oracle.Noise[float32](oracle.Rand(), s.KernelSize(filters))
		var group sync.WaitGroup
		for i := range 3 {
			x := oracle.Scattered(20*14*14*32, 0.1*float64(1+i))
			dy := oracle.Scattered(20*14*14*filters, 0.02*float64(1+i))
			compute := func() []float32 {
				y, dx, dw := make([]float32, len(dy)), make([]float32, len(x)), make([]float32, len(w))
				Conv2D(y, x, w, nil, s, filters, true)
				Conv2DGradInput(dx, dy, w, make([]float32, Conv2DGradInputWork(s, filters)), s, filters)
				Conv2DGradKernel(dw, x, dy, make([]float32, Conv2DGradKernelWork(s, filters)), s, filters)
				return slices.Concat(y, dx, dw)
			}
			want := compute()
			group.Go(func() {
				for range oracle.ShortOr(3, 10) {
					if !slices.Equal(compute(), want) {
						t.Errorf("convolution %d: other numbers than alone", i)
						return
					}
				}
			})
		}
		group.Wait()
	})
}
