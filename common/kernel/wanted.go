package kernel

import (
	"gorgonia-lectures/common/kernel/internal/gemm"
	"gorgonia-lectures/common/kernel/internal/vector"
)

// LeastDenseGradInput is the multiply-adds m·k·n from which DenseGradInput can be faster than MatMul and a mask.
const LeastDenseGradInput = gemm.LeastDenseGradInput

// DenseGradInput computes the gradient of Dense's input from that of its output, where the input is above 0:
//
//	for i := range m {
//		for p := range k {
//			dx[i*k+p] = 0
//			if x[i*k+p] > 0 {
//				dx[i*k+p] = Σ_j dy[i*n+j] * w[p*n+j]   // j = 0 … n-1
//			}
//		}
//	}
//
// x is m×k, w k×n, dy m×n. After a ReLU, also with pooling or dropout between, the gradient is wanted only there. It
// has the bits of MatMul's. work has at least MatMulWork(m, n, k, false, true) elements.
func DenseGradInput[T Float](dx, dy, w, x, work []T, m, k, n int) {
	dx, dy, w, x = dx[:m*k], dy[:m*n], w[:k*n], x[:m*k]
	if vector.Runs[T]() &&
		gemm.DenseGradInput(vector.Single(dx), vector.Single(dy), vector.Single(w), vector.Single(x), m, k, n) {
		return
	}
	MatMul(dx, dy, w, work, m, n, k, false, true)
	ReLUGrad(dx, x, dx)
}
