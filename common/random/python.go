package random

import "gonum.org/v1/gonum/mathext/prng"

// Python is the generator of Python's module random after random.seed(seed): Matsumoto and Nishimura's Mersenne Twister
// MT19937, which starts by their init_by_array.
// A copy continues independently.
type Python struct{ source prng.MT19937 }

// NewPython returns the generator after random.seed(seed).
func NewPython(seed uint32) *Python {
	p := new(Python)
	p.source.SeedFromKeys([]uint32{seed})
	return p
}

// LayerSeed is random.randint(1, 10**9): Keras takes one for each initializer that draws, and for each layer that does,
// when it makes them.
func (p *Python) LayerSeed() uint32 {
	for {
		if r := p.source.Uint32() >> 2; r < 1e9 {
			return r + 1
		}
	}
}

// Float64 is random.random(): a multiple of 2^-53 in [0, 1).
func (p *Python) Float64() float64 {
	high, low := p.source.Uint32()>>5, p.source.Uint32()>>6
	return (float64(high)*(1<<26) + float64(low)) * 0x1p-53
}

// Choices is random.choices(list, k): k of the list, with replacement. It panics if the list is empty, as in Python.
func Choices[E any](p *Python, list []E, k int) []E {
	chosen := make([]E, k)
	for i := range chosen {
		chosen[i] = list[int(p.Float64()*float64(len(list)))]
	}
	return chosen
}
