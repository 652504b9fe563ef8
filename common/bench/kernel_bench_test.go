package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/random"
)

// The shapes are those of the lecture's nets: the convolutional one at batch 32, the multilayer
// perceptron at batch 100.

func BenchmarkProduct(b *testing.B) {
	for _, s := range []struct {
		name           string
		m, k, n        int
		transA, transB bool
	}{
		{"1024x1024x1024", 1024, 1024, 1024, false, false},
		{"mlp, 100x784x1000", 100, 784, 1000, false, false},
		{"mlp dW, 784x100x1000", 784, 100, 1000, true, false},
		{"mlp out, 100x1000x10", 100, 1000, 10, false, false},
		{"mlp out dW, 1000x100x10", 1000, 100, 10, true, false},
		{"mlp out dX, 100x10x1000", 100, 10, 1000, false, true},
		{"cnn, 32x3136x1000", 32, 3136, 1000, false, false},
		{"cnn dW, 3136x32x1000", 3136, 32, 1000, true, false},
		{"cnn dX, 32x1000x3136", 32, 1000, 3136, false, true},
		{"iris, 32x32x32", 32, 32, 32, false, false},
	} {
		b.Run(s.name, func(b *testing.B) {
			x, y, c := values(s.m*s.k), values(s.k*s.n), make([]float32, s.m*s.n)
			work := make([]float32, kernel.MatMulWork(s.m, s.k, s.n, s.transA, s.transB))
			measure(b, product(s.m, s.k, s.n), func() {
				kernel.MatMul(c, x, y, work, s.m, s.k, s.n, s.transA, s.transB)
			})
		})
	}
	for _, s := range []struct {
		name    string
		m, k, n int
	}{
		{"mlp with bias and ReLU, 100x784x1000", 100, 784, 1000},
		{"cnn with bias and ReLU, 32x3136x1000", 32, 3136, 1000},
	} {
		b.Run(s.name, func(b *testing.B) {
			x, w, bias, y := values(s.m*s.k), values(s.k*s.n), values(s.n), make([]float32, s.m*s.n)
			measure(b, product(s.m, s.k, s.n), func() {
				kernel.Dense(y, x, w, bias, s.m, s.k, s.n, true)
			})
		})
	}
}

// BenchmarkZeros multiplies matrices whose first factor has the zeros of training: a digit's pixels, and the inputs of
// the convolutional net's large layer in the first step and after two epochs. For that layer's dX, dY has zeros too.
// The operations counted are those on nonzeros.
func BenchmarkZeros(b *testing.B) {
	for _, s := range []struct {
		name    string
		m, k, n int
		transA  bool
		zeros   float64
	}{
		{"mlp, 100x784x1000", 100, 784, 1000, false, 0.81},
		{"mlp dW, 784x100x1000", 784, 100, 1000, true, 0.81},
		{"cnn, 32x3136x1000", 32, 3136, 1000, false, 0.57},
		{"cnn, 32x3136x1000", 32, 3136, 1000, false, 0.87},
		{"cnn dW, 3136x32x1000", 3136, 32, 1000, true, 0.57},
		{"cnn dW, 3136x32x1000", 3136, 32, 1000, true, 0.87},
		{"cnn, one row, 1x3136x1000", 1, 3136, 1000, false, 0.83},
	} {
		b.Run(fmt.Sprintf("%s, %.0f %% zeros", s.name, 100*s.zeros), func(b *testing.B) {
			y, c := values(s.k*s.n), make([]float32, s.m*s.n)
			x, share := withZeros(s.m*s.k, s.zeros)
			w := product(s.m, s.k, s.n)
			w.flops *= share
			measure(b, w, func() { kernel.MatMul(c, x, y, nil, s.m, s.k, s.n, s.transA, false) })
		})
	}
	b.Run("cnn dX, 32x1000x3136, 69 % zeros, 13 % wanted", func(b *testing.B) {
		const m, k, n = 32, 3136, 1000
		w, dx, scratch := values(k*n), make([]float32, m*k), make([]float32, kernel.MatMulWork(m, n, k, false, true))
		dy, terms := withZeros(m*n, 0.69)
		x, wanted := withZeros(m*k, 0.87)
		for i, v := range x {
			x[i] = max(v, -v)
		}
		work := product(m, n, k)
		work.flops *= terms * wanted
		measure(b, work, func() { kernel.DenseGradInput(dx, dy, w, x, scratch, m, k, n) })
	})
}

