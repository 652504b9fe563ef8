//go:build !race

package kernel

import (
	"fmt"
	"math"
	"testing"
)

// The lecture's shapes at its batches and a last smaller one: outputs and gradients in float32 at each
// level against plain loops in float64, to 1e-5 of the largest value.

// rowProduct is plainProduct with its loops in an order that is kind to the cache.
func rowProduct(a, b []float64, m, k, n int) []float64 {
	c := make([]float64, m*n)
	for i := range m {
		row := c[i*n:][:n]
		for p := range k {
			x := a[i*k+p]
			for j, y := range b[p*n:][:n] {
				row[j] += x * y
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

func widened(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// close5 fails if got is further from want than 1e-5 of the largest value.
func close5(t *testing.T, name string, got []float32, want []float64) {
	t.Helper()
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	near(t, name, got, want, 1e-5*largest)
}

var lectureBatches = []int{32, 100, 16}

func TestDenseOfTheLecture(t *testing.T) {
	r := newRand()
	for _, shape := range [][2]int{{3136, 1000}, {784, 1000}, {1000, 10}} {
		k, n := shape[0], shape[1]
		for _, m := range lectureBatches {
			x, w, bias, dy := noise[float32](r, m*k), noise[float32](r, k*n), noise[float32](r, n), noise[float32](r, m*n)
			y := rowProduct(widened(x), widened(w), m, k, n)
			for i := range y {
				y[i] = max(0, y[i]+float64(bias[i%n]))
			}
			dx := rowProduct(widened(dy), transposed(widened(w), k, n), m, n, k)
			dw := rowProduct(transposed(widened(x), m, k), widened(dy), k, m, n)
			db := rowProduct(rowOf(1, m), widened(dy), 1, m, n)
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
}

// rowOf returns n times the value.
func rowOf(value float64, n int) []float64 {
	row := make([]float64, n)
	for i := range row {
		row[i] = value
	}
	return row
}

func TestConvolutionOfTheLecture(t *testing.T) {
	r := newRand()
	for _, c := range []struct{ size, channels, kernel, filters int }{{28, 1, 5, 32}, {14, 32, 2, 64}} {
		for _, batch := range lectureBatches {
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
