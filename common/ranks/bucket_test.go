package ranks

import (
	"math/rand/v2"
	"testing"

	"gorgonia-lectures/common/ranks/rankstest"
)

// For any sizes, the buckets cover the gradients once, the last parameter's first, each within the limit. A parameter
// that fits into a bucket is not cut, and two neighbours that fit into one bucket share it.
func TestCut(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		limit, sizes := 1+rng.IntN(40), make([]int, 1+rng.IntN(8))
		for i := range sizes {
			sizes[i] = 1 + rng.IntN(60)
		}
		list := cut(sizes, limit)
		at, param, done := 0, len(sizes)-1, 0 // the next value, and where it is
		for k, m := range list {
			if m.lo != at || m.hi <= m.lo || m.hi-m.lo > limit || len(m.params) == 0 {
				t.Fatalf("sizes %v, limit %d: bucket %d is %+v after %d values", sizes, limit, k, m, at)
			}
			if m.least() != m.params[len(m.params)-1] || len(m.params) > 1 && m.offset != 0 {
				t.Fatalf("sizes %v, limit %d: bucket %d is %+v", sizes, limit, k, m)
			}
			left := m.hi - m.lo
			for _, p := range m.params {
				if p != param || len(m.params) == 1 && m.offset != done {
					t.Fatalf("sizes %v, limit %d: bucket %d is %+v, want parameter %d from %d on", sizes, limit, k, m, param, done)
				}
				took := min(left, sizes[p]-done)
				if took < sizes[p] && sizes[p] <= limit {
					t.Fatalf("sizes %v, limit %d: parameter %d is cut", sizes, limit, p)
				}
				if left, done = left-took, done+took; done == sizes[p] {
					param, done = param-1, 0
				}
			}
			if left != 0 {
				t.Fatalf("sizes %v, limit %d: bucket %d has %d values too many", sizes, limit, k, left)
			}
			at = m.hi
			if k > 0 {
				before := list[k-1]
				if whole := before.hi - before.lo + m.hi - m.lo; whole <= limit && sizes[m.least()] <= limit && sizes[before.least()] <= limit {
					t.Fatalf("sizes %v, limit %d: buckets %+v and %+v fit into one", sizes, limit, before, m)
				}
			}
		}
		if param != -1 || done != 0 {
			t.Fatalf("sizes %v, limit %d: parameter %d is not sent", sizes, limit, param)
		}
	}
}

// The shards of a batch cover it in the order of the ranks, and differ by one row at most.
func TestShard(t *testing.T) {
	for size := 1; size <= 9; size++ {
		group := rankstest.New(size)
		for _, rows := range []int{0, 1, 2, 3, 7, 8, 9, 64, 100, 1<<31 - 1, 1 << 62} {
			next, least, most := 0, rows, 0
			for _, r := range group {
				s := New(r).Shard(rows)
				if s.First != next || s.All != rows {
					t.Errorf("%d rows on %d ranks: rank %d has %+v, want it from %d on", rows, size, r.Rank(), s, next)
				}
				next, least, most = next+s.Rows, min(least, s.Rows), max(most, s.Rows)
			}
			if next != rows || most-least > 1 {
				t.Errorf("%d rows on %d ranks: %d are shared out, in shards of %d to %d", rows, size, next, least, most)
			}
		}
	}
}
