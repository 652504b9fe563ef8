//go:build !(amd64 || arm64) || purego

package machine

import "gorgonia-lectures/common/kernel"

// There is no assembly in this build, and these functions are not called.

func triadAssembly(level kernel.Level, a, b, c []float32, s float32, stream bool) {}

func multiplyAddAssembly(level kernel.Level, rounds int) {}
