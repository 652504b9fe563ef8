package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/oracle"
	"gorgonia-lectures/common/random"
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

func BenchmarkDropout(b *testing.B) {
	x, y := ramp(32*3136), make([]float32, 32*3136)
	for b.Loop() {
		Dropout(y, x, 0, 0.25, random.NewDraw(1, 2))
	}
}

// BenchmarkStep is all kernels of one training step of the lecture's CNN at batch 32, Adam included.
func BenchmarkStep(b *testing.B) {
	const batch, hidden, classes = 32, 1000, 10
	conv1, err := NewWindow(batch, 28, 28, 1, 5, 5, 1, 1, true)
	oracle.FatalIf(b, err)
	conv2, err := NewWindow(batch, 14, 14, 32, 2, 2, 1, 1, true)
	oracle.FatalIf(b, err)
	pool1, err := NewWindow(batch, 28, 28, 32, 2, 2, 2, 2, true)
	oracle.FatalIf(b, err)
	pool2, err := NewWindow(batch, 14, 14, 64, 2, 2, 2, 2, true)
	oracle.FatalIf(b, err)
	x := ramp(batch * 784)
	sizes := []int{25 * 32, 32, 128 * 64, 64, 3136 * hidden, hidden, hidden * classes, classes}
	var w, dw, m, v [8][]float32
	for i, n := range sizes {
		w[i], dw[i], m[i], v[i] = ramp(n), make([]float32, n), make([]float32, n), make([]float32, n)
		for j := range w[i] {
			w[i][j] *= 0.05
		}
	}
	// activations and, in the same sizes, their gradients
	var y, dy [7][]float32
	for i, n := range []int{25088 * 32, 6272 * 32, 6272 * 64, 1568 * 64, 1568 * 64, batch * hidden, batch * classes} {
		y[i], dy[i] = make([]float32, n), make([]float32, n)
	}
	index1, index2 := make([]int32, len(y[1])), make([]int32, len(y[3]))
	probabilities := make([]float32, batch*classes)
	work := make([]float32, 1<<22)
	step := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		Conv2D(y[0], x, w[0], w[1], conv1, 32, true)
		MaxPool2D(y[1], index1, y[0], pool1)
		Conv2D(y[2], y[1], w[2], w[3], conv2, 64, true)
		MaxPool2D(y[3], index2, y[2], pool2)
		Dropout(y[4], y[3], 0, 0.25, random.NewDraw(1, step))
		Dense(y[5], y[4], w[4], w[5], batch, 3136, hidden, true)
		Dense(y[6], y[5], w[6], w[7], batch, hidden, classes, false)
		Softmax(probabilities, y[6], batch, classes)
		copy(dy[6], probabilities)
		for i := range batch {
			dy[6][i*classes+i%classes]--
		}
		ColumnSums(dw[7], dy[6], work, batch, classes)
		MatMul(dw[6], y[5], dy[6], work, hidden, batch, classes, true, false)
		MatMul(dy[5], dy[6], w[6], work, batch, classes, hidden, false, true)
		ReLUGrad(dy[5], y[5], dy[5])
		ColumnSums(dw[5], dy[5], work, batch, hidden)
		MatMul(dw[4], y[4], dy[5], work, 3136, batch, hidden, true, false)
		MatMul(dy[4], dy[5], w[4], work, batch, hidden, 3136, false, true)
		Dropout(dy[3], dy[4], 0, 0.25, random.NewDraw(1, step))
		MaxPool2DGrad(dy[2], dy[3], index2, pool2)
		ReLUGrad(dy[2], y[2], dy[2])
		ColumnSums(dw[3], dy[2], work, 6272, 64)
		Conv2DGradKernel(dw[2], y[1], dy[2], work, conv2, 64)
		Conv2DGradInput(dy[1], dy[2], w[2], work, conv2, 64)
		MaxPool2DGrad(dy[0], dy[1], index1, pool1)
		ReLUGrad(dy[0], y[0], dy[0])
		ColumnSums(dw[1], dy[0], work, 25088, 32)
		Conv2DGradKernel(dw[0], x, dy[0], work, conv1, 32)
		for i := range w {
			AdamStep(w[i], m[i], v[i], dw[i], 1e-5, 0.9, 0.999, 1e-7, 0)
		}
		step++
	}
}

// ramp returns n numbers of both signs in an order without a pattern.
func ramp(n int) []float32 {
	x := make([]float32, n)
	rng := rand.New(rand.NewPCG(7, 0))
	for i := range x {
		x[i] = float32(rng.Float64() - 0.5)
	}
	return x
}

