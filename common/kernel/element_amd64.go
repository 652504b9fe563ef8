//go:build amd64 && !purego

package kernel

import "unsafe"

// reluAssembly is reluLoop; y is as long as x.
func reluAssembly(y, x []float32) {
	py, px, n := unsafe.SliceData(y), unsafe.SliceData(x), len(x)
	if level == AVX512 {
		reluAVX512(py, px, n)
	} else {
		reluAVX2(py, px, n)
	}
}

// reluGradAssembly is reluGradLoop; all slices are as long as y.
func reluGradAssembly(dx, y, dy []float32) {
	pdx, py, pdy, n := unsafe.SliceData(dx), unsafe.SliceData(y), unsafe.SliceData(dy), len(y)
	if level == AVX512 {
		reluGradAVX512(pdx, py, pdy, n)
	} else {
		reluGradAVX2(pdx, py, pdy, n)
	}
}

// finiteAssembly is finiteRun.
func finiteAssembly(x []float32) bool {
	if level == AVX512 {
		return finiteAVX512(unsafe.SliceData(x), len(x))
	}
	return finiteAVX2(unsafe.SliceData(x), len(x))
}

// divideAssembly is divideLoop for the first elements, of which it returns the number. r is 1/d, correctly rounded;
// dst is as long as src.
func divideAssembly(dst []float32, src []uint8, r, d float32) int {
	n := len(src)
	switch {
	case level == AVX512 && n >= 16:
		divideBytesAVX512(unsafe.SliceData(dst), unsafe.SliceData(src), n, r, d)
	case level == AVX2 && n >= 8:
		divideBytesAVX2(unsafe.SliceData(dst), unsafe.SliceData(src), n, r, d)
	default:
		return 0
	}
	return n
}

// scaleAssembly is scaleLoop for the first elements, of which it returns the number; dst is as long as src.
func scaleAssembly(dst []float32, src []uint8, scale float32) int {
	n := len(src)
	switch {
	case level == AVX512 && n >= 16:
		multiplyBytesAVX512(unsafe.SliceData(dst), unsafe.SliceData(src), n, scale)
	case level == AVX2 && n >= 8:
		multiplyBytesAVX2(unsafe.SliceData(dst), unsafe.SliceData(src), n, scale)
	default:
		return 0
	}
	return n
}
