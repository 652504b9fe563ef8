package kernel

import (
	"sync"
	"unsafe"
)

// The functions of this file are for measurements: what they reach on a machine is what a kernel can be compared
// with. They run at the active level and are shared out as kernels are.

// triadPiece is the number of elements in one piece of a triad.
const triadPiece = 1 << 15

// Triad computes a[i] = b[i] + s*c[i] for all i of a, of which b and c have at least the length: 8 bytes read and 4
// written for each. A store to memory that is in no cache reads it first: TriadStream does not.
func Triad(a, b, c []float32, s float32) { triadOf(a, b, c, s, false) }

// TriadStream is Triad with stores past the caches at the levels that have such stores: the faster of the two
// where the slices are larger than the caches.
func TriadStream(a, b, c []float32, s float32) { triadOf(a, b, c, s, true) }

func triadOf(a, b, c []float32, s float32, stream bool) {
	n := len(a)
	region(&triadJobs, ceilDiv(n, triadPiece), triad{a, b[:n], c[:n], s, stream})
}

type triad struct {
	a, b, c []float32
	s       float32
	stream  bool
}

var triadJobs sync.Pool

func (t *triad) piece(i int) {
	lo, hi := i*triadPiece, min((i+1)*triadPiece, len(t.a))
	a, b, c := t.a[lo:hi], t.b[lo:hi], t.c[lo:hi]
	if level == PlainGo {
		triadLoop(a, b, c, t.s)
		return
	}
	if t.stream {
		const vector = 64 // bytes
		behind := uintptr(unsafe.Pointer(unsafe.SliceData(a))) % vector
		head := min(len(a), int((vector-behind)%vector/4))
		triadLoop(a[:head], b[:head], c[:head], t.s)
		a, b, c = a[head:], b[head:], c[head:]
	}
	triadAssembly(a, b, c, t.s, t.stream)
}

func triadLoop(a, b, c []float32, s float32) {
	b, c = b[:len(a)], c[:len(a)]
	for i := range a {
		a[i] = b[i] + float32(s*c[i])
	}
}

// PeakFMA runs pieces of multiply-adds of float32 in registers, each piece some tens of microseconds, and returns
// the number of operations, two for a multiply-add. In plain Go a multiply-add is a multiplication and an
// addition, but where the compiler fuses them.
func PeakFMA(pieces int) (operations int) {
	pieces = max(0, pieces)
	var lanes int
	switch level {
	case AVX512:
		lanes = 16
	case AVX2:
		lanes = 8
	default:
		lanes = 1
	}
	region(&multiplyAddJobs, pieces, multiplyAdds{})
	return 2 * multiplyAddChains * lanes * multiplyAddTurns * pieces
}

// A piece is that many turns with a multiply-add of each chain.
const multiplyAddTurns, multiplyAddChains = 1 << 13, 12

type multiplyAdds struct{}

var multiplyAddJobs sync.Pool

func (*multiplyAdds) piece(int) {
	if level == PlainGo {
		multiplyAddLoop(multiplyAddTurns)
	} else {
		multiplyAddAssembly(multiplyAddTurns)
	}
}

// multiplyAddLoop runs turns of multiplyAddChains independent multiply-adds.
//
//go:noinline
func multiplyAddLoop(turns int) float32 {
	const x, y = 0.5, 0.25
	// different numbers, or the compiler would find that the chains are one
	var a, b, c, d, e, f, g, h, i, j, k, l float32 = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	for range turns {
		a, b, c, d = a*x+y, b*x+y, c*x+y, d*x+y
		e, f, g, h = e*x+y, f*x+y, g*x+y, h*x+y
		i, j, k, l = i*x+y, j*x+y, k*x+y, l*x+y
	}
	return a + b + c + d + e + f + g + h + i + j + k + l
}
