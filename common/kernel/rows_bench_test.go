package kernel

import (
	"fmt"
	"testing"
)

// BenchmarkWindows is pooling at the lecture's two shapes, in bytes read and written.
func BenchmarkWindows(b *testing.B) {
	for _, shape := range [][2]int{{28, 32}, {14, 64}} {
		w, err := NewWindow(32, shape[0], shape[0], shape[1], 2, 2, 2, 2, true)
		fatalIf(b, err)
		x := ramp(32 * shape[0] * shape[0] * shape[1])
		y, index := make([]float32, len(x)/4), make([]int32, len(x)/4)
		MaxPool2D(y, index, x, w)
		bytes := int64(4 * (len(x) + 2*len(y)))
		b.Run(fmt.Sprintf("max-%dx%dx%d", shape[0], shape[0], shape[1]), func(b *testing.B) {
			b.SetBytes(bytes)
			for b.Loop() {
				MaxPool2D(y, index, x, w)
			}
		})
		b.Run(fmt.Sprintf("grad-%dx%dx%d", shape[0], shape[0], shape[1]), func(b *testing.B) {
			b.SetBytes(bytes)
			dx := make([]float32, len(x))
			for b.Loop() {
				MaxPool2DGrad(dx, y, index, w)
			}
		})
	}
}

// BenchmarkRows is what follows the last product: at the batches of the lecture's nets, and of validation.
func BenchmarkRows(b *testing.B) {
	for _, rows := range []int{32, 100, 256} {
		x, y, labels := ramp(rows*10), make([]float32, rows*10), make([]float32, rows)
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
				SparseCategoricalCrossentropyLogits(x, labels, rows, 10)
			}
		})
		b.Run(fmt.Sprintf("crossentropy-grad-%dx10", rows), func(b *testing.B) {
			for b.Loop() {
				SparseCategoricalCrossentropyLogitsGrad(y, x, labels, rows, 10, 1)
			}
		})
	}
}
