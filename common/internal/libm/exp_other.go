//go:build !amd64

package libm

// Exp is math.Exp as it is on amd64 with FMA.
func Exp(x float64) float64 { return exp(x) }
