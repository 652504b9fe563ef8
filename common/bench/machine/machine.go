// Package machine measures the limits of a machine that kernels are compared with: the rate of multiply-adds and the
// bandwidth of its memory. Its functions run at the active level of package kernel, on the same number of goroutines.
package machine

import (
	"sync"
	"unsafe"

	"gorgonia-lectures/common/kernel"
)

// parallel runs all pieces in each round, on the goroutines of a kernel. Each piece stays on one goroutine, so that
// none waits between rounds.
func parallel(rounds, pieces int, piece func(i int)) {
	workers := min(pieces, kernel.Workers())
	var group sync.WaitGroup
	for first := range workers {
		group.Go(func() {
			for range rounds {
				for i := first; i < pieces; i += workers {
					piece(i)
				}
			}
		})
	}
	group.Wait()
}

// triadPiece is the number of elements in a piece of a triad.
const triadPiece = 1 << 15

// Triad computes a[i] = b[i] + s*c[i] for all i of a in each pass. It reads 8 bytes and writes 4 for each i. b and c
// must be at least as long as a. An ordinary store first reads memory that is not cached. With stream, stores bypass
// the caches at the levels that support it, which is faster for slices larger than the caches.
func Triad(a, b, c []float32, s float32, passes int, stream bool) {
	n := len(a)
	b, c = b[:n], c[:n]
	parallel(passes, (n+triadPiece-1)/triadPiece, func(i int) {
		lo, hi := i*triadPiece, min((i+1)*triadPiece, n)
		triad(a[lo:hi], b[lo:hi], c[lo:hi], s, stream)
	})
}

func triad(a, b, c []float32, s float32, stream bool) {
	level := kernel.ActiveLevel()
	if level == kernel.PlainGo {
		triadLoop(a, b, c, s)
		return
	}
	if stream {
		const vector = 64 // bytes
		after := uintptr(unsafe.Pointer(unsafe.SliceData(a))) % vector
		head := min(len(a), int((vector-after)%vector/4))
		triadLoop(a[:head], b[:head], c[:head], s)
		a, b, c = a[head:], b[head:], c[head:]
	}
	triadAssembly(level, a, b, c, s, stream)
}

func triadLoop(a, b, c []float32, s float32) {
	b, c = b[:len(a)], c[:len(a)]
	for i := range a {
		a[i] = b[i] + float32(s*c[i])
	}
}

// A piece of PeakFMA has multiplyAddRounds rounds with a multiply-add of each chain.
const multiplyAddRounds, multiplyAddChains = 1 << 13, 12

// PeakFMA runs pieces of float32 multiply-adds on registers, each of some tens of microseconds, and returns the number
// of operations, two for each multiply-add. In plain Go, the compiler may or may not fuse them.
func PeakFMA(pieces int) (operations int) {
	pieces = max(0, pieces)
	level := kernel.ActiveLevel()
	lanes := map[kernel.Level]int{kernel.PlainGo: 1, kernel.AVX2: 8, kernel.AVX512: 16, kernel.NEON: 4}[level]
	parallel(1, pieces, func(int) {
		if level == kernel.PlainGo {
			var sum float32
			multiplyAddLoop(&sum, multiplyAddRounds)
		} else {
			multiplyAddAssembly(level, multiplyAddRounds)
		}
	})
	return 2 * multiplyAddChains * lanes * multiplyAddRounds * pieces
}

// multiplyAddLoop runs rounds of multiplyAddChains independent multiply-adds and stores their sum. It must not be
// inlined: nothing reads the sum, so the compiler would remove the loop.
//
//go:noinline
func multiplyAddLoop(sum *float32, rounds int) {
	const x, y = 0.5, 0.25
	// different values, so that the compiler does not merge the chains
	var a, b, c, d, e, f, g, h, i, j, k, l float32 = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	for range rounds {
		a, b, c, d = a*x+y, b*x+y, c*x+y, d*x+y
		e, f, g, h = e*x+y, f*x+y, g*x+y, h*x+y
		i, j, k, l = i*x+y, j*x+y, k*x+y, l*x+y
	}
	*sum = a + b + c + d + e + f + g + h + i + j + k + l
}
