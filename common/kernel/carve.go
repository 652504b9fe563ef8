package kernel

import "unsafe"

// Carve takes the first n numbers out of memory, which begins on a cache line, and leaves there what is behind them from
// the next cache line on. It panics where memory is too short: see CarvedBytes.
func Carve[T Float](memory *[]byte, n int) []T {
	bytes := CarvedBytes[T](n)
	own := (*memory)[:bytes:bytes]
	*memory = (*memory)[bytes:]
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(own))), n)
}

// CarvedBytes is how much memory Carve takes for n numbers: in bytes, whole cache lines.
func CarvedBytes[T Float](n int) int {
	return ceilDiv(n*int(unsafe.Sizeof(T(0))), cacheLine) * cacheLine
}

// Add is y += x, an SGDStep of rate -1: the product by it is exact, and numbers below 1.2e-38 may count as 0.
func Add[T Float](y, x []T) { SGDStep(y, x, -1) }
