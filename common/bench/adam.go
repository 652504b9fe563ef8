package bench

import (
	"time"

	"gorgonia-lectures/common/kernel"
)

// The sizes at which memory is measured: the four slices of Adam over the convolutional network's
// 3,156,098 parameters, which a large cache may hold from one step to the next, and eight sets of
// them in turn, which come from memory.
const (
	adamParameters = 3_156_098
	adamBytes      = 4 * 4 * adamParameters
	coldSets       = 8
)

// moments is one set of Adam's slices.
type moments struct{ w, m, v, g []float32 }

func newMoments(n int) moments {
	s := moments{make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)}
	for i := range s.g {
		// gradients of a size that lets neither the weights nor the moments become denormal
		s.g[i] = 0.5 - float32(i%7)/8
	}
	return s
}

func (s moments) step() { kernel.AdamStep(s.w, s.m, s.v, s.g, 1e-5, 0.9, 0.999, 1e-7, 0) }

// AdamRate is what Adam moves beside what a triad over as many bytes does, in bytes per second.
type AdamRate struct {
	Where string // "one set" or "sets in turn"
	Bytes int    // that Adam works on
	Adam  float64
	Triad float64
}

// Adam measures AdamStep on the parameters of the convolutional network, 28 bytes each (w, m, v and
// g are read, w, m and v written), in turn with triads. Each place takes about the given time.
func Adam(within time.Duration) []AdamRate {
	sets := make([]moments, coldSets)
	for i := range sets {
		sets[i] = newMoments(adamParameters)
	}
	var rates []AdamRate
	for _, place := range []AdamRate{
		{Where: "one set", Bytes: adamBytes}, {Where: "sets in turn", Bytes: coldSets * adamBytes},
	} {
		stream := NewStream(MachineLoops(), place.Bytes)
		used := sets[:place.Bytes/adamBytes]
		for start := time.Now(); time.Since(start) < within; {
			for range 5 { // from the second on Adam finds its own data in the cache, not the triad's
				begin := time.Now()
				for _, s := range used {
					s.step()
				}
				place.Adam = max(place.Adam, 28*adamParameters*float64(len(used))/time.Since(begin).Seconds())
			}
			stream.Rate(1)
			place.Triad = max(place.Triad, stream.Rate(5))
		}
		rates = append(rates, place)
	}
	return rates
}
