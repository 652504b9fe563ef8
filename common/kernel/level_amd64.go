//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// detect returns the highest level that the machine has.
func detect() Level {
	switch {
	case !cpu.X86.HasAVX2 || !cpu.X86.HasFMA:
		return PlainGo
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL:
		return AVX512
	}
	return AVX2
}
