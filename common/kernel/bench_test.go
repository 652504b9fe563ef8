package kernel

import (
	"fmt"
	"testing"
)

// The shapes are those of the lecture's nets: the CNN at batch 32 and the MLP at batch 100. Each
// benchmark reports its rate in GF/s, two operations for a multiply-add.

func BenchmarkMatMul(b *testing.B) {
	for _, s := range []struct {
		name           string
		m, k, n        int
		transA, transB bool
	}{
		{"dense", 32, 3136, 1000, false, false},
		{"dense-dW", 3136, 32, 1000, true, false},
		{"dense-dX", 32, 1000, 3136, false, true},
		{"mlp", 100, 784, 1000, false, false},
		{"mlp-dW", 784, 100, 1000, true, false},
		{"output", 32, 1000, 10, false, false},
		{"output-dW", 1000, 32, 10, true, false},
		{"output-dX", 32, 10, 1000, false, true},
		{"both", 100, 300, 200, true, true},
	} {
		b.Run(fmt.Sprintf("%s-%dx%dx%d", s.name, s.m, s.k, s.n), func(b *testing.B) {
			c, x, y := make([]float32, s.m*s.n), ramp(s.m*s.k), ramp(s.k*s.n)
			work := make([]float32, MatMulWork(s.m, s.k, s.n, s.transA, s.transB))
			for b.Loop() {
				MatMul(c, x, y, work, s.m, s.k, s.n, s.transA, s.transB)
			}
			rate(b, s.m*s.k*s.n)
		})
	}
}

func BenchmarkConv(b *testing.B) {
	for _, s := range []struct {
		name                           string
		size, channels, kernel, filter int
	}{{"conv1", 28, 1, 5, 32}, {"conv2", 14, 32, 2, 64}} {
		w, err := NewWindow(32, s.size, s.size, s.channels, s.kernel, s.kernel, 1, 1, true)
		if err != nil {
			b.Fatal(err)
		}
		kernel := ramp(s.kernel * s.kernel * s.channels * s.filter)
		x, y := ramp(32*s.size*s.size*s.channels), ramp(32*s.size*s.size*s.filter)
		bias := ramp(s.filter)
		work := make([]float32, max(Conv2DGradInputWork(w, s.filter), Conv2DGradKernelWork(w, s.filter)))
		flops := 32 * s.size * s.size * len(kernel)
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				Conv2D(y, x, kernel, bias, w, s.filter, true)
			}
			rate(b, flops)
		})
		b.Run(s.name+"-dW", func(b *testing.B) {
			for b.Loop() {
				Conv2DGradKernel(kernel, x, y, work, w, s.filter)
			}
			rate(b, flops)
		})
		b.Run(s.name+"-dX", func(b *testing.B) {
			for b.Loop() {
				Conv2DGradInput(x, y, kernel, work, w, s.filter)
			}
			rate(b, flops)
		})
	}
}

func BenchmarkPool(b *testing.B) {
	w, err := NewWindow(32, 28, 28, 32, 2, 2, 2, 2, true)
	if err != nil {
		b.Fatal(err)
	}
	x := ramp(32 * 28 * 28 * 32)
	y, index := make([]float32, len(x)/4), make([]int32, len(x)/4)
	b.Run("max", func(b *testing.B) {
		for b.Loop() {
			MaxPool2D(y, index, x, w)
		}
	})
	b.Run("grad", func(b *testing.B) {
		for b.Loop() {
			MaxPool2DGrad(x, y, index, w)
		}
	})
}

func BenchmarkElementwise(b *testing.B) {
	const n = 32 * 28 * 28 * 32
	x, y, dy := ramp(n), make([]float32, n), ramp(n)
	b.Run("relu", func(b *testing.B) {
		for b.Loop() {
			ReLU(y, x)
		}
	})
	b.Run("relu-grad", func(b *testing.B) {
		for b.Loop() {
			ReLUGrad(dy, y, x)
		}
	})
	b.Run("column-sums", func(b *testing.B) {
		work := make([]float32, ColumnSumsWork(n/32, 32))
		for b.Loop() {
			ColumnSums(dy, x, work, n/32, 32)
		}
	})
	b.Run("dropout", func(b *testing.B) {
		for b.Loop() {
			Dropout(y, x, 32, 3136, 0, 0.25, 1, 2, 3)
		}
	})
}

// ramp returns n numbers of both signs in an order without a pattern.
func ramp(n int) []float32 {
	x := make([]float32, n)
	stream := NewStream(7, PurposeSample, 0, 0)
	for i := range x {
		x[i] = float32(stream.Float64() - 0.5)
	}
	return x
}

func rate(b *testing.B, multiplyAdds int) {
	b.ReportMetric(2*float64(multiplyAdds)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GF/s")
}
