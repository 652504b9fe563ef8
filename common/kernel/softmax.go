package kernel

import "sync"

// rowwise is the arguments of a kernel that treats each row of a matrix by itself.
type rowwise[T Float] struct {
	out, y, dy []T // rows×cols each; dy of the gradient only
	cols, run  int // run is the rows of one piece
}

// softmaxRows and softmaxGradRows are the jobs of the two kernels.
type (
	softmaxRows[T Float]     struct{ rowwise[T] }
	softmaxGradRows[T Float] struct{ rowwise[T] }
)

var softmaxJobs, softmaxGradJobs sync.Pool

// bounds returns the elements of a piece.
func (s *rowwise[T]) bounds(i int) (lo, hi int) {
	return i * s.run * s.cols, min((i+1)*s.run*s.cols, len(s.out))
}

func (s *softmaxRows[T]) piece(i int) {
	lo, hi := s.bounds(i)
	softmax(s.out[lo:hi], s.y[lo:hi], s.cols)
}

func (s *softmaxGradRows[T]) piece(i int) {
	lo, hi := s.bounds(i)
	softmaxGrad(s.out[lo:hi], s.y[lo:hi], s.dy[lo:hi], s.cols)
}

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
	s := softmaxRows[T]{rowwise[T]{out: y[:rows*cols], y: x[:rows*cols], cols: cols, run: rowRun(rows, cols)}}
	if s.run >= rows {
		softmax(s.out, s.y, cols)
		return
	}
	region(&softmaxJobs, ceilDiv(rows, s.run), s)
}

func softmax[T Float](y, x []T, cols int) {
	var e expBlock
	for ; len(y) > 0; y, x = y[cols:], x[cols:] {
		row := x[:cols]
		top, sum := expSum(&e, row)
		for lo := 0; lo < cols; lo += len(e) {
			for c, p := range expRun(&e, row, lo, top) {
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
	s := softmaxGradRows[T]{rowwise[T]{
		out: dx[:rows*cols], y: y[:rows*cols], dy: dy[:rows*cols], cols: cols, run: rowRun(rows, cols),
	}}
	if s.run >= rows {
		softmaxGrad(s.out, s.y, s.dy, cols)
		return
	}
	region(&softmaxGradJobs, ceilDiv(rows, s.run), s)
}

func softmaxGrad[T Float](dx, y, dy []T, cols int) {
	for ; len(dx) > 0; dx, y, dy = dx[cols:], y[cols:], dy[cols:] {
		d, p, g := dx[:cols], y[:cols], dy[:cols]
		var dot, sum float64
		for c, v := range p {
			dot += float64(g[c]) * float64(v)
			sum += float64(v)
		}
		dot /= sum
		for c, v := range p {
			d[c] = T(float64(v) * (float64(g[c]) - dot))
		}
	}
}

// rowRun returns how many rows of cols elements one piece of a rowwise kernel takes.
func rowRun(rows, cols int) int {
	return max(1, min(rows, elementPiece/max(1, cols)))
}
