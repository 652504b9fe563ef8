//go:build amd64 && !purego

package kernel

import "unsafe"

// triadAssembly is triadLoop; with stream a begins at a vector's boundary.
func triadAssembly(a, b, c []float32, s float32, stream bool) {
	pa, pb, pc, n := unsafe.SliceData(a), unsafe.SliceData(b), unsafe.SliceData(c), len(a)
	switch {
	case level == AVX512 && stream:
		triadStreamAVX512(pa, pb, pc, n, s)
	case level == AVX512:
		triadAVX512(pa, pb, pc, n, s)
	case stream:
		triadStreamAVX2(pa, pb, pc, n, s)
	default:
		triadAVX2(pa, pb, pc, n, s)
	}
}

// multiplyAddAssembly is multiplyAddLoop on vectors.
func multiplyAddAssembly(turns int) {
	if level == AVX512 {
		multiplyAddsAVX512(turns)
	} else {
		multiplyAddsAVX2(turns)
	}
}
