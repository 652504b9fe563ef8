//go:build !amd64 || purego

package kernel

// pause is where amd64 has an instruction for waiting loops.
func pause() {}
