package kernel

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// The kernels that memory bounds, in GB/s of what they must read and write; common/bench/machine has what the machine reaches.

func bandwidth(b *testing.B, bytes int) {
	b.ReportMetric(float64(bytes)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GB/s")
}

// The weights of the lecture's CNN and MLP.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{3156098, 795010} {
		x := [4][]float32{ramp(n), make([]float32, n), make([]float32, n), ramp(n)}
		bytes := map[string]int{"sgd": 12, "momentum": 20, "nesterov": 20, "rmsprop": 20, "adagrad": 20, "adam": 28, "adamw": 28}
		all := steps[float32]()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			step := all[name]
			b.Run(fmt.Sprintf("%s-%d", name, n), func(b *testing.B) {
				for b.Loop() {
					step(x[0], x[1], x[2], x[3])
				}
				bandwidth(b, bytes[name]*n)
			})
		}
	}
}

// Moments that are too small for normal numbers: a gradient that stays 0.
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
	check := finiteLoop[float32]
	if level > PlainGo {
		check = finiteAssembly
	}
	x := ramp(1 << 16)
	for b.Loop() {
		if !check(x) {
			b.Fatal("not finite")
		}
	}
	bandwidth(b, 4*len(x))
}