// BenchmarkConvolutionZeros convolves images with the zeros of training after two epochs, at realistic places: pixels
// are digits, the second convolution's input is 0 around them, and a gradient from a pooling layer has at most one
// nonzero in each 2x2 window of a channel. The operations counted are approximately those on nonzeros.
func BenchmarkConvolutionZeros(b *testing.B) {
	const batch = 32
	digits, err := pixelsOfDigits(batch)
	if err != nil {
		b.Fatal(err)
	}
	for i, z := range []struct{ input, gradient float64 }{{gradient: 0.942}, {input: 0.74, gradient: 0.968}} {
		c := convolutions[i]
		s, err := kernel.NewWindow(batch, c.size, c.size, c.channels, c.tap, c.tap, 1, 1, true)
		if err != nil {
			b.Fatal(err)
		}
		x := digits
		if i > 0 {
			if x, err = pooled(digits, convolutions[0], z.input); err != nil {
				b.Fatal(err)
			}
		}
		pixels := batch * c.size * c.size
		y, dy := make([]float32, pixels*c.count), pooledGradient(batch, c.size, c.count, z.gradient)
		w, bias := values(c.tap*c.tap*c.channels*c.count), values(c.count)
		whole := work{flops: 2 * float64(pixels*len(w)), bytes: 4 * float64(len(x)+len(y)+len(w))}
		useful := func(share float64) work {
			part := whole
			part.flops *= share
			return part
		}
		in, out := notZero(x), notZero(dy)
		b.Run(fmt.Sprintf("%s, bias and ReLU, %.0f %% zeros", c.name, 100*(1-in)), func(b *testing.B) {
			measure(b, useful(in), func() { kernel.Conv2D(y, x, w, bias, s, c.count, true) })
		})
		b.Run(fmt.Sprintf("%s, dW, %.0f and %.0f %% zeros", c.name, 100*(1-in), 100*(1-out)), func(b *testing.B) {
			dw, scratch := make([]float32, len(w)), make([]float32, kernel.Conv2DGradKernelWork(s, c.count))
			measure(b, useful(in*out), func() { kernel.Conv2DGradKernel(dw, x, dy, scratch, s, c.count) })
		})
		if i == 0 {
			continue // the first layer needs no gradient of its input
		}
		b.Run(fmt.Sprintf("%s, dX, %.0f %% zeros", c.name, 100*(1-out)), func(b *testing.B) {
			dx, scratch := make([]float32, len(x)), make([]float32, kernel.Conv2DGradInputWork(s, c.count))
			measure(b, useful(out), func() { kernel.Conv2DGradInput(dx, dy, w, scratch, s, c.count) })
		})
	}
}

// pixelsOfDigits returns the first digits of MNIST, from 0 to 1.
func pixelsOfDigits(batch int) ([]float32, error) {
	train, _, err := images("")
	rows := make([]int, batch)
	for i := range rows {
		rows[i] = i
	}
	x := make([]float32, batch*28*28)
	if err == nil {
		train.Batch32(rows, x, nil)
	}
	return x, err
}

// pooled returns the output of a convolution of x with arbitrary weights, ReLU and pooling. The bias is chosen so that
// the given share of the output is 0.
func pooled(x []float32, c convolution, zeros float64) ([]float32, error) {
	batch := len(x) / (c.size * c.size * c.channels)
	s, err := kernel.NewWindow(batch, c.size, c.size, c.channels, c.tap, c.tap, 1, 1, true)
	if err != nil {
		return nil, err
	}
	pool, err := kernel.NewWindow(batch, c.size, c.size, c.count, 2, 2, 2, 2, true)
	if err != nil {
		return nil, err
	}
	y := make([]float32, batch*c.size*c.size*c.count)
	kernel.Conv2D(y, x, values(c.tap*c.tap*c.channels*c.count), make([]float32, c.count), s, c.count, false)
	h, index := make([]float32, len(y)/4), make([]int32, len(y)/4)
	kernel.MaxPool2D(h, index, y, pool)
	sorted := slices.Sorted(slices.Values(h))
	least := sorted[int(zeros*float64(len(h)))]
	for i, v := range h {
		h[i] = max(0, v-least)
	}
	return h, nil
}

// pooledGradient returns a gradient of images before a pooling layer: at most one nonzero, at a random place, in each
// 2x2 window of a channel.
func pooledGradient(batch, size, channels int, zeros float64) []float32 {
	dy := values(batch * size * size * channels)
	rng := rand.New(rand.NewPCG(7, 2))
	for y := 0; y < batch*size; y += 2 {
		for x := 0; x < size; x += 2 {
			for c := range channels {
				keep := -1
				if rng.Float64() < 4*(1-zeros) {
					keep = rng.IntN(4)
				}
				for at := range 4 {
					if at != keep {
						dy[((y+at/2)*size+x+at%2)*channels+c] = 0
					}
				}
			}
		}
	}
	return dy
}

// notZero returns the share of nonzeros in x.
func notZero(x []float32) float64 {
	count := 0
	for _, v := range x {
		if v != 0 {
			count++
		}
	}
	return float64(count) / float64(len(x))
}

// withZeros returns values of which about the given share is 0, and the share of nonzeros.
func withZeros(n int, zeros float64) (x []float32, share float64) {
	x = values(n)
	rng := rand.New(rand.NewPCG(7, 1))
	for i := range x {
		if rng.Float64() < zeros {
			x[i] = 0
		}
	}
	return x, notZero(x)
}

// convolution is a convolution of the lecture's net.
type convolution struct {
	name                       string
	size, channels, tap, count int
}

var convolutions = []convolution{
	{"first, 28x28x1 by 5x5 to 32", 28, 1, 5, 32},
	{"second, 14x14x32 by 2x2 to 64", 14, 32, 2, 64},
}

