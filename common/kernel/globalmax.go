package kernel

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/parallel"
)

// globalMax is the arguments of the two kernels of global max pooling.
type globalMax[T Float] struct {
	dx, y, x, dy     []T
	pixels, channels int
	run              int // images of one piece
}

var globalMaxima sync.Pool

func (g globalMax[T]) all(images int) {
	g.run = pieceRows(images, 2*g.pixels*g.channels)
	if images > g.run {
		parallel.Region(&globalMaxima, ceilDiv(images, g.run), g)
		return
	}
	g.Piece(0)
}

func (g *globalMax[T]) Piece(i int) {
	size := g.pixels * g.channels
	for image := i * g.run; image < min((i+1)*g.run, len(g.y)/g.channels); image++ {
		x, y := g.x[image*size:][:size], g.y[image*g.channels:][:g.channels]
		if g.dx == nil {
			largestPixel(y, x)
		} else {
			shareOfLargest(g.dx[image*size:][:size], x, y, g.dy[image*g.channels:][:g.channels])
		}
	}
}

// GlobalMaxPool2D takes the largest pixel of each image, per channel:
//
//	for n, c := range y {
//		y[n,c] = max_p x[n,p,c]   // p = 0 … pixels-1
//	}
//
// NaN wins over all numbers. x is images×pixels×channels, y images×channels. All levels give the same bits.
func GlobalMaxPool2D[T Float](y, x []T, images, pixels, channels int) {
	globalMax[T]{y: y[:images*channels], x: x[:images*pixels*channels], pixels: pixels, channels: channels}.all(images)
}

func largestPixel[T Float](y, x []T) {
	copy(y, x)
	for x = x[len(y):]; len(x) > 0; x = x[len(y):] {
		for c, v := range x[:len(y)] {
			y[c] = max(y[c], v)
		}
	}
}

// GlobalMaxPool2DGrad computes the gradient of GlobalMaxPool2D in its input: the pixels that are the largest get an
// equal share of dy, as in TensorFlow, and others 0:
//
//	for n, p, c := range dx {
//		dx[n,p,c] = 0
//		if x[n,p,c] == y[n,c] {
//			dx[n,p,c] = dy[n,c] / |{q: x[n,q,c] == y[n,c]}|
//		}
//	}
//
// Shapes as in GlobalMaxPool2D. All levels give the same bits.
func GlobalMaxPool2DGrad[T Float](dx, x, y, dy []T, images, pixels, channels int) {
	globalMax[T]{dx: dx[:images*pixels*channels], y: y[:images*channels], x: x[:images*pixels*channels],
		dy: dy[:images*channels], pixels: pixels, channels: channels}.all(images)
}

func shareOfLargest[T Float](dx, x, y, dy []T) {
	channels := len(y)
	for c, v := range y {
		count := 0
		for p := c; p < len(x); p += channels {
			if x[p] == v {
				count++
			}
		}
		for p := c; p < len(x); p += channels {
			dx[p] = 0
			if x[p] == v {
				dx[p] = dy[c] / T(count)
			}
		}
	}
}
