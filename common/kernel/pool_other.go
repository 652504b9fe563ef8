//go:build !amd64 || purego

package kernel

// singleMaxima and singleSpread report that there is no assembly.
func singleMaxima(_ []float32, _ []int32, _ []float32, _ poolRun) bool { return false }

func singleSpread(_, _ []float32, _ []int32, _ poolRun) bool { return false }
