//go:build amd64 && !purego

package kernel

import (
	"math"
	"sync"
)

// The edge of a digit's picture is 0 in all pictures of a batch: a third of the pixels of a hundred digits. Terms of a
// sum that are 0 times a finite number change nothing, so columns of the left factor in which all is 0 are passed over: in the
// forward product of a first layer they are terms, in its kernel's gradient, where that factor is transposed, rows of C. No
// number changes: only a sum that is -0, by its bias or by underflow, may stay so where a term of +0 would make it +0.

const (
	deadColumns = 4       // that must be 0 side by side, from a multiple of 4 on, to be passed over
	leastZeros  = 1 << 21 // multiply-adds of a product for which zeros are looked for, and
	// rows of the left factor: with few, the product is little more than one pass over B, as is the look whether that is finite
	leastBatch = 16
)

// kept is the columns of a matrix that are not all 0, in runs.
type kept struct {
	runs    []run
	columns int
	dead    []int32 // the first of deadColumns
}

// run is columns first … end-1.
type run struct{ first, end int }

var keeps sync.Pool

// keptColumns finds the columns of a, rows×cols, that are not all 0: nil unless more than an eighth can be passed over.
func keptColumns(a []float32, rows, cols int) *kept {
	k, ok := keeps.Get().(*kept)
	if !ok {
		k = &kept{}
	}
	dead := k.dead[:0]
	for j := 0; j+deadColumns <= cols; j += deadColumns {
		if zero(a[j:]) && j%fastDepth > 0 { // no block of a sum is without terms
			dead = append(dead, int32(j))
		}
	}
	few := cols / (8 * deadColumns)
	for i := 1; i < rows && len(dead) > few; i++ {
		row := a[i*cols:][:cols]
		n := 0
		for _, j := range dead {
			dead[n] = j
			if zero(row[j:]) {
				n++
			}
		}
		dead = dead[:n]
	}
	k.dead = dead
	if len(dead) <= few {
		keeps.Put(k)
		return nil
	}
	k.runs, k.columns = k.runs[:0], cols-deadColumns*len(dead)
	first := 0
	for _, j := range dead {
		if first < int(j) {
			k.runs = append(k.runs, run{first, int(j)})
		}
		first = int(j) + deadColumns
	}
	if first < cols {
		k.runs = append(k.runs, run{first, cols})
	}
	return k
}

// zero reports whether the first deadColumns elements are 0.
func zero(x []float32) bool {
	v := (*[deadColumns]float32)(x)
	return (math.Float32bits(v[0])|math.Float32bits(v[1])|math.Float32bits(v[2])|math.Float32bits(v[3]))<<1 == 0
}

// passOverZeros looks for zeros in A and prepares the product without them, if there are many and they meet finite numbers.
// The buffer, if there is one, holds A without them.
func (p *fastProduct) passOverZeros() *buffer {
	if p.m*p.k*p.n < leastZeros {
		return nil
	}
	if p.aK != 1 { // from MatMul, so there is no bias for the rows that become 0
		if p.k < leastBatch {
			return nil
		}
		if p.rowsKept = keptColumns(p.a, p.k, p.m); p.rowsKept != nil && !Finite(p.b) {
			p.rowsKept = p.rowsKept.put()
		}
		return nil
	}
	if p.m < leastBatch {
		return nil
	}
	k := keptColumns(p.a, p.m, p.k)
	if k == nil {
		return nil
	}
	for i, r := range k.runs {
		next := p.k
		if i+1 < len(k.runs) {
			next = k.runs[i+1].first
		}
		if !Finite(p.b[r.end*p.n : next*p.n]) {
			k.put()
			return nil
		}
	}
	// rows 2,048 bytes apart, or a multiple, would be slow to read: see first
	stride := k.columns
	if stride%512 == 0 {
		stride += 16
	}
	work := takeBuffer(p.m * stride)
	for i := range p.m {
		to, from := work.use[i*stride:][:stride], p.a[i*p.k:][:p.k]
		n := 0
		for _, r := range k.runs {
			n += copy(to[n:], from[r.first:r.end])
		}
	}
	p.a, p.aRow, p.termsKept = work.use, stride, k
	return work
}

// put gives k back; it returns nil.
func (k *kept) put() *kept {
	if k != nil {
		keeps.Put(k)
	}
	return nil
}

// packKept packs the kept rows among k0 … end-1 of B, columns of them from j on, and returns how many.
func (p *fastProduct) packKept(dst []float32, k0, end, j, columns int) int {
	depth := 0
	for _, r := range p.termsKept.runs {
		depth += max(0, min(r.end, end)-max(r.first, k0))
	}
	at := 0
	for _, r := range p.termsKept.runs {
		if first, last := max(r.first, k0), min(r.end, end); first < last {
			packPart(dst, at, depth, p.b[first*p.n+j:], last-first, columns, p.n)
			at += last - first
		}
	}
	return depth
}

// keptRows adds a part of the sum, for which A begins at its column at, to the kept ones of rows i0 … i1-1 in columns
// j … end-1 of C, and makes the others 0.
func (p *fastProduct) keptRows(i0, i1, j, end, at int, b panels, part part) {
	below := i0
	for _, r := range p.rowsKept.runs {
		first, last := max(r.first, i0), min(r.end, i1)
		if first >= last {
			continue
		}
		p.clearRows(below, first, j, end)
		p.block(p.at(first, at), b, last-first, j, end, part, p.c[first*p.n+j:], p.n, p.nextC(first, last, j))
		below = last
	}
	p.clearRows(below, i1, j, end)
}

func (p *fastProduct) clearRows(i0, i1, j, end int) {
	for i := i0; i < i1; i++ {
		clear(p.c[i*p.n+j : i*p.n+end])
	}
}
