// Package random draws the random numbers of a seed. A number depends only on the seed, its purpose and its position:
// there is no state to save, and draws for one purpose do not change those for another.
package random

import (
	"math"
	"math/bits"
)

// The constants of Philox: two multipliers, and the golden ratio and sqrt(3)-1.
const (
	multiplier0, multiplier1 = 0xD2511F53, 0xCD9E8D57
	weyl0, weyl1             = 0x9E3779B9, 0xBB67AE85
)

// Philox is the counter-based generator Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3" (SC 2011): four random words for each counter and key, without any state.
func Philox(counter [4]uint32, key [2]uint32) [4]uint32 {
	c0, c1, c2, c3 := counter[0], counter[1], counter[2], counter[3]
	k0, k1 := key[0], key[1]
	for range 10 {
		hi0, lo0 := bits.Mul32(multiplier0, c0)
		hi1, lo1 := bits.Mul32(multiplier1, c2)
		c0, c1, c2, c3 = hi1^c1^k0, lo1, hi0^c3^k1, lo0
		k0 += weyl0
		k1 += weyl1
	}
	return [4]uint32{c0, c1, c2, c3}
}

// Keys are the keys of the ten rounds of Philox.
type Keys [10][2]uint32

// RoundKeys returns the keys of the rounds of Philox with the given key, for assembly.
func RoundKeys(key [2]uint32) (keys Keys) {
	for i := range keys {
		keys[i] = key
		key[0] += weyl0
		key[1] += weyl1
	}
	return keys
}

// Purpose separates the draws of one seed.
type Purpose uint8

// The purposes of random numbers. To change their numbers changes every seeded result.
const (
	PurposeInitializer Purpose = iota + 1
	PurposeShuffle
	PurposeDropout
	PurposeSample
	PurposeNoise
)

// SeedKey is the Philox key of a seed.
func SeedKey(seed uint64) [2]uint32 { return [2]uint32{uint32(seed), uint32(seed >> 32)} }

// Stream draws random numbers one after the other. Draw 4i to 4i+3 are the words of Philox
// with counter {i, b, a, purpose<<24}; a stream repeats after 2^34 words.
type Stream struct {
	counter [4]uint32
	key     [2]uint32
	words   [4]uint32
	used    int // words taken from the current four
}

// NewStream returns the stream of a seed, a purpose and two numbers, such as the epoch of a shuffle or the
// number of a parameter. Different arguments give independent streams.
func NewStream(seed uint64, purpose Purpose, a, b uint32) *Stream {
	return &Stream{counter: [4]uint32{0, b, a, uint32(purpose) << 24}, key: SeedKey(seed), used: 4}
}

// Uint32 returns a random word.
func (s *Stream) Uint32() uint32 {
	if s.used == len(s.words) {
		s.words = Philox(s.counter, s.key)
		s.counter[0]++
		s.used = 0
	}
	w := s.words[s.used]
	s.used++
	return w
}

func (s *Stream) uint64() uint64 {
	high := uint64(s.Uint32())
	return high<<32 | uint64(s.Uint32())
}

// Float64 returns a number in [0, 1), a multiple of 2^-53, from two words, the first being the higher.
func (s *Stream) Float64() float64 { return float64(s.uint64()>>11) * 0x1p-53 }

// Normal turns a random word into a number of the standard normal distribution, between -6.34 and 6.34: the number
// that exceeds the share (word+1/2)/2^32 of the others.
func Normal(word uint32) float64 {
	return math.Sqrt2 * math.Erfinv((2*float64(word)+1)/(1<<32)-1)
}

// Normal returns a number of the standard normal distribution, from one Float64.
func (s *Stream) Normal() float64 { return s.quantile(1) }

// TruncatedNormal returns a number of the standard normal distribution without those outside [-2, 2], from one Float64.
func (s *Stream) TruncatedNormal() float64 { return s.quantile(math.Erf(math.Sqrt2)) }

// quantile returns a number of the middle share of the standard normal distribution.
func (s *Stream) quantile(share float64) float64 {
	middle := 2*s.Float64() - 1 + 0x1p-53 // of an interval of 2^-52: never -1 nor 1
	return math.Sqrt2 * math.Erfinv(middle*share)
}

// IntN returns a number in [0, n), each equally likely. It panics if n < 1, as math/rand/v2 does.
//
// The number is the high half of a random word times n; if the low half is too small, it is drawn again
// (Lemire, "Fast random integer generation in an interval", 2019).
func (s *Stream) IntN(n int) int {
	if n < 1 {
		panic("random: Stream.IntN of a number below 1")
	}
	if uint64(n) <= 1<<32-1 {
		bound := uint32(n)
		high, low := bits.Mul32(s.Uint32(), bound)
		if low < bound {
			for least := -bound % bound; low < least; {
				high, low = bits.Mul32(s.Uint32(), bound)
			}
		}
		return int(high)
	}
	bound := uint64(n)
	high, low := bits.Mul64(s.uint64(), bound)
	if low < bound {
		for least := -bound % bound; low < least; {
			high, low = bits.Mul64(s.uint64(), bound)
		}
	}
	return int(high)
}

// Perm fills p with 0 … len(p)-1 in random order (Fisher and Yates, from the end).
func (s *Stream) Perm(p []int) {
	for i := range p {
		p[i] = i
	}
	for i := len(p) - 1; i > 0; i-- {
		j := s.IntN(i + 1)
		p[i], p[j] = p[j], p[i]
	}
}
