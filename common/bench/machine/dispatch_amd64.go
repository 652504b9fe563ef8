//go:build amd64 && !purego

package machine

import (
	"unsafe"

	"gorgonia-lectures/common/kernel"
)

// triadAssembly is triadLoop; with stream, a must be aligned to a vector.
func triadAssembly(level kernel.Level, a, b, c []float32, s float32, stream bool) {
	pa, pb, pc, n := unsafe.SliceData(a), unsafe.SliceData(b), unsafe.SliceData(c), len(a)
	switch {
	case level == kernel.AVX512 && stream:
		triadStreamAVX512(pa, pb, pc, n, s)
	case level == kernel.AVX512:
		triadAVX512(pa, pb, pc, n, s)
	case stream:
		triadStreamAVX2(pa, pb, pc, n, s)
	default:
		triadAVX2(pa, pb, pc, n, s)
	}
}

// multiplyAddAssembly is multiplyAddLoop on vectors.
func multiplyAddAssembly(level kernel.Level, rounds int) {
	if level == kernel.AVX512 {
		multiplyAddsAVX512(rounds)
	} else {
		multiplyAddsAVX2(rounds)
	}
}
