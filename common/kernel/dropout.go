package kernel

import "math"

// Dropout sets a share of rate of the elements of x, rows×cols, to 0 and scales the others, so that the expected sum
// stays (inverted dropout, as Keras has it):
//
//	for r := range rows {
//		for c := range cols {
//			word := Philox({c/4, firstRow+r, step, PurposeDropout<<24 | layer}, seed)[c%4]
//			y[r,c] = 0
//			if word >= rate * 2^32 {
//				y[r,c] = x[r,c] / (1 - rate)
//			}
//		}
//	}
//
// firstRow is the number of the first row in the whole batch, so that a part of a batch drops what the batch
// would. The gradient is the same call on dy. The rate is in [0, 1); the lower 24 bits of layer and the lower 32 of
// step count.
func Dropout[T Float](y, x []T, rows, cols, firstRow int, rate float64, seed uint64, layer uint32, step uint64) {
	d := dropout[T]{
		y: y[:rows*cols], x: x[:rows*cols], cols: cols, firstRow: firstRow,
		scale: T(1 / (1 - rate)), least: uint64(math.Ceil(rate * (1 << 32))),
		step: uint32(step), layer: uint32(PurposeDropout)<<24 | layer&(1<<24-1), key: seedKey(seed),
	}
	run := max(1, min(rows, elementPiece/4/max(1, cols)))
	if run >= rows {
		d.rows(0, rows)
		return
	}
	e := d // a copy that may escape, so that d stays on the stack
	parallel(ceilDiv(rows, run), jobFunc(func(piece int) { e.rows(piece*run, min((piece+1)*run, rows)) }))
}

type dropout[T Float] struct {
	y, x           []T
	cols, firstRow int
	scale          T
	least          uint64 // the smallest word that keeps an element
	step, layer    uint32
	key            [2]uint32
}

// rows does rows lo … hi-1.
func (d *dropout[T]) rows(lo, hi int) {
	var choice [2]T // 0 and the scaled element; a branch would often be mispredicted
	for r := lo; r < hi; r++ {
		x, y := d.x[r*d.cols:][:d.cols], d.y[r*d.cols:][:d.cols]
		for c := 0; c < len(x); c += 4 {
			words := Philox([4]uint32{uint32(c / 4), uint32(d.firstRow + r), d.step, d.layer}, d.key)
			for i, v := range x[c:min(c+4, len(x))] {
				choice[1] = v * d.scale
				keep := 0
				if uint64(words[i&3]) >= d.least {
					keep = 1
				}
				y[c+i] = choice[keep]
			}
		}
	}
}
