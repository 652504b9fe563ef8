package kernel

import "sync"

// fewElements is how many elements an elementwise kernel computes without preparing to cut them into pieces.
const fewElements = 16

// One loop computes a product by a matrix of a few values, element by element, at every level: choosing and
// preparing a better one takes longer than computing. What is small does not depend on m, so that a row has the
// same bits alone and in a batch.
const (
	smallDepth = 4  // k; up to here the order of the sum is that of addProduct
	smallB     = 32 // k*n, below what any level computes in assembly
)

func isSmall(k, n int) bool { return k > 0 && n > 0 && k <= smallDepth && k*n <= smallB }

// smallRows computes C = bias + op(A)·op(B), then max(0, ·) if relu, for as many rows as c has: c is
// m×n, bias has n elements or is nil. op(A)[i,p] is a[i*aRow+p*aCol], op(B)[p,j] is b[p*bRow+j*bCol].
func smallRows[T Float](c, a, b, bias []T, k, n, aRow, aCol, bRow, bCol int, relu bool) {
	for len(c) > 0 {
		for j := range n {
			b := b[j*bCol:]
			sum := a[0] * b[0]
			for p := 1; p < k; p++ {
				sum += a[p*aCol] * b[p*bRow]
			}
			var start T
			if bias != nil {
				start = bias[j]
			}
			sum = start + sum
			if relu {
				sum = max(sum, 0)
			}
			c[j] = sum
		}
		if c = c[n:]; len(c) > 0 {
			a = a[aRow:]
		}
	}
}

// smallPieces is smallRows in pieces.
func smallPieces[T Float](c, a, b, bias []T, m, k, n, aRow, aCol, bRow, bCol int, relu bool) {
	run := pieceRows(m, k*n)
	region(&smalls, ceilDiv(m, run), small[T]{c, a, b, bias, k, n, aRow, aCol, bRow, bCol, run, relu})
}

var smalls sync.Pool

// small is a product that is cut into runs of rows.
type small[T Float] struct {
	c, a, b, bias                []T
	k, n, aRow, aCol, bRow, bCol int
	run                          int
	relu                         bool
}

func (s *small[T]) piece(i int) {
	c := s.c[i*s.run*s.n : min((i+1)*s.run*s.n, len(s.c))]
	smallRows(c, s.a[i*s.run*s.aRow:], s.b, s.bias, s.k, s.n, s.aRow, s.aCol, s.bRow, s.bCol, s.relu)
}
