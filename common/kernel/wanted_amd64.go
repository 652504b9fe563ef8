//go:build amd64 && !purego

package kernel

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"gorgonia-lectures/common/kernel/internal/amd64"
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

// wantedAssembly computes DenseGradInput if few of its products are wanted, and reports whether it did.
func wantedAssembly(dx, dy, w, x []float32, m, k, n int) bool {
	if n > wantedBlock || m*k*n < LeastDenseGradInput || !fewWanted(dy, x) {
		return false
	}
	infinite, ok := flags.Get().(*atomic.Bool)
	if !ok {
		infinite = new(atomic.Bool)
	}
	infinite.Store(false)
	p := wantedProduct{dx: dx, dy: dy, w: w, x: x, m: m, k: k, n: n, infinite: infinite}
	p.lists = takeNonzeros(m, n)
	of := sparseProduct{fastProduct: fastProduct{a: dy, m: m, k: n, aRow: n, aK: 1}, bRow: 1}
	of.list(p.lists, 0, 0, m)
	p.rows = max(1, min(wantedRows, wantedBlock/n))
	region(&wantedProducts, ceilDiv(k, p.rows), p)
	p.lists.put()
	done := !infinite.Load()
	flags.Put(infinite)
	return done
}

// fewWanted samples dy and x and reports whether at most one product of 16 is wanted and not 0.
func fewWanted(dy, x []float32) bool {
	const (
		samples = 128
		golden  = 0x9e3779b97f4a7c15 // as in manyZeros
	)
	terms, wanted := 0, 0
	for sample := range samples {
		i, _ := bits.Mul64(uint64(sample)*golden, uint64(len(dy)))
		j, _ := bits.Mul64(uint64(sample)*golden, uint64(len(x)))
		if dy[i] != 0 {
			terms++
		}
		if x[j] > 0 {
			wanted++
		}
	}
	return 16*terms*wanted <= samples*samples
}

func (p *wantedProduct) piece(i int) {
	p0, p1 := i*p.rows, min((i+1)*p.rows, p.k)
	w := p.w[p0*p.n : p1*p.n]
	if !finite(w) {
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
			first, add := l*p.lists.room, 0
			if k0 > 0 {
				add = 1
			}
			amd64.SparseDots(&sums[0], &rows[0], ceilDiv(wanted, dotRows), &w[k0], &p.lists.values.use[first],
				&p.lists.offsets[first], int(p.lists.counts[l]), add)
		}
		for q, c := range columns[:wanted] {
			dx[c] = sums[q]
		}
	}
}
