package kernel

import "gorgonia-lectures/common/kernel/internal/finite"

// Finite reports whether x has no NaN and no infinity.
func Finite[T Float](x []T) bool { return finite.Parallel(x) }
