//go:build !(amd64 || arm64) || purego

package vector

// This build has no assembly, and nothing calls these functions.

func ReLU(y, x []float32) {}

func ReLUGrad(dx, y, dy []float32) {}

func Finite(x []float32) bool { return false }

func DivideBytes(dst []float32, src []uint8, r, d float32) int { return 0 }

func MultiplyBytes(dst []float32, src []uint8, scale float32) int { return 0 }

func Dropout(y, x []float32, w *DropoutWords) {}

func Exp(x []float64) {}

func PoolMax(y []float32, index []int32, x []float32, pixels, channels, step, stride, rows, columns, first int) {
}

func PoolGrad(dx, dy []float32, index []int32, pixels, channels, step, stride, rows, columns, first int) {
}

func AddRows(sums, a []float32) {}

func SGD(w, g []float32, rate float32) {}

func Momentum(w, velocity, g []float32, rate, keep float32) {}

func Nesterov(w, velocity, g []float32, rate, keep float32) {}

func RMSprop(w, v, g []float32, rate, keep, take, epsilon float32) {}

func Adagrad(w, accumulator, g []float32, rate, epsilon float32) {}

func Adam(w, m, v, g []float32, rate, take1, take2, epsilon, decay float32) {}
