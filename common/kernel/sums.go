package kernel

// sumPieces returns in how many runs of rows a column sum is cut, and the rows of one.
func sumPieces(rows, cols int) (pieces, run int) {
	run = pieceRows(rows, cols)
	return max(1, ceilDiv(rows, run)), run
}

// ColumnSumsWork returns the length of ColumnSums' scratch slice for the same shape.
func ColumnSumsWork(rows, cols int) int {
	pieces, _ := sumPieces(rows, cols)
	if pieces == 1 {
		return 0
	}
	return pieces * cols
}

// ColumnSums adds the rows of a, rows×cols; it is the gradient of a bias:
//
//	for j := range cols {
//		sums[j] = Σ_i a[i*cols+j]   // i = 0 … rows-1
//	}
//
// work has at least ColumnSumsWork elements and may be nil if that is 0.
func ColumnSums[T Float](sums, a, work []T, rows, cols int) {
	sums, a = sums[:cols], a[:rows*cols]
	pieces, run := sumPieces(rows, cols)
	if pieces == 1 {
		addRows(sums, a)
		return
	}
	work = work[:pieces*cols]
	parallelSums(work, a, pieces, run, cols)
	addRows(sums, work)
}

// parallelSums stores in row i of work the column sums of run i of a's rows.
func parallelSums[T Float](work, a []T, pieces, run, cols int) {
	parallel(pieces, jobFunc(func(piece int) {
		lo, hi := piece*run*cols, min((piece+1)*run*cols, len(a))
		addRows(work[piece*cols:][:cols], a[lo:hi])
	}))
}

// addRows stores in sums the sum of a's rows, each as long as sums, four rows in one pass.
func addRows[T Float](sums, a []T) {
	n := len(sums)
	clear(sums)
	if n == 0 {
		return
	}
	for len(a) >= 4*n {
		a0, a1, a2, a3 := a[:n], a[n:][:n], a[2*n:][:n], a[3*n:][:n]
		for j := range sums {
			sums[j] += a0[j] + a1[j] + a2[j] + a3[j]
		}
		a = a[4*n:]
	}
	for len(a) >= n {
		a0 := a[:n]
		for j := range sums {
			sums[j] += a0[j]
		}
		a = a[n:]
	}
}
