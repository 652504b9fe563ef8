//go:build !amd64 || purego

package kernel

// addRowsAssembly is where amd64 has assembly; elsewhere the level that asks for it does not exist.
func addRowsAssembly(sums, a []float32) { addRowsLoop(sums, a) }
