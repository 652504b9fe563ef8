package model

import "testing"

// Whatever the sizes and the number of ranks, their shares cover each weight once, no piece is longer than the limit, and no
// two ranks have parts of one line.
func TestShareOf(t *testing.T) {
	for _, sizes := range [][]int{{1}, {16, 16}, {3, 1000, 1, 1, 17, 64}, {5000, 2}, {1, 1, 1}} {
		for _, ranks := range []int{1, 2, 3, 4, 7, 64} {
			for _, limit := range []int{1, 16, 100, 1 << 15} {
				var places []int
				total := 0
				for _, size := range sizes {
					places = append(places, total)
					total += (size + lineValues - 1) / lineValues * lineValues
				}
				owner := make([]int, total)
				for rank := range ranks {
					for _, p := range shareOf(rank, ranks, places, sizes, limit) {
						if p.lo >= p.hi || p.hi-p.lo > limit || p.hi > sizes[p.param] {
							t.Fatalf("sizes %v, %d ranks, limit %d: piece %+v", sizes, ranks, limit, p)
						}
						for i := p.lo; i < p.hi; i++ {
							if owner[places[p.param]+i] != 0 {
								t.Fatalf("sizes %v, %d ranks, limit %d: value %d of parameter %d is in two pieces", sizes, ranks, limit, i, p.param)
							}
							owner[places[p.param]+i] = rank + 1
						}
					}
				}
				for i, size := range sizes {
					for j := range size {
						at := places[i] + j
						if owner[at] == 0 || owner[at] != owner[at/lineValues*lineValues] {
							t.Fatalf("sizes %v, %d ranks, limit %d: value %d of parameter %d has owner %d", sizes, ranks, limit, j, i, owner[at])
						}
					}
				}
			}
		}
	}
}
