package kernel

// Softmax computes the softmax of every row of x, rows×cols, with the row's maximum subtracted, so that no
// exponential overflows:
//
//	for r := range rows {
//		for c := range cols {
//			y[r,c] = exp(x[r,c]-max_r) / Σ_j exp(x[r,j]-max_r)
//		}
//	}
//
// It is computed in float64. A row that has NaN or +Inf becomes NaN.
func Softmax[T Float](y, x []T, rows, cols int) {
	n := rows * cols
	elements[T]{f: softmaxOf, length: rowPiece(cols), cols: cols, out: y[:n], first: x[:n]}.all()
}

func softmax[T Float](y, x []T, cols int) {
	if cols == 0 {
		return
	}
	rows := expRows[T]{x: x, cols: cols, left: len(y) / cols}
	for ; len(y) > 0; y = y[cols:] {
		_, sum := rows.next()
		for lo := 0; lo < cols; lo += len(rows.e) {
			for c, p := range rows.run(lo) {
				y[lo+c] = T(p / sum)
			}
		}
	}
}

// SoftmaxGrad computes the gradient of Softmax from its output:
//
//	for r := range rows {
//		for c := range cols {
//			dx[r,c] = y[r,c] * (dy[r,c] - Σ_j dy[r,j]*y[r,j])
//		}
//	}
//
// It is computed in float64, with the second term divided by Σ_j y[r,j]: that is 1 but for the rounding of y, whose
// error would be as large as the whole gradient where one output is nearly 1.
func SoftmaxGrad[T Float](dx, y, dy []T, rows, cols int) {
	n := rows * cols
	elements[T]{f: softmaxGradOf, length: rowPiece(cols), cols: cols, out: dx[:n], first: y[:n], second: dy[:n]}.all()
}

func softmaxGrad[T Float](dx, y, dy []T, cols int) {
	for ; len(dx) > 0; dx, y, dy = dx[cols:], y[cols:], dy[cols:] {
		d, p, g := dx[:cols], y[:cols], dy[:cols]
		var dot, sum float64
		for c, v := range p {
			dot += float64(float64(g[c]) * float64(v))
			sum += float64(v)
		}
		dot /= sum
		for c, v := range p {
			d[c] = T(float64(v) * (float64(g[c]) - dot))
		}
	}
}

// rowPiece returns the elements of one piece of a kernel that treats each row of cols elements by itself.
func rowPiece(cols int) int { return max(1, elementPiece/max(1, cols)) * cols }
