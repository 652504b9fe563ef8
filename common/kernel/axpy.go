package kernel

// addProduct adds a row vector times a matrix to c, whose length is the number of columns:
//
//	for p := range k {
//		for j := range c {
//			c[j] += a[p*aStride] * b[p*bStride+j]
//		}
//	}
//
// Eight rows of b are added in one pass, so that c is loaded and stored once for them, and the loops are free of bounds
// checks. The order of the sum depends on k alone, and no product is fused with its addition: the bits are the same on
// every CPU.
func addProduct[T Float](c, a []T, aStride int, b []T, bStride, k int) {
	if len(c) == 0 {
		return
	}
	p := 0
	for ; p+8 <= k; p += 8 {
		addEight(c, a[p*aStride:], aStride, b[p*bStride:], bStride)
	}
	if p+4 <= k {
		addFour(c, a[p*aStride:], aStride, b[p*bStride:], bStride)
		p += 4
	}
	if p < k {
		addRest(c, a[p*aStride:], aStride, b[p*bStride:], bStride, k-p)
	}
}

// addEight is addProduct for k = 8.
func addEight[T Float](c, a []T, aStride int, b []T, bStride int) {
	n := len(c)
	a0, a1, a2, a3 := a[0], a[aStride], a[2*aStride], a[3*aStride]
	a4, a5, a6, a7 := a[4*aStride], a[5*aStride], a[6*aStride], a[7*aStride]
	b0, b1, b2, b3 := b[:n], b[bStride:][:n], b[2*bStride:][:n], b[3*bStride:][:n]
	b4, b5, b6, b7 := b[4*bStride:][:n], b[5*bStride:][:n], b[6*bStride:][:n], b[7*bStride:][:n]
	for j := range c {
		// two sums of four, because one chain of eight additions is slower
		sum := T(a0*b0[j]) + T(a1*b1[j]) + T(a2*b2[j]) + T(a3*b3[j])
		c[j] += sum + (T(a4*b4[j]) + T(a5*b5[j]) + T(a6*b6[j]) + T(a7*b7[j]))
	}
}

// addFour is addProduct for k = 4.
func addFour[T Float](c, a []T, aStride int, b []T, bStride int) {
	n := len(c)
	a0, a1, a2, a3 := a[0], a[aStride], a[2*aStride], a[3*aStride]
	b0, b1, b2, b3 := b[:n], b[bStride:][:n], b[2*bStride:][:n], b[3*bStride:][:n]
	for j := range c {
		c[j] += T(a0*b0[j]) + T(a1*b1[j]) + T(a2*b2[j]) + T(a3*b3[j])
	}
}

// addRest is addProduct for k = 1, 2 and 3.
func addRest[T Float](c, a []T, aStride int, b []T, bStride, k int) {
	n := len(c)
	a0, b0 := a[0], b[:n]
	switch k {
	case 1:
		for j := range c {
			c[j] += T(a0 * b0[j])
		}
	case 2:
		a1, b1 := a[aStride], b[bStride:][:n]
		for j := range c {
			c[j] += T(a0*b0[j]) + T(a1*b1[j])
		}
	case 3:
		a1, b1 := a[aStride], b[bStride:][:n]
		a2, b2 := a[2*aStride], b[2*bStride:][:n]
		for j := range c {
			c[j] += T(a0*b0[j]) + T(a1*b1[j]) + T(a2*b2[j])
		}
	}
}

// After a ReLU, a dropout or a max pool most values are 0, and so is most of a digit's picture. The products pass
// over them, which saves about a third of the CPU time of a step of the lecture's CNN on real digits (112 ms,
// 179 ms without). This needs a finite other factor: 0 times NaN or infinity is NaN, as in a plain loop.

// sparseDepth is the most values that addSparse takes at once; fewer than leastSparse are too few to pass over any.
const (
	sparseDepth = blockDepth
	leastSparse = 8
)

// addProductOf is addProduct, which passes over zeros of a if b is finite. The order of the sum depends on a and
// k alone.
func addProductOf[T Float](finite bool, c, a []T, aStride int, b []T, bStride, k int) {
	if !finite || k < leastSparse {
		addProduct(c, a, aStride, b, bStride, k)
		return
	}
	for p := 0; p < k; p += sparseDepth {
		addSparse(c, a[p*aStride:], aStride, b[p*bStride:], bStride, min(sparseDepth, k-p))
	}
}

// addSparse is addProduct for a finite b and k <= sparseDepth: it passes over the zeros of a.
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
			sum := T(a0*b0[j]) + T(a1*b1[j]) + T(a2*b2[j]) + T(a3*b3[j])
			c[j] += sum + (T(a4*b4[j]) + T(a5*b5[j]) + T(a6*b6[j]) + T(a7*b7[j]))
		}
	}
	if p+4 <= n {
		v, o := (*[4]T)(value[p:]), (*[4]int)(at[p:])
		b0, b1, b2, b3 := b[o[0]:][:columns], b[o[1]:][:columns], b[o[2]:][:columns], b[o[3]:][:columns]
		a0, a1, a2, a3 := v[0], v[1], v[2], v[3]
		for j := range c {
			c[j] += T(a0*b0[j]) + T(a1*b1[j]) + T(a2*b2[j]) + T(a3*b3[j])
		}
		p += 4
	}
	for ; p < n; p++ {
		a0, b0 := value[p], b[at[p]:][:columns]
		for j := range c {
			c[j] += T(a0 * b0[j])
		}
	}
}
