package kernel

import (
	"sync"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/random"
)

// GaussianNoise adds a normal number of mean 0 and the given standard deviation to each element of x, as
// keras.layers.GaussianNoise does:
//
//	for i, v := range x {
//		words := draw.Words((first+i) / 4)
//		y[i] = v + random.Normal32(words)[(first+i)%4]*stddev
//	}
//
// In float64 a number takes two words. first is as in Dropout.
func GaussianNoise[T Float](y, x []T, first int, stddev float64, draw random.Draw) {
	n := gaussian[T]{y: y[:len(x)], x: x, first: uint64(first), stddev: T(stddev), draw: draw}
	parallel.Region(&gaussianJobs, ceilDiv(len(x), expPiece), n)
}

var gaussianJobs sync.Pool

type gaussian[T Float] struct {
	y, x   []T
	first  uint64
	stddev T
	draw   random.Draw
}

func (n *gaussian[T]) Piece(i int) {
	lo, hi := i*expPiece, min((i+1)*expPiece, len(n.x))
	double := unsafe.Sizeof(n.stddev) == 8
	var normal [4]T
	for at := lo; at < hi; at++ {
		number := n.first + uint64(at)
		if double {
			if at == lo || number%2 == 0 {
				v := random.Normal64(n.draw.Words(number / 2))
				normal[0], normal[1] = T(v[0]), T(v[1])
			}
			number %= 2
		} else {
			if at == lo || number%4 == 0 {
				for j, v := range random.Normal32(n.draw.Words(number / 4)) {
					normal[j] = T(v)
				}
			}
			number %= 4
		}
		n.y[at] = n.x[at] + T(normal[number]*n.stddev)
	}
}

// SpatialDropout is Dropout of whole channels: x is rows×pixels×channels, and all pixels of a row share the mask of
// Dropout over rows×channels, of which firstRow is the first row. mask is scratch memory of rows*channels elements.
func SpatialDropout[T Float](y, x, mask []T, rows, pixels, channels, firstRow int, rate float64, draw random.Draw) {
	mask = mask[:rows*channels]
	for i := range mask {
		mask[i] = 1
	}
	Dropout(mask, mask, firstRow*channels, rate, draw)
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
