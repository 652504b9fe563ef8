//go:build !amd64 || purego

package kernel

// Where amd64 has assembly: elsewhere the levels that ask for it do not exist.

func reluAssembly(y, x []float32) { reluLoop(y, x) }

func reluGradAssembly(dx, y, dy []float32) { reluGradLoop(dx, y, dy) }

func finiteAssembly(x []float32) bool { return finiteRun(x) }

// divideAssembly returns the number of elements that it has done.
func divideAssembly(dst []float32, src []uint8, r, d float32) int { return 0 }

// scaleAssembly returns the number of elements that it has done.
func scaleAssembly(dst []float32, src []uint8, scale float32) int { return 0 }
