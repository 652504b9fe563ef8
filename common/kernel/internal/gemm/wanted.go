//go:build (amd64 || arm64) && !purego

package gemm

import (
	"sync"
	"sync/atomic"

	"gorgonia-lectures/common/kernel/internal/finite"
	"gorgonia-lectures/common/kernel/internal/parallel"
)

// Of the gradient of a dense layer's input after a ReLU few elements are wanted, and few terms of each are not 0: in
// the lecture's convolutional net an eighth and a third. Each is then a dot product by itself.

const (
	wantedRows  = 128     // of W in a piece, at most
	wantedBlock = 1 << 17 // elements of W in a piece, which stay in the L2 cache
	dotRows     = 8       // that the assembly multiplies at once
)

// wantedProduct is DenseGradInput. A piece is some rows of W, which are columns of dx.
type wantedProduct struct {
	dx, dy, w, x []float32
	m, k, n      int
	rows         int
	lists        *nonzeros // of dy
	infinite     *atomic.Bool
}

var wantedProducts sync.Pool

// DenseGradInput computes the kernel of that name if at most one product of 16 is wanted and not 0, and w is finite. It
// reports whether it did.
func DenseGradInput(dx, dy, w, x []float32, m, k, n int) bool {
	if n > wantedBlock || m*k*n < LeastDenseGradInput || m*n > mostListed ||
		16*nonzerosOf(dy)*nonzerosOf(x) > samples*samples {
		return false
	}
	infinite := takeFlag()
	p := wantedProduct{dx: dx, dy: dy, w: w, x: x, m: m, k: k, n: n, infinite: infinite}
	p.lists = takeNonzeros(m, n)
	of := sparseProduct{fastProduct: fastProduct{a: dy, m: m, k: n, aRow: n, aK: 1}, bRow: 1}
	of.list(p.lists, 0, 0, m)
	p.rows = max(1, min(wantedRows, wantedBlock/n))
	parallel.Region(&wantedProducts, ceilDiv(k, p.rows), p)
	p.lists.put()
	done := !infinite.Load()
	flags.Put(infinite)
	return done
}

func (p *wantedProduct) Piece(i int) {
	p0, p1 := i*p.rows, min((i+1)*p.rows, p.k)
	w := p.w[p0*p.n : p1*p.n]
	if !finite.Serial(w) {
		p.infinite.Store(true)
		return
	}
	var values, sums [wantedRows]float32
	var columns, rows [wantedRows]int32
	for b := range p.m {
		dx, x := p.dx[b*p.k+p0:b*p.k+p1], p.x[b*p.k+p0:b*p.k+p1]
		wanted := 0
		for q, c := range columns[:listNonzeros(values[:], columns[:], x, 1)] {
			if values[q] > 0 {
				columns[wanted], rows[wanted] = c, c*int32(4*p.n)
				wanted++
			}
		}
		clear(dx)
		if wanted == 0 {
			continue
		}
		for q := wanted; q%dotRows != 0; q++ {
			rows[q] = rows[0] // a group is whole
		}
		for k0 := 0; k0 < p.n; k0 += fastDepth {
			l := p.lists.number(b, k0)
			first, add := p.lists.from[l], 0
			if k0 > 0 {
				add = 1
			}
			sparseDots(&sums[0], &rows[0], ceilDiv(wanted, dotRows), &w[k0], &p.lists.values.use[first],
				&p.lists.offsets[first], int(p.lists.to[l]-first), add)
		}
		for q, c := range columns[:wanted] {
			dx[c] = sums[q]
		}
	}
}
