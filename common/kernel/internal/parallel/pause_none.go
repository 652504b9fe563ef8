//go:build !(amd64 || arm64) || purego

package parallel

func pause() {}
