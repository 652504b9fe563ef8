//go:build !amd64 || purego

package kernel

// Where amd64 has assembly: elsewhere the levels that ask for it do not exist.

func triadAssembly(a, b, c []float32, s float32, stream bool) { triadLoop(a, b, c, s) }

func multiplyAddAssembly(turns int) { multiplyAddLoop(turns) }
