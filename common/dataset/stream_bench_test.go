package dataset

import (
	"math/rand/v2"
	"testing"
)

// A batch of random rows from a file in the page cache, and from memory: ns per row.
func BenchmarkRandomRows(b *testing.B) {
	sets, err := loadMNIST()
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	saveDigits(b, dir, sets[0], sets[1])
	streamed, test, err := OpenDigits(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = streamed.Close(), test.Close() })
	for name, s := range map[string]Set{"memory": sets[0], "stream": streamed} {
		b.Run(name, func(b *testing.B) {
			const batch = 32
			order := rand.New(rand.NewPCG(1, 2)).Perm(s.Len())
			inputs, targets := make([]float32, batch*784), make([]float32, batch)
			at := 0
			for b.Loop() {
				s.Batch32(order[at:at+batch], inputs, targets)
				at = (at + batch) % s.Len()
			}
			b.ReportMetric(float64(b.N)*batch/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