func BenchmarkConvolution(b *testing.B) {
	const batch = 32
	for i, c := range convolutions {
		s, err := kernel.NewWindow(batch, c.size, c.size, c.channels, c.tap, c.tap, 1, 1, true)
		if err != nil {
			b.Fatal(err)
		}
		pixels := batch * c.size * c.size
		x, y := values(pixels*c.channels), values(pixels*c.count)
		w, bias := values(c.tap*c.tap*c.channels*c.count), values(c.count)
		work := work{flops: 2 * float64(pixels*len(w)), bytes: 4 * float64(len(x)+len(y)+len(w))}
		b.Run(c.name+", bias and ReLU", func(b *testing.B) {
			y := make([]float32, len(y))
			measure(b, work, func() { kernel.Conv2D(y, x, w, bias, s, c.count, true) })
		})
		b.Run(c.name+", dW", func(b *testing.B) {
			dw, scratch := make([]float32, len(w)), make([]float32, kernel.Conv2DGradKernelWork(s, c.count))
			measure(b, work, func() { kernel.Conv2DGradKernel(dw, x, y, scratch, s, c.count) })
		})
		if i == 0 {
			continue // the first layer needs no gradient of its input
		}
		b.Run(c.name+", dX", func(b *testing.B) {
			dx, scratch := make([]float32, len(x)), make([]float32, kernel.Conv2DGradInputWork(s, c.count))
			measure(b, work, func() { kernel.Conv2DGradInput(dx, y, w, scratch, s, c.count) })
		})
	}
}

func BenchmarkPool(b *testing.B) {
	for _, c := range convolutions {
		s, err := kernel.NewWindow(32, c.size, c.size, c.count, 2, 2, 2, 2, true)
		if err != nil {
			b.Fatal(err)
		}
		x := values(32 * c.size * c.size * c.count)
		y, index := make([]float32, len(x)/4), make([]int32, len(x)/4)
		work := floats(len(x) + len(y) + len(index))
		b.Run("max after the "+c.name, func(b *testing.B) {
			measure(b, work, func() { kernel.MaxPool2D(y, index, x, s) })
		})
		b.Run("gradient after the "+c.name, func(b *testing.B) {
			measure(b, work, func() { kernel.MaxPool2DGrad(x, y, index, s) })
		})
	}
}

func BenchmarkElementwise(b *testing.B) {
	const pixels = 32 * 28 * 28 * 32 // after the first convolution
	x, y, dy := values(pixels), make([]float32, pixels), values(pixels)
	b.Run("ReLU, 0.8 M", func(b *testing.B) {
		measure(b, floats(2*pixels), func() { kernel.ReLU(y, x) })
	})
	b.Run("ReLU gradient, 0.8 M", func(b *testing.B) {
		measure(b, floats(3*pixels), func() { kernel.ReLUGrad(y, x, dy) })
	})
	b.Run("column sums, 25088x32", func(b *testing.B) {
		sums, work := make([]float32, 32), make([]float32, kernel.ColumnSumsWork(pixels/32, 32))
		measure(b, floats(pixels), func() { kernel.ColumnSums(sums, x, work, pixels/32, 32) })
	})
	b.Run("column sums, 100x1000", func(b *testing.B) {
		sums, work := make([]float32, 1000), make([]float32, kernel.ColumnSumsWork(100, 1000))
		measure(b, floats(100_000), func() { kernel.ColumnSums(sums, x, work, 100, 1000) })
	})
	b.Run("dropout, 32x3136", func(b *testing.B) {
		const n = 32 * 3136
		measure(b, floats(2*n), func() { kernel.Dropout(y, x, 0, 0.25, random.NewDraw(1, 2)) })
	})
	b.Run("pixels to numbers, 100x784", func(b *testing.B) {
		pixels := make([]uint8, 78_400)
		for i := range pixels {
			pixels[i] = uint8(i)
		}
		measure(b, work{bytes: 5 * 78_400}, func() { kernel.ScaleBytes(y, pixels, float32(1)/255) })
	})
	b.Run("sigmoid, 0.1 M", func(b *testing.B) {
		measure(b, floats(2*100_000), func() { kernel.Sigmoid(y[:100_000], x[:100_000]) })
	})
	b.Run("softmax, 100x10", func(b *testing.B) {
		measure(b, floats(2000), func() { kernel.Softmax(y, x, 100, 10) })
	})
	labels, softmax := make([]float32, 100), make([]float64, 1000)
	for i := range labels {
		labels[i] = float32(i % 10)
	}
	b.Run("softmax cross-entropy, 100x10", func(b *testing.B) {
		measure(b, floats(3100), func() { kernel.SparseCategoricalCrossentropyLogits(x, labels, softmax, 100, 10) })
	})
	b.Run("softmax cross-entropy gradient, 100x10", func(b *testing.B) {
		measure(b, floats(3100), func() {
			kernel.SparseCategoricalCrossentropyLogitsGrad(y, labels, softmax, 100, 10, 1)
		})
	})
}
