// Package arm64 is the assembly of package kernel for NEON, written by the generator in common/kernel/_asm. A function's
// comment names the loop in kernel that it is. Nothing checks bounds here.
package arm64
