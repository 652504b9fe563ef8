//go:build amd64 && !purego

package kernel

// quickExp replaces x, whose length is a multiple of 8, by its exponentials in assembly. It reports whether there is
// any at the level.
func quickExp(x []float64) bool {
	if len(x) == 0 {
		return true
	}
	switch level {
	case AVX512:
		expAVX512(&x[0], len(x))
	case AVX2:
		expAVX2(&x[0], len(x))
	default:
		return false
	}
	return true
}
