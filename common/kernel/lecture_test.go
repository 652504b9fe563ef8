//go:build !race

package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
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
	oracle.Near(t, name, got, want, 1e-5*largest)
}

func TestDenseOfTheLecture(t *testing.T) {
	if testing.Short() {
		t.Skip("large products in float64")
	}
	r := oracle.Rand()
	for _, s := range [][3]int{
		{32, 3136, 1000}, {100, 784, 1000}, {16, 784, 1000}, {32, 1000, 10}, {100, 1000, 10}, {16, 1000, 10},
	} {
		m, k, n := s[0], s[1], s[2]
		x, w, bias := oracle.Noise[float32](r, m*k), oracle.Noise[float32](r, k*n), oracle.Noise[float32](r, n)
		dy := oracle.Noise[float32](r, m*n)
		y := plainProduct(x, w, m, k, n, false, false)
		for i := range y {
			y[i] = max(0, y[i]+float64(bias[i%n]))
		}
		dx := plainProduct(dy, w, m, n, k, false, true)
		dw := plainProduct(x, dy, k, m, n, true, false)
		db := plainProduct(slices.Repeat([]float32{1}, m), dy, 1, m, n, false, false)
		oracle.AtLevels(t, func(t *testing.T) {
			name := fmt.Sprintf("%dx%d batch %d", k, n, m)
			got := oracle.Guard[float32](m * n)
			Dense(got.Out, x, w, bias, m, k, n, true)
			got.Check(t, name)
			close5(t, name, got.Out, y)
			got = oracle.Guard[float32](m * k)
			MatMul(got.Out, dy, w, make([]float32, MatMulWork(m, n, k, false, true)), m, n, k, false, true)
			got.Check(t, name+" dx")
			close5(t, name+" dx", got.Out, dx)
			got = oracle.Guard[float32](k * n)
			MatMul(got.Out, x, dy, nil, k, m, n, true, false)
			got.Check(t, name+" dw")
			close5(t, name+" dw", got.Out, dw)
			got = oracle.Guard[float32](n)
			ColumnSums(got.Out, dy, make([]float32, ColumnSumsWork(m, n)), m, n)
			close5(t, name+" db", got.Out, db)
		})
	}
}

func TestConvolutionOfTheLecture(t *testing.T) {
	if testing.Short() {
		t.Skip("large convolutions in float64")
	}
	r := oracle.Rand()
	for _, c := range []struct{ size, channels, kernel, filters int }{{28, 1, 5, 32}, {14, 32, 2, 64}} {
		for _, batch := range []int{32, 5} {
			w, err := NewWindow(batch, c.size, c.size, c.channels, c.kernel, c.kernel, 1, 1, true)
			oracle.FatalIf(t, err)
			s := oracle.Convolution{Window: w, Filters: c.filters}
			x, kernel := oracle.Noise[float32](r, s.Inputs()), oracle.Noise[float32](r, s.Weights())
			bias := oracle.Noise[float32](r, c.filters)
			dy := oracle.Noise[float32](r, s.Outputs())
			y, dx, dw := make([]float64, len(dy)), make([]float64, len(x)), make([]float64, len(kernel))
			for i := range y {
				y[i] = float64(bias[i%c.filters])
			}
			s.Visit(func(i, j, k int) {
				y[i] += float64(x[j]) * float64(kernel[k])
				dx[j] += float64(dy[i]) * float64(kernel[k])
				dw[k] += float64(dy[i]) * float64(x[j])
			})
			for i, v := range y {
				y[i] = max(0, v)
			}
			oracle.AtLevels(t, func(t *testing.T) {
				got := oracle.Guard[float32](len(y))
				Conv2D(got.Out, x, kernel, bias, w, c.filters, true)
				got.Check(t, s.String())
				close5(t, s.String(), got.Out, y)
				got = oracle.Guard[float32](len(dx))
				Conv2DGradInput(got.Out, dy, kernel, make([]float32, Conv2DGradInputWork(w, c.filters)), w, c.filters)
				got.Check(t, s.String()+" dx")
				close5(t, s.String()+" dx", got.Out, dx)
				got = oracle.Guard[float32](len(dw))
				Conv2DGradKernel(got.Out, x, dy, make([]float32, Conv2DGradKernelWork(w, c.filters)), w, c.filters)
				got.Check(t, s.String()+" dw")
				close5(t, s.String()+" dw", got.Out, dw)
			})
		}
	}
}
