//go:build (amd64 || arm64) && !purego

package gemm

import "unsafe"

// mostVectors is the vectors of the widest panel.
const mostVectors = 8

var zeroSums [128]float32

// sparseRows is the arguments of one call of assembly: count rows of C, one below the other, in a panel of some vectors
// of columns of B and C, each
//
//	for j := range columns {
//		sum[j] = start[row,j]
//		for i := from[row]; i < to[row]; i++ {
//			sum[j] += values[i] * b[shift + row*shiftNext + offsets[i] + j]
//		}
//		c[row,j] = sum[j], or c[row,j] + sum[j] if add is 1
//	}
//
// A sum is one chain of fused multiply-adds, as in a tile. Strides, shifts and offsets are in bytes. All fields have 8
// bytes; _asm/sparse.go has the same list.
type sparseRows struct {
	values, offsets unsafe.Pointer // the lists of all rows
	from, to        unsafe.Pointer // int32 numbers in them: of a row's first term, and after its last
	boundNext       int            // from one row's to the next one's
	b               unsafe.Pointer
	shift           int
	shiftNext       int
	c               unsafe.Pointer
	cNext           int // from row to row
	start           unsafe.Pointer
	startNext       int // 0: all rows start with the same
	count           int // at least 1
	add             int
	relu            int     // 1: max(0, ·) at the end; NaN stays NaN
	ahead           uintptr // a row of memory to prefetch into the L2 cache; a call moves it on
	aheadNext       int     // from it to the next
	aheadEach       int     // as many for each row of C, but not more
	aheadLeft       int     // than this for all; a call counts it down
}
