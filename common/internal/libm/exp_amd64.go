package libm

import "math"

// Exp is math.Exp.
func Exp(x float64) float64 { return math.Exp(x) }
