package kernel

import (
	"sync"

	"gorgonia-lectures/common/kernel/internal/parallel"
)

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

// Small is a prepared product by a matrix of a few values, whose slices stay the same. Without it a call would spend as
// much time on its arguments as on the product.
type Small[T Float] struct {
	c, a, b, bias                []T
	k, n, aRow, aCol, bRow, bCol int
	relu                         bool
}

// NewSmallMatMul prepares MatMul, which Run then computes. It returns nil if the product is not small.
func NewSmallMatMul[T Float](c, a, b []T, m, k, n int, transA, transB bool) *Small[T] {
	if !isSmall(k, n) || m*k*n >= 2*pieceWork {
		return nil
	}
	s := smallMatMul(c, a, b, m, k, n, transA, transB)
	return &s
}

// NewSmallDense prepares Dense, which Run then computes. It returns nil if the product is not small.
func NewSmallDense[T Float](y, x, w, bias []T, m, k, n int, relu bool) *Small[T] {
	if !isSmall(k, n) || m*k*n >= 2*pieceWork {
		return nil
	}
	s := smallDense(y, x, w, bias, m, k, n, relu)
	return &s
}

func smallMatMul[T Float](c, a, b []T, m, k, n int, transA, transB bool) Small[T] {
	s := Small[T]{c: c[:m*n], a: a[:m*k], b: b[:k*n], k: k, n: n, aRow: k, aCol: 1, bRow: n, bCol: 1}
	if transA {
		s.aRow, s.aCol = 1, m
	}
	if transB {
		s.bRow, s.bCol = 1, k
	}
	return s
}

func smallDense[T Float](y, x, w, bias []T, m, k, n int, relu bool) Small[T] {
	s := smallMatMul(y, x, w, m, k, n, false, false)
	s.relu = relu
	if bias != nil {
		s.bias = bias[:n]
	}
	return s
}

// Run computes C = bias + op(A)·op(B), then max(0, ·) if relu, for as many rows as c has: c is m×n, bias has n elements
// or is nil. op(A)[i,p] is a[i*aRow+p*aCol], op(B)[p,j] is b[p*bRow+j*bCol].
func (s *Small[T]) Run() {
	c, a := s.c, s.a
	row, column, j := 0, 0, 0                 // in a, in s.b and in a row of c
	if s.k == 1 && s.bias == nil && !s.relu { // the gradient of a kernel for one row
		for i := range c {
			c[i] = 0 + T(a[row]*s.b[column])
			column += s.bCol
			if j++; j == s.n {
				row, column, j = row+s.aRow, 0, 0
			}
		}
		return
	}
	for i := range c {
		x, y := row, column
		sum := T(a[x] * s.b[y])
		for range s.k - 1 {
			x, y = x+s.aCol, y+s.bRow
			sum += T(a[x] * s.b[y])
		}
		var start T
		if s.bias != nil {
			start = s.bias[j]
		}
		sum = start + sum
		if s.relu {
			sum = max(sum, 0)
		}
		c[i] = sum
		column += s.bCol
		if j++; j == s.n {
			row, column, j = row+s.aRow, 0, 0
		}
	}
}

var smalls sync.Pool

// all computes the product of m rows, in pieces if it is large.
func (s Small[T]) all(m int) {
	if m*s.k*s.n < 2*pieceWork {
		s.Run()
		return
	}
	rows := pieceRows(m, s.k*s.n)
	parallel.Region(&smalls, ceilDiv(m, rows), smallPieces[T]{s, rows})
}

// smallPieces is a product in pieces of some rows.
type smallPieces[T Float] struct {
	Small[T]
	rows int
}

func (s *smallPieces[T]) Piece(i int) {
	part := s.Small
	part.c, part.a = s.c[i*s.rows*s.n:min((i+1)*s.rows*s.n, len(s.c))], s.a[i*s.rows*s.aRow:]
	part.Run()
}
