package kernel

import "math"

// Softmax computes the softmax of every row of x, rows×cols, with the row's maximum subtracted, so that no
// exponential overflows:
//
//	for r := range rows {
//		for c := range cols {
//			y[r,c] = exp(x[r,c]-max_r) / Σ_j exp(x[r,j]-max_r)
//		}
//	}
//
// The exponential is taken in float64, the sum in T. A row that has NaN or +Inf becomes NaN.
func Softmax[T Float](y, x []T, rows, cols int) {
	run := rowRun(rows, cols)
	if run >= rows {
		softmax(y[:rows*cols], x, cols)
		return
	}
	parallel(ceilDiv(rows, run), jobFunc(func(piece int) {
		lo, hi := piece*run*cols, min((piece+1)*run, rows)*cols
		softmax(y[lo:hi], x[lo:hi], cols)
	}))
}

func softmax[T Float](y, x []T, cols int) {
	for ; len(y) > 0; y, x = y[cols:], x[cols:] {
		row := x[:cols]
		largest := row[0]
		for _, v := range row {
			largest = max(largest, v)
		}
		var sum T
		for c, v := range row {
			e := T(math.Exp(float64(v - largest)))
			y[c] = e
			sum += e
		}
		for c := range row {
			y[c] /= sum
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
func SoftmaxGrad[T Float](dx, y, dy []T, rows, cols int) {
	run := rowRun(rows, cols)
	if run >= rows {
		softmaxGrad(dx[:rows*cols], y, dy, cols)
		return
	}
	parallel(ceilDiv(rows, run), jobFunc(func(piece int) {
		lo, hi := piece*run*cols, min((piece+1)*run, rows)*cols
		softmaxGrad(dx[lo:hi], y[lo:hi], dy[lo:hi], cols)
	}))
}

func softmaxGrad[T Float](dx, y, dy []T, cols int) {
	for ; len(dx) > 0; dx, y, dy = dx[cols:], y[cols:], dy[cols:] {
		d, p, g := dx[:cols], y[:cols], dy[:cols]
		var dot T
		for c, v := range p {
			dot += g[c] * v
		}
		for c, v := range p {
			d[c] = v * (g[c] - dot)
		}
	}
}

// rowRun returns how many rows of cols elements one piece of a rowwise kernel takes.
func rowRun(rows, cols int) int {
	return max(1, min(rows, elementPiece/max(1, cols)))
}
