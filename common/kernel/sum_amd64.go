//go:build amd64 && !purego

package kernel

// sumColumns is the number of columns in one call of assembly.
const sumColumns = 1 << 14

// addRowsAssembly is addRowsLoop for at least one column.
func addRowsAssembly(sums, a []float32) {
	cols := len(sums)
	rows := len(a) / cols
	if rows == 0 {
		clear(sums)
		return
	}
	for lo := 0; lo < cols; lo += sumColumns {
		n := min(sumColumns, cols-lo)
		if level == AVX512 {
			addRowsAVX512(&sums[lo], &a[lo], n, rows, cols)
		} else {
			addRowsAVX2(&sums[lo], &a[lo], n, rows, cols)
		}
	}
}
