//go:build !amd64 || purego

package kernel

// detect returns the highest level of a build without assembly.
func detect() Level { return PlainGo }