func rate(b *testing.B, multiplyAdds int) {
	b.ReportMetric(2*float64(multiplyAdds)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GF/s")
}

// BenchmarkWindows is pooling at the lecture's two shapes, in bytes read and written.
func BenchmarkWindows(b *testing.B) {
	for _, shape := range [][2]int{{28, 32}, {14, 64}} {
		w, err := NewWindow(32, shape[0], shape[0], shape[1], 2, 2, 2, 2, true)
		oracle.FatalIf(b, err)
		x := ramp(32 * shape[0] * shape[0] * shape[1])
		y, index := make([]float32, len(x)/4), make([]int32, len(x)/4)
		MaxPool2D(y, index, x, w)
		bytes := 4 * (len(x) + 2*len(y))
		b.Run(fmt.Sprintf("max-%dx%dx%d", shape[0], shape[0], shape[1]), func(b *testing.B) {
			for b.Loop() {
				MaxPool2D(y, index, x, w)
			}
			bandwidth(b, bytes)
		})
		b.Run(fmt.Sprintf("grad-%dx%dx%d", shape[0], shape[0], shape[1]), func(b *testing.B) {
			dx := make([]float32, len(x))
			for b.Loop() {
				MaxPool2DGrad(dx, y, index, w)
			}
			bandwidth(b, bytes)
		})
	}
}

// BenchmarkRows is softmax and loss, after the last product, at the batches of the lecture's nets and of validation.
func BenchmarkRows(b *testing.B) {
	for _, rows := range []int{32, 100, 256} {
		x, y, labels := ramp(rows*10), make([]float32, rows*10), make([]float32, rows)
		softmax := make([]float64, rows*10)
		for i := range labels {
			labels[i] = float32(i % 10)
		}
		b.Run(fmt.Sprintf("softmax-%dx10", rows), func(b *testing.B) {
			for b.Loop() {
				Softmax(y, x, rows, 10)
			}
		})
		b.Run(fmt.Sprintf("crossentropy-%dx10", rows), func(b *testing.B) {
			for b.Loop() {
				SparseCategoricalCrossentropyLogits(x, labels, softmax, rows, 10)
			}
		})
		b.Run(fmt.Sprintf("crossentropy-grad-%dx10", rows), func(b *testing.B) {
			for b.Loop() {
				SparseCategoricalCrossentropyLogitsGrad(y, labels, softmax, rows, 10, 1)
			}
		})
	}
}

// The kernels that memory bounds, in GB/s of what they must read and write; common/bench/machine measures the
// machine's own limit.

func bandwidth(b *testing.B, bytes int) {
	b.ReportMetric(float64(bytes)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GB/s")
}

// The weights of the lecture's CNN and MLP.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{3156098, 795010} {
		x := [4][]float32{ramp(n), make([]float32, n), make([]float32, n), ramp(n)}
		for _, step := range steps[float32]() {
			b.Run(fmt.Sprintf("%s-%d", step.name, n), func(b *testing.B) {
				for b.Loop() {
					step.run(x[0], x[1], x[2], x[3])
				}
				bandwidth(b, step.bytes*n)
			})
		}
	}
}

// A gradient that stays 0 makes the moments denormal.
func BenchmarkAdamDenormal(b *testing.B) {
	const n = 1 << 14
	w, m, v, g := ramp(n), make([]float32, n), make([]float32, n), make([]float32, n)
	for b.Loop() {
		for i := range m {
			m[i], v[i] = 1e-39, 1e-39
		}
		AdamStep(w, m, v, g, .001, .9, .999, 1e-7, 0)
	}
	bandwidth(b, 28*n)
}

func BenchmarkScaleBytes(b *testing.B) {
	src, dst := make([]uint8, 784), make([]float32, 784)
	for b.Loop() {
		ScaleBytes(dst, src, 1./255)
	}
	bandwidth(b, 5*784)
}

func BenchmarkColumnSums(b *testing.B) {
	for _, s := range [][2]int{{25088, 32}, {6272, 64}, {100, 1000}, {32, 1000}, {100, 10}} {
		rows, cols := s[0], s[1]
		a, sums, work := ramp(rows*cols), make([]float32, cols), make([]float32, ColumnSumsWork(rows, cols))
		b.Run(fmt.Sprintf("%dx%d", rows, cols), func(b *testing.B) {
			for b.Loop() {
				ColumnSums(sums, a, work, rows, cols)
			}
			bandwidth(b, 4*len(a))
		})
	}
}

func BenchmarkReLU(b *testing.B) {
	for _, n := range []int{32 * 1000, 25088 * 32} {
		x, y, dx := ramp(n), make([]float32, n), make([]float32, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				ReLU(y, x)
			}
			bandwidth(b, 8*n)
		})
		b.Run(fmt.Sprintf("grad-%d", n), func(b *testing.B) {
			for b.Loop() {
				ReLUGrad(dx, y, x)
			}
			bandwidth(b, 12*n)
		})
	}
}

func BenchmarkFinite(b *testing.B) {
	x := ramp(1 << 16)
	for b.Loop() {
		if !finite.Serial(x) {
			b.Fatal("not finite")
		}
	}
	bandwidth(b, 4*len(x))
}
