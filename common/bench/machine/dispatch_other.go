//go:build !(amd64 || arm64) || purego

package machine

import "gorgonia-lectures/common/kernel"

// This build has no assembly, and these functions are never called.

func triadAssembly(level kernel.Level, a, b, c []float32, s float32, stream bool) {}

func multiplyAddAssembly(level kernel.Level, rounds int) {}
