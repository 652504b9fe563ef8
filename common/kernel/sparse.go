package kernel

import (
	"sync"
	"sync/atomic"
)

// Behind a ReLU, a dropout or a max pool most values are 0, and so is most of a digit's picture. The
// products pass over them: the CPU time of a step of the lecture's CNN on real digits fell by about a
// third (179 to 112 ms in two profiles on a busy machine). It is sound only if the other factor is
// finite: 0 times NaN or infinity is NaN, as in a plain loop.

// sparseDepth is the most values that addSparse takes at once; below leastSparse there is too little
// to pass over.
const (
	sparseDepth = blockDepth
	leastSparse = 8
)

// addProductOf is addProduct for a b of which is known whether it is finite. The order of the sum
// depends on a and k alone.
func addProductOf[T Float](finite bool, c, a []T, aStride int, b []T, bStride, k int) {
	if !finite || k < leastSparse {
		addProduct(c, a, aStride, b, bStride, k)
		return
	}
	for p := 0; p < k; p += sparseDepth {
		addSparse(c, a[p*aStride:], aStride, b[p*bStride:], bStride, min(sparseDepth, k-p))
	}
}

// addSparse is addProduct for a finite b and k <= sparseDepth: zeros of a are passed over.
func addSparse[T Float](c, a []T, aStride int, b []T, bStride, k int) {
	var value [sparseDepth]T
	var at [sparseDepth]int
	n := 0
	for p := range k {
		v := a[p*aStride]
		value[n&(sparseDepth-1)], at[n&(sparseDepth-1)] = v, p*bStride
		kept := 0
		if v != 0 {
			kept = 1
		}
		n += kept
	}
	columns := len(c)
	p := 0
	for ; p+8 <= n; p += 8 {
		v, o := (*[8]T)(value[p:]), (*[8]int)(at[p:])
		b0, b1, b2, b3 := b[o[0]:][:columns], b[o[1]:][:columns], b[o[2]:][:columns], b[o[3]:][:columns]
		b4, b5, b6, b7 := b[o[4]:][:columns], b[o[5]:][:columns], b[o[6]:][:columns], b[o[7]:][:columns]
		a0, a1, a2, a3, a4, a5, a6, a7 := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
		for j := range c {
			c[j] += (a0*b0[j] + a1*b1[j] + a2*b2[j] + a3*b3[j]) + (a4*b4[j] + a5*b5[j] + a6*b6[j] + a7*b7[j])
		}
	}
	if p+4 <= n {
		v, o := (*[4]T)(value[p:]), (*[4]int)(at[p:])
		b0, b1, b2, b3 := b[o[0]:][:columns], b[o[1]:][:columns], b[o[2]:][:columns], b[o[3]:][:columns]
		a0, a1, a2, a3 := v[0], v[1], v[2], v[3]
		for j := range c {
			c[j] += a0*b0[j] + a1*b1[j] + a2*b2[j] + a3*b3[j]
		}
		p += 4
	}
	for ; p < n; p++ {
		a0, b0 := value[p], b[at[p]:][:columns]
		for j := range c {
			c[j] += a0 * b0[j]
		}
	}
}

// Finite reports whether x has no NaN and no infinity.
func Finite[T Float](x []T) bool {
	const run = 1 << 16
	if len(x) <= run {
		return finitePart(x)
	}
	bad, ok := flags.Get().(*atomic.Bool)
	if !ok {
		bad = new(atomic.Bool)
	}
	bad.Store(false)
	region(&searches, ceilDiv(len(x), run), search[T]{x: x, run: run, bad: bad})
	finite := !bad.Load()
	flags.Put(bad)
	return finite
}

// search looks for a number that is not finite.
type search[T Float] struct {
	x   []T
	run int
	bad *atomic.Bool
}

var searches, flags sync.Pool

func (s *search[T]) piece(i int) {
	if !finitePart(s.x[i*s.run : min((i+1)*s.run, len(s.x))]) {
		s.bad.Store(true)
	}
}

func finitePart[T Float](x []T) bool {
	if assembly[T]() {
		return finiteAssembly(single(x))
	}
	return finiteRun(x)
}

// finiteRun sums x times zero: NaN for the first value that is not finite. Four sums hide the
// latency of the addition.
func finiteRun[T Float](x []T) bool {
	var s0, s1, s2, s3 T
	for ; len(x) >= 4; x = x[4:] {
		s0 += x[0] * 0
		s1 += x[1] * 0
		s2 += x[2] * 0
		s3 += x[3] * 0
	}
	for _, v := range x {
		s0 += v * 0
	}
	return s0+s1+s2+s3 == 0
}
