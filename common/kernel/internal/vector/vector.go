// Package vector has the assembly of all kernels but the products and convolutions, at the active level, which is not
// level.PlainGo. A function computes what the loop of the same name in package kernel does.
package vector

import (
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/random"
)

// Float is the element type of every kernel.
type Float interface{ float32 | float64 }

// Runs reports whether kernels of T run in assembly.
func Runs[T Float]() bool {
	return level.HasAssembly && unsafe.Sizeof(T(0)) == 4 && level.Active() > level.PlainGo
}

// Single is x as a []float32, or nil if T is float64.
func Single[T Float](x []T) []float32 {
	if unsafe.Sizeof(T(0)) != 4 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// DropoutWords is what the assembly of Dropout reads; _asm/dropout.go has the same list.
type DropoutWords struct {
	Keys    random.Keys
	Counter [4]uint32 // of the first element
	Least   uint32    // the random bits of a word are its lower 23; these are the upper 23 of the least that is kept
	Scale   float32
}

// mostColumns is the columns of AddRows in one call of assembly, which cannot be preempted.
const mostColumns = 1 << 14
