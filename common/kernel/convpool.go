package kernel

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/memory"
	"gorgonia-lectures/common/kernel/internal/parallel"
)

// pooledConvolution is a convolution whose output is pooled image by image. A piece is some images.
type pooledConvolution[T Float] struct {
	convolution[T]
	pool   Window
	index  []int32
	pooled []T
	images int
}

var pooledConvolutions sync.Pool

// Conv2DMaxPool2D is MaxPool2D of Conv2D: y and index are those of pool, whose images are the convolution's output. An
// image is pooled while it is in the cache, and the whole output is nowhere: it need not be written to memory and read
// again. It has the bits of the two.
func Conv2DMaxPool2D[T Float](y []T, index []int32, x, w, bias []T, s Window, filters int, relu bool, pool Window) {
	p := pooledConvolution[T]{
		convolution: convolution[T]{x: x, w: w, bias: bias, Window: s, filters: filters, relu: relu},
		pool:        pool, index: index, pooled: y, images: ceilDiv(s.Batch, 16),
	}
	if s.Batch == 1 {
		p.Piece(0)
		return
	}
	parallel.Region(&pooledConvolutions, ceilDiv(s.Batch, p.images), p)
}

func (p *pooledConvolution[T]) Piece(i int) {
	one, pool := p.Window, p.pool
	one.Batch, pool.Batch = 1, 1
	in, out := one.Height*one.Width*one.Channels, pool.OutHeight*pool.OutWidth*pool.Channels
	work := takeScratch[T](pool.Height * pool.Width * pool.Channels)
	for image := i * p.images; image < min((i+1)*p.images, p.Batch); image++ {
		Conv2D(*work, p.x[image*in:][:in], p.w, p.bias, one, p.filters, p.relu)
		MaxPool2D(p.pooled[image*out:][:out], p.index[image*out:][:out], *work, pool)
	}
	scratch.Put(work)
}

var scratch sync.Pool

// takeScratch returns at least n values with any content. Give them back to scratch.
func takeScratch[T Float](n int) *[]T {
	if work, ok := scratch.Get().(*[]T); ok && len(*work) >= n {
		return work
	}
	made := memory.Make[T](n)
	return &made
}
