package kernel

import (
	"math"
	"sync"

	"gorgonia-lectures/common/random"
)

// Dropout sets a share of rate of the elements of x, rows×cols, to 0 and scales the others, so that the expected sum
// stays (inverted dropout, as Keras has it):
//
//	for r := range rows {
//		for c := range cols {
//			word := random.Philox({c/4, firstRow+r, step, random.PurposeDropout<<24 | layer}, seed)[c%4]
//			y[r,c] = 0
//			if word >= rate * 2^32 {
//				y[r,c] = x[r,c] / (1 - rate)
//			}
//		}
//	}
//
// firstRow is the number of the first row in its batch, so that a shard drops the elements that the whole batch
// drops. The gradient is the same call on dy. The rate is in [0, 1); of layer only the lower 24 bits count, of step
// the lower 32. All levels give the same bits.
func Dropout[T Float](y, x []T, rows, cols, firstRow int, rate float64, seed uint64, layer uint32, step uint64) {
	d := dropout[T]{
		y: y[:rows*cols], x: x[:rows*cols], cols: cols, firstRow: firstRow,
		scale: T(1 / (1 - rate)), least: uint64(math.Ceil(rate * (1 << 32))),
		key: random.SeedKey(seed), step: uint32(step), layer: uint32(random.PurposeDropout)<<24 | layer&(1<<24-1),
	}
	// a piece has whole rows, or is within one
	d.run, d.width = max(1, dropoutPiece/max(1, cols)), min(cols, dropoutPiece)
	d.across = ceilDiv(cols, max(1, d.width))
	pieces := ceilDiv(rows, d.run) * d.across
	if pieces <= 1 {
		d.rows(0, rows, 0, cols)
		return
	}
	region(&dropoutJobs, pieces, d)
}

// dropoutPiece is the number of elements in one piece, a multiple of four.
const dropoutPiece = 1 << 14

var dropoutJobs sync.Pool

type dropout[T Float] struct {
	y, x               []T
	cols, firstRow     int
	run, width, across int // rows and columns of one piece, and the pieces of one row
	scale              T
	least              uint64 // the smallest word that keeps an element
	key                [2]uint32
	step, layer        uint32
}

func (d *dropout[T]) piece(i int) {
	row, col := i/d.across*d.run, i%d.across*d.width
	d.rows(row, min(row+d.run, len(d.x)/d.cols), col, min(col+d.width, d.cols))
}

// rows does columns from … to-1 of rows lo … hi-1; from is a multiple of four.
func (d *dropout[T]) rows(lo, hi, from, to int) {
	for r := lo; r < hi; r++ {
		y, x := d.y[r*d.cols:][from:to], d.x[r*d.cols:][from:to]
		d.row(y, x, [4]uint32{uint32(from / 4), uint32(d.firstRow + r), d.step, d.layer})
	}
}

// row does elements of one row, counter being that of the first.
func (d *dropout[T]) row(y, x []T, counter [4]uint32) {
	if assembly[T]() && d.least <= math.MaxUint32 {
		dropoutAssembly(single(y), single(x), &dropoutWords{
			keys: random.RoundKeys(d.key), counter: counter, least: uint32(d.least), scale: float32(d.scale),
		})
		return
	}
	d.loop(y, x, counter)
}

func (d *dropout[T]) loop(y, x []T, counter [4]uint32) {
	var choice [2]T // 0 and the scaled element; a branch would often be mispredicted
	for ; len(x) > 0; counter[0]++ {
		words := random.Philox(counter, d.key)
		n := min(4, len(x))
		for i, v := range x[:n] {
			choice[1] = v * d.scale
			keep := 0
			if uint64(words[i&3]) >= d.least {
				keep = 1
			}
			y[i] = choice[keep]
		}
		x, y = x[n:], y[n:]
	}
}

// dropoutWords is what the assembly reads; _asm/dropout.go has the same list.
type dropoutWords struct {
	keys    random.Keys
	counter [4]uint32 // of the first element
	least   uint32
	scale   float32
}
