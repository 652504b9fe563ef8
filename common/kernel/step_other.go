//go:build !amd64 || purego

package kernel

// stepAssembly is where amd64 has assembly; elsewhere the level that asks for it does not exist.
func stepAssembly(u *update[float32], w, m, v, g []float32) { u.loops(w, m, v, g) }
