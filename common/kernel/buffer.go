package kernel

import (
	"sync"
	"unsafe"
)

// buffers keeps scratch memory between calls: a training step takes the same sizes again and again.
var buffers sync.Pool

// buffer is scratch memory of a fast kernel.
type buffer struct {
	all []float32
	use []float32 // aligned to a cache line
}

// cacheLine is the bytes of a cache line and of the widest vector.
const cacheLine = 64

// takeBuffer returns a buffer of n elements with any content. Give it back with put.
func takeBuffer(n int) *buffer {
	b, ok := buffers.Get().(*buffer)
	if !ok {
		b = &buffer{}
	}
	if len(b.all) < n+cacheLine/4 {
		b.all = make([]float32, n+cacheLine/4)
	}
	past := int(uintptr(unsafe.Pointer(unsafe.SliceData(b.all)))%cacheLine) / 4
	first := (cacheLine/4 - past) % (cacheLine / 4)
	b.use = b.all[first:][:n]
	return b
}

func (b *buffer) put() { buffers.Put(b) }
