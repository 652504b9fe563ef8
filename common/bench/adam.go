package bench

import (
	"time"

	"gorgonia-lectures/common/kernel"
)

// coldSets is how many sets of Adam's slices are stepped over in turn, so that each comes from memory.
const coldSets = 8

// adamBytes is the size of Adam's four float32 slices: w, m, v and g.
func adamBytes(parameters int) int { return 4 * 4 * parameters }

// moments is one set of Adam's slices.
type moments struct{ w, m, v, g []float32 }

func newMoments(n int) moments {
	s := moments{kernel.Make[float32](n), kernel.Make[float32](n), kernel.Make[float32](n), kernel.Make[float32](n)}
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

// Adam measures AdamStep, 28 bytes a parameter (w, m, v and g are read, w, m and v written), in turn
// with triads: on one set, which a large cache may hold from one step to the next, and on eight sets
// in turn. Each of the two takes about the given time.
func Adam(parameters int, within time.Duration) []AdamRate {
	sets := make([]moments, coldSets)
	for i := range sets {
		sets[i] = newMoments(parameters)
	}
	var rates []AdamRate
	for _, used := range [][]moments{sets[:1], sets} {
		r := AdamRate{Where: "one set", Bytes: adamBytes(parameters) * len(used)}
		if len(used) > 1 {
			r.Where = "sets in turn"
		}
		stream := NewStream(r.Bytes)
		for start := time.Now(); time.Since(start) < within; {
			for range 5 { // from the second on Adam finds its own data in the cache, not the triad's
				begin := time.Now()
				for _, s := range used {
					s.step()
				}
				bytes := 28 * float64(parameters) * float64(len(used))
				r.Adam = max(r.Adam, bytes/time.Since(begin).Seconds())
			}
			stream.Rate(1, false)
			r.Triad = max(r.Triad, stream.Rate(5, false), stream.Rate(5, true))
		}
		rates = append(rates, r)
	}
	return rates
}
