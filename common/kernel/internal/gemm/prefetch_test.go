//go:build (amd64 || arm64) && !purego

package gemm

import (
	"slices"
	"testing"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/oracle"
)

// The tiles compute the same whatever they prefetch: fewer cache lines than a tile has room for, as many as all tiles
// have, more, and addresses without memory.
func TestFetchLeavesResultsAlone(t *testing.T) {
	r := oracle.Rand()
	numbers := func(n int) []float32 {
		s := make([]float32, n)
		for i := range s {
			s[i] = r.Float32() - 0.5
		}
		return s
	}
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // has no tiles
		}
		const n = 24 // a wide panel, and half of one
		for _, m := range []int{1, 5, 6, 7, 13, 20, 32} {
			for _, k := range []int{1, 3, 4, 6, 11, 32} {
				a, b := numbers(m*k), numbers(k*n)
				compute := func(ahead prefetch) []float32 {
					c := make([]float32, m*n)
					p := fastProduct{c: c, a: a, m: m, k: k, n: n, aRow: k, aK: 1}
					_, size := panelCount(k, n)
					work := make([]float32, size)
					packRows(work, b, k, n, n)
					p.block(p.at(0, 0), packed(work, k), m, 0, n, p.terms(0, k), c, n, ahead)
					return c
				}
				want := compute(prefetch{})
				for _, count := range []int{1, 2, k, 5 * k, 1000} {
					here := uintptr(unsafe.Pointer(&b[0]))
					for _, ahead := range []prefetch{
						{at: here, step: 4 * n, next: 64, count: count},
						{at: here, step: -64, next: 1 << 20, count: count},
						{at: 0, step: 1 << 12, next: 64, count: count},
						{at: ^uintptr(0), step: 1 << 30, count: count},
					} {
						if got := compute(ahead); !slices.Equal(got, want) {
							t.Fatalf("m %d, k %d, %+v: another product", m, k, ahead)
						}
					}
				}
			}
		}
	})
}
