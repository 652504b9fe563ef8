//go:build !amd64 || purego

package kernel

// quickExp reports that there is no assembly.
func quickExp(_ []float64) bool { return false }
