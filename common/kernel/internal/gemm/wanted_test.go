//go:build (amd64 || arm64) && !purego

package gemm

import (
	"math"
	"testing"

	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/oracle"
)

// Only a large product of which little is wanted, of a finite w, is computed one element at a time.
func TestWhereElementsAreComputedAlone(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if level.Active() == level.PlainGo {
			return // computes whole products
		}
		for _, c := range []struct {
			m, k, n   int
			dy, x     float64 // shares of zeros
			w         float32
			want      bool
			reluInput bool
		}{
			{m: 32, k: 784, n: 100, dy: 0.7, x: 0.9, w: 1, want: true},
			{m: 32, k: 784, n: 100, dy: 0.9, x: 0.7, w: 1, want: true},
			{m: 32, k: 784, n: 100, dy: 0.5, x: 0.5, w: 1},
			{m: 32, k: 784, n: 100, dy: 0.7, x: 0.9, w: float32(math.Inf(1))},
			{m: 32, k: 100, n: 100, dy: 0.7, x: 0.9, w: 1},
		} {
			r := oracle.Rand()
			dx, dy, w, x := make([]float32, c.m*c.k), oracle.Sparse[float32](r, c.m*c.n, c.dy), make([]float32, c.k*c.n),
				oracle.Sparse[float32](r, c.m*c.k, c.x)
			w[len(w)-1] = c.w
			for i, v := range x {
				x[i] = max(v, -v)
			}
			if got := DenseGradInput(dx, dy, w, x, c.m, c.k, c.n); got != c.want {
				t.Errorf("%+v: computed alone: %t", c, got)
			}
		}
	})
}
