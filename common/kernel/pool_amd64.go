//go:build amd64 && !purego

package kernel

// singleMaxima is maxima in assembly. It reports whether there is any for the run at the level.
func singleMaxima(y []float32, index []int32, x []float32, r poolRun) bool {
	if r.rows < 1 || r.columns < 1 {
		return false
	}
	n := r.pixels * r.channels
	y, index, x = y[:n], index[:n], x[r.first:r.end()]
	switch level {
	case AVX512:
		poolMaxAVX512(&y[0], &x[0], &index[0], r.pixels, r.channels, 4*r.step, 4*r.stride, r.rows, r.columns, r.first)
	case AVX2:
		poolMaxAVX2(&y[0], &x[0], &index[0], r.pixels, r.channels, 4*r.step, 4*r.stride, r.rows, r.columns, r.first)
	default:
		return false
	}
	return true
}

// singleSpread writes the taps of a run: the gradient where index says, 0 elsewhere. It reports whether there is assembly
// for the run at the level.
func singleSpread(dx, dy []float32, index []int32, r poolRun) bool {
	if r.rows < 1 || r.columns < 1 {
		return false
	}
	n := r.pixels * r.channels
	dx, dy, index = dx[r.first:r.end()], dy[:n], index[:n]
	switch level {
	case AVX512:
		poolGradAVX512(&dx[0], &dy[0], &index[0], r.pixels, r.channels, 4*r.step, 4*r.stride, r.rows, r.columns, r.first)
	case AVX2:
		poolGradAVX2(&dx[0], &dy[0], &index[0], r.pixels, r.channels, 4*r.step, 4*r.stride, r.rows, r.columns, r.first)
	default:
		return false
	}
	return true
}
