//go:build !amd64 || purego

package kernel

// singleDropout reports that there is no assembly.
func singleDropout(_, _ []float32, _ *dropoutWords) bool { return false }
