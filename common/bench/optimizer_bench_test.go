package bench

import (
	"testing"

	"gorgonia-lectures/common/kernel"
)

// coldSets is the number of sets of Adam's slices that are used in turn, so that none stays in the caches.
const coldSets = 8

// adamBytes is the size of Adam's four float32 slices: w, m, v and g.
func adamBytes(parameters int) int { return 4 * 4 * parameters }

// moments is one set of Adam's slices.
type moments struct{ w, m, v, g []float32 }

func newMoments(n int) moments {
	s := moments{kernel.Make[float32](n), kernel.Make[float32](n), kernel.Make[float32](n), kernel.Make[float32](n)}
	for i := range s.g {
		// large enough that neither weights nor moments become denormal
		s.g[i] = 0.5 - float32(i%7)/8
	}
	return s
}

func (s moments) step() { kernel.AdamStep(s.w, s.m, s.v, s.g, 1e-5, 0.9, 0.999, 1e-7, 0) }

// cnnParameters is the number of parameters of the convolutional network.
const cnnParameters = 3_156_098

// BenchmarkOptimizer steps over the parameters of the nets for digits, with one set of slices and with coldSets.
func BenchmarkOptimizer(b *testing.B) {
	mlp, cnn := newMoments(795_010), newMoments(cnnParameters)
	b.Run("Adam, 0.8 M", func(b *testing.B) { measure(b, floats(7*795_010), mlp.step) })
	b.Run("Adam, 3.16 M", func(b *testing.B) { measure(b, floats(7*cnnParameters), cnn.step) })
	b.Run("Adam, 3.16 M, eight sets in turn", func(b *testing.B) {
		sets, next := make([]moments, coldSets), 0
		for i := range sets {
			sets[i] = newMoments(cnnParameters)
			sets[i].step() // the first write to each page is slower than a step
		}
		work := floats(7 * cnnParameters)
		work.set = float64(coldSets * adamBytes(cnnParameters))
		measure(b, work, func() { sets[next%coldSets].step(); next++ })
	})
	b.Run("RMSprop, 3.16 M", func(b *testing.B) {
		measure(b, floats(5*cnnParameters), func() { kernel.RMSpropStep(cnn.w, cnn.v, cnn.g, 1e-5, 0.9, 1e-7) })
	})
	b.Run("SGD, 3.16 M", func(b *testing.B) {
		measure(b, floats(3*cnnParameters), func() { kernel.SGDStep(cnn.w, cnn.g, 1e-5) })
	})
}
