package kernel

import (
	"math"
	"sync"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/kernel/internal/vector"
	"gorgonia-lectures/common/random"
)

// Dropout sets a share of rate of the elements of x to 0 and scales the others, so that the expected sum stays (inverted
// dropout), as tf.nn.experimental.stateless_dropout does:
//
//	for i, v := range x {
//		words := draw.Words((first+i) / 4)
//		y[i] = 0
//		if float32(random.Bits32(words[(first+i)%4]))*0x1p-23 >= float32(rate) {
//			y[i] = v * (1 / (1-rate))
//		}
//	}
//
// In float64 a number takes two words. first is the number of the first element in its batch, so that a shard drops the
// elements that the whole batch drops. The gradient is the same call on dy. The rate is in [0, 1). All levels give the
// same bits.
func Dropout[T Float](y, x []T, first int, rate float64, draw random.Draw) {
	d := dropout[T]{y: y[:len(x)], x: x, first: uint64(first), scale: T(1 / (1 - rate)), draw: draw}
	if d.double() {
		d.least = uint64(math.Ceil(rate * (1 << 52)))
	} else {
		d.least = uint64(math.Ceil(float64(float32(rate)) * (1 << 23)))
	}
	parallel.Region(&dropoutJobs, ceilDiv(len(x), dropoutPiece), d)
}

// dropoutPiece is the number of elements in one piece.
const dropoutPiece = 1 << 14

var dropoutJobs sync.Pool

type dropout[T Float] struct {
	y, x  []T
	first uint64 // the number of x[0]
	scale T
	least uint64 // the smallest random bits that keep an element
	draw  random.Draw
}

// double is whether a number takes two words.
func (d *dropout[T]) double() bool { return unsafe.Sizeof(d.scale) == 8 }

func (d *dropout[T]) Piece(i int) {
	lo, hi := i*dropoutPiece, min((i+1)*dropoutPiece, len(d.x))
	y, x, first := d.y[lo:hi], d.x[lo:hi], d.first+uint64(lo)
	if d.double() {
		d.loop64(y, x, first)
		return
	}
	head := min(int(-first%4), len(x)) // to the first element of four words
	d.loop32(y[:head], x[:head], first)
	y, x, first = y[head:], x[head:], first+uint64(head)
	counter := d.draw.Counter(first / 4)
	whole := uint64(counter[0])+uint64(len(x)/4) < math.MaxUint32 // the assembly counts in one word
	if vector.Runs[T]() && d.least < 1<<23 && whole {
		vector.Dropout(vector.Single(y), vector.Single(x), &vector.DropoutWords{
			Keys: random.RoundKeys(d.draw.Key), Counter: counter, Least: uint32(d.least << 9), Scale: float32(d.scale),
		})
		return
	}
	d.loop32(y, x, first)
}

// loop32 does elements from the given number on.
func (d *dropout[T]) loop32(y, x []T, first uint64) {
	var choice [2]T // 0 and the scaled element; a branch would often be mispredicted
	counter := d.draw.Counter(first / 4)
	for len(x) > 0 {
		if counter[0] == 0 { // it may have wrapped
			counter = d.draw.Counter(first / 4)
		}
		words, skip := random.Philox(counter, d.draw.Key), first%4
		counter[0]++
		n := min(4-int(skip), len(x))
		for i, v := range x[:n] {
			choice[1] = v * d.scale
			keep := 0
			if uint64(random.Bits32(words[(skip+uint64(i))&3])) >= d.least {
				keep = 1
			}
			y[i] = choice[keep]
		}
		x, y, first = x[n:], y[n:], first+uint64(n)
	}
}

// loop64 is loop32 for numbers of two words.
func (d *dropout[T]) loop64(y, x []T, first uint64) {
	var choice [2]T
	for len(x) > 0 {
		words, skip := d.draw.Words(first/2), first%2
		n := min(2-int(skip), len(x))
		for i, v := range x[:n] {
			choice[1] = v * d.scale
			keep := 0
			if at := (skip + uint64(i)) & 1 * 2; random.Bits64(words[at], words[at+1]) >= d.least {
				keep = 1
			}
			y[i] = choice[keep]
		}
		x, y, first = x[n:], y[n:], first+uint64(n)
	}
}
