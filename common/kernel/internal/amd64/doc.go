// Package amd64 is the assembly of package kernel, for AVX2 with FMA and for AVX-512, written by the generator in
// common/kernel/_asm. A function's comment names the loop in kernel that it is. Nothing checks bounds here.
package amd64
