//go:build amd64 && !purego

package kernel

// singleDropout is dropout.row in assembly. It reports whether there is any at the level.
func singleDropout(y, x []float32, w *dropoutWords) bool {
	y = y[:len(x)]
	if len(x) == 0 {
		return true
	}
	switch level {
	case AVX512:
		dropoutAVX512(&y[0], &x[0], len(x), &w.keys[0][0])
	case AVX2:
		dropoutAVX2(&y[0], &x[0], len(x), &w.keys[0][0])
	default:
		return false
	}
	return true
}
