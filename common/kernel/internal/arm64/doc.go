// Package arm64 is the assembly of package kernel for NEON, written by the generator in common/kernel/_asm. Packages
// vector and gemm call it. A function's comment names the loop in kernel, or the method in gemm, that it is. Nothing
// checks bounds here.
package arm64
