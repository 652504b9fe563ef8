//go:build !(amd64 || arm64) || purego

package level

// HasAssembly is whether this build has levels above PlainGo.
const HasAssembly = false

func detect() []Level { return []Level{PlainGo} }
