//go:build amd64 && !purego

package level

import "golang.org/x/sys/cpu"

// HasAssembly is whether this build has levels above PlainGo.
const HasAssembly = true

// detect returns the levels that the machine has.
func detect() []Level {
	switch {
	case !cpu.X86.HasAVX2 || !cpu.X86.HasFMA:
		return []Level{PlainGo}
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL:
		return []Level{PlainGo, AVX2, AVX512}
	}
	return []Level{PlainGo, AVX2}
}
