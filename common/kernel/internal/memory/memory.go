// Package memory makes slices that the kernels read and write fast.
package memory

import "unsafe"

const (
	// cacheLine is the size of a cache line and of the widest vector, in bytes.
	cacheLine = 64
	// hugePage is the size in bytes of a huge page of amd64, and of arm64 with pages of 4 KB.
	hugePage = 2 << 20
	// large is the size in bytes from which memory is aligned for huge pages. The alignment costs up to hugePage
	// of address space, which the garbage collector counts as used.
	large = 2 * hugePage
)

// Make is make([]T, n) on memory for the kernels: the first value lies at a multiple of 64 bytes, so
// that no vector crosses a cache line. From 4 MB on it lies at a multiple of 2 MB, and Linux is asked
// to back the memory by huge pages: a pass over weights, moments and gradients then waits less for
// address translation. The memory is Go's own and is collected like any other.
//
// The capacity is n. As in make, an n that is negative or too large panics.
//
//go:noinline
func Make[T float32 | float64 | uint8](n int) []T {
	// Not inlined, so that the memory is on the heap: a stack moves and would lose the alignment.
	if n <= 0 {
		return make([]T, n)
	}
	size := int(unsafe.Sizeof(T(0)))
	align := cacheLine
	if n >= large/size {
		align = hugePage
	}
	room := make([]T, n+align/size-1)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(room)))%uintptr(align)) / size
	values := room[skip : skip+n : skip+n]
	if align == hugePage {
		// not the last, partial page: a huge one would take memory beyond n
		whole := n * size / hugePage * hugePage
		adviseHuge(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), whole))
	}
	return values
}
