//go:build arm64 && !purego

package machine

import (
	"unsafe"

	"gorgonia-lectures/common/kernel"
)

// triadAssembly is triadLoop, always by ordinary stores.
func triadAssembly(_ kernel.Level, a, b, c []float32, s float32, _ bool) {
	triadNEON(unsafe.SliceData(a), unsafe.SliceData(b), unsafe.SliceData(c), len(a), s)
}

// multiplyAddAssembly is multiplyAddLoop on vectors.
func multiplyAddAssembly(_ kernel.Level, rounds int) { multiplyAddsNEON(rounds) }
