package kernel

import "sync"

// buffers keeps scratch memory between calls: a training step takes the same sizes again and again.
var buffers sync.Pool

// buffer is scratch memory of a fast kernel.
type buffer struct {
	all []float32
	use []float32 // aligned to a cache line
}

// takeBuffer returns a buffer of n elements with any content. Give it back with put.
func takeBuffer(n int) *buffer {
	b, ok := buffers.Get().(*buffer)
	if !ok {
		b = &buffer{}
	}
	if len(b.all) < n {
		b.all = Make[float32](n)
	}
	b.use = b.all[:n]
	return b
}

func (b *buffer) put() { buffers.Put(b) }
