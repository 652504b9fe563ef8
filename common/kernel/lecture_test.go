//go:build !race

package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// The lecture's shapes at its batches and a last smaller one: outputs and gradients in float32 at each
// level against plain loops in float64, to 1e-5 of the largest value.

// close5 fails if got is further from want than 1e-5 of the largest value.
func close5(t *testing.T, name string, got []float32, want []float64) {
	t.Helper()
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	near(t, name, got, want, 1e-5*largest)
}

func TestDenseOfTheLecture(t *testing.T) {
	if testing.Short() {
		t.Skip("large products in float64")
	}
	r := newRand()
	for _, s := range [][3]int{
		{32, 3136, 1000}, {100, 784, 1000}, {16, 784, 1000}, {32, 1000, 10}, {100, 1000, 10}, {16, 1000, 10},
	} {
		m, k, n := s[0], s[1], s[2]
		x, w, bias, dy := noise[float32](r, m*k), noise[float32](r, k*n), noise[float32](r, n), noise[float32](r, m*n)
		y := plainProduct(x, w, m, k, n, false, false)
		for i := range y {
			y[i] = max(0, y[i]+float64(bias[i%n]))
		}
		dx := plainProduct(dy, w, m, n, k, false, true)
		dw := plainProduct(x, dy, k, m, n, true, false)
		db := plainProduct(slices.Repeat([]float32{1}, m), dy, 1, m, n, false, false)
		atLevels(t, func(t *testing.T) {
			name := fmt.Sprintf("%dx%d batch %d", k, n, m)
			got := guard[float32](m * n)
			Dense(got.out, x, w, bias, m, k, n, true)
			got.check(t, name)
			close5(t, name, got.out, y)
			got = guard[float32](m * k)
			MatMul(got.out, dy, w, make([]float32, MatMulWork(m, n, k, false, true)), m, n, k, false, true)
			got.check(t, name+" dx")
			close5(t, name+" dx", got.out, dx)
			got = guard[float32](k * n)
			MatMul(got.out, x, dy, nil, k, m, n, true, false)
			got.check(t, name+" dw")
			close5(t, name+" dw", got.out, dw)
			got = guard[float32](n)
			ColumnSums(got.out, dy, make([]float32, ColumnSumsWork(m, n)), m, n)
			close5(t, name+" db", got.out, db)
		})
	}
}

func TestConvolutionOfTheLecture(t *testing.T) {
	if testing.Short() {
		t.Skip("large convolutions in float64")
	}
	r := newRand()
	for _, c := range []struct{ size, channels, kernel, filters int }{{28, 1, 5, 32}, {14, 32, 2, 64}} {
		for _, batch := range []int{32, 5} {
			w, err := NewWindow(batch, c.size, c.size, c.channels, c.kernel, c.kernel, 1, 1, true)
			fatalIf(t, err)
			s := convolutionShape{w, c.filters}
			x, kernel, bias := noise[float32](r, s.inputSize()), noise[float32](r, s.kernelSize()), noise[float32](r, c.filters)
			dy := noise[float32](r, s.outputSize())
			y, dx, dw := make([]float64, len(dy)), make([]float64, len(x)), make([]float64, len(kernel))
			for i := range y {
				y[i] = float64(bias[i%c.filters])
			}
			s.visit(func(i, j, k int) {
				y[i] += float64(x[j]) * float64(kernel[k])
				dx[j] += float64(dy[i]) * float64(kernel[k])
				dw[k] += float64(dy[i]) * float64(x[j])
			})
			for i, v := range y {
				y[i] = max(0, v)
			}
			atLevels(t, func(t *testing.T) {
				got := guard[float32](len(y))
				Conv2D(got.out, x, kernel, bias, w, c.filters, true)
				got.check(t, s.String())
				close5(t, s.String(), got.out, y)
				got = guard[float32](len(dx))
				Conv2DGradInput(got.out, dy, kernel, make([]float32, Conv2DGradInputWork(w, c.filters)), w, c.filters)
				got.check(t, s.String()+" dx")
				close5(t, s.String()+" dx", got.out, dx)
				got = guard[float32](len(dw))
				Conv2DGradKernel(got.out, x, dy, make([]float32, Conv2DGradKernelWork(w, c.filters)), w, c.filters)
				got.check(t, s.String()+" dw")
				close5(t, s.String()+" dw", got.out, dw)
			})
		}
	}
}
