package kernel

import (
	"sync"

	"gorgonia-lectures/common/random"
)

// GaussianNoise adds a normal number of mean 0 and the given standard deviation to each element of x, rows×cols:
//
//	for r := range rows {
//		for c := range cols {
//			word := random.Philox({c/4, firstRow+r, step, random.PurposeNoise<<24 | layer}, seed)[c%4]
//			y[r,c] = x[r,c] + stddev*random.Normal(word)
//		}
//	}
//
// As in Dropout, firstRow is the number of the first row in its batch, and of layer the lower 24 bits count, of step
// the lower 32.
func GaussianNoise[T Float](y, x []T, rows, cols, firstRow int, stddev float64,
	seed uint64, layer uint32, step uint64) {
	n := gaussian[T]{
		y: y[:rows*cols], x: x[:rows*cols], cols: cols, firstRow: firstRow, stddev: stddev,
		key: random.SeedKey(seed), step: uint32(step), layer: uint32(random.PurposeNoise)<<24 | layer&(1<<24-1),
	}
	region(&gaussianJobs, ceilDiv(rows*cols, expPiece), n)
}

var gaussianJobs sync.Pool

type gaussian[T Float] struct {
	y, x           []T
	cols, firstRow int
	stddev         float64
	key            [2]uint32
	step, layer    uint32
}

func (n *gaussian[T]) piece(i int) {
	var words [4]uint32
	for at, end := i*expPiece, min((i+1)*expPiece, len(n.x)); at < end; at++ {
		row, col := at/n.cols, at%n.cols
		if col%4 == 0 || at == i*expPiece {
			words = random.Philox([4]uint32{uint32(col / 4), uint32(n.firstRow + row), n.step, n.layer}, n.key)
		}
		n.y[at] = T(float64(n.x[at]) + float64(n.stddev*random.Normal(words[col%4])))
	}
}

// SpatialDropout is Dropout of whole channels: x is rows×pixels×channels, and all pixels of a row share the mask of
// Dropout over rows×channels. mask is scratch memory of rows*channels elements.
func SpatialDropout[T Float](y, x, mask []T, rows, pixels, channels, firstRow int, rate float64,
	seed uint64, layer uint32, step uint64) {
	mask = mask[:rows*channels]
	for i := range mask {
		mask[i] = 1
	}
	Dropout(mask, mask, rows, channels, firstRow, rate, seed, layer, step)
	for at := 0; at < rows*pixels*channels; at += channels {
		kept := mask[at/(pixels*channels)*channels:][:channels]
		y, x := y[at:][:channels], x[at:][:channels]
		for c, scale := range kept {
			y[c] = 0
			if scale != 0 { // NaN·0 is NaN
				y[c] = x[c] * scale
			}
		}
	}
}
