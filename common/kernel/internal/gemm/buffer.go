//go:build (amd64 || arm64) && !purego

package gemm

import (
	"sync"
	"sync/atomic"

	"gorgonia-lectures/common/kernel/internal/memory"
)

// buffers keeps scratch memory between calls: each training step takes the same sizes.
var buffers sync.Pool

// buffer is scratch memory of a product or convolution.
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
		b.all = memory.Make[float32](n)
	}
	b.use = b.all[:n]
	return b
}

// put gives the buffer back, if there is one.
func (b *buffer) put() {
	if b != nil {
		buffers.Put(b)
	}
}

// flags keeps what the pieces of a region have in common.
var flags sync.Pool

// takeFlag returns a flag that is not set. Give it back to flags.
func takeFlag() *atomic.Bool {
	flag, ok := flags.Get().(*atomic.Bool)
	if !ok {
		flag = new(atomic.Bool)
	}
	flag.Store(false)
	return flag
}
