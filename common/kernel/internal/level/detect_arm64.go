//go:build arm64 && !purego

package level

// HasAssembly is whether this build has levels above PlainGo.
const HasAssembly = true

// detect returns the levels of the machine: every arm64 CPU has NEON.
func detect() []Level { return []Level{PlainGo, NEON} }
