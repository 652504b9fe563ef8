package kernel

// addProduct adds a row vector times a matrix to c, n = len(c) long:
//
//	for p := range k {
//		for j := range c {
//			c[j] += a[p*aStride] * b[p*bStride+j]
//		}
//	}
//
// Four rows of b are added in one pass, so that c is loaded and stored once for them. The order of
// the sum depends on k alone.
func addProduct[T Float](c, a []T, aStride int, b []T, bStride, k int) {
	n := len(c)
	if n == 0 {
		return
	}
	p := 0
	for ; p+4 <= k; p += 4 {
		a0, a1, a2, a3 := a[p*aStride], a[(p+1)*aStride], a[(p+2)*aStride], a[(p+3)*aStride]
		b0 := b[p*bStride:][:n]
		b1 := b[(p+1)*bStride:][:n]
		b2 := b[(p+2)*bStride:][:n]
		b3 := b[(p+3)*bStride:][:n]
		for j := range c {
			c[j] += a0*b0[j] + a1*b1[j] + a2*b2[j] + a3*b3[j]
		}
	}
	for ; p < k; p++ {
		a0 := a[p*aStride]
		b0 := b[p*bStride:][:n]
		for j := range c {
			c[j] += a0 * b0[j]
		}
	}
}
