package random

import "math"

// Words are the words 4i to 4i+3 of a call of TensorFlow: Philox at the call's first counter plus i.
type Words func(i uint64) [4]uint32

// The counters that TensorFlow sets aside for each group of truncated numbers, 256 words for each number: a group
// starts at the same counter however many numbers were thrown away before it.
const reserved32, reserved64 = 4 * 256 / 4, 2 * 256 / 4

// The least u whose logarithm TensorFlow takes: no number is farther from 0 than sqrt(-2 ln 1e-7) = 5.68.
const leastU = 1e-7

// Normal32 returns standard normal numbers 4i to 4i+3 of tf.random.stateless_normal in float32, from words 4i to 4i+3:
// two words make two numbers by Box and Muller's transform, "A note on the generation of random normal deviates"
// (1958).
//
// They have the bits of TensorFlow on Linux, which takes logarithm, sine and cosine from the GNU C library. On another
// system, or with a library that rounds every result correctly, a few differ in the last bits.
func Normal32(words [4]uint32) [4]float32 {
	a, b := boxMuller32(words[0], words[1])
	c, d := boxMuller32(words[2], words[3])
	return [4]float32{a, b, c, d}
}

func boxMuller32(w0, w1 uint32) (float32, float32) {
	u := max(float32(w0&(1<<23-1))*0x1p-23, leastU)
	angle := float32(2 * math.Pi * float64(w1&(1<<23-1)) * 0x1p-23)
	radius := float32(math.Sqrt(float64(-2 * log32(u))))
	sin, cos := sincos32(angle)
	return float32(sin * radius), float32(cos * radius)
}

// Normal64 returns standard normal numbers 2i and 2i+1 of tf.random.stateless_normal in float64, from words 4i to 4i+3.
// They are TensorFlow's but for the last bits, which its C library rounds otherwise than package math.
func Normal64(words [4]uint32) [2]float64 {
	u := max(float64(bits52(words[0], words[1]))*0x1p-52, leastU)
	angle := 2 * math.Pi * float64(bits52(words[2], words[3])) * 0x1p-52
	radius := math.Sqrt(-2 * math.Log(u))
	sin, cos := math.Sincos(angle)
	return [2]float64{float64(sin * radius), float64(cos * radius)}
}

func bits52(high, low uint32) uint64 { return uint64(high&(1<<20-1))<<32 | uint64(low) }

// TruncatedNormal32 returns standard normal numbers within (-2, 2), 4*group to 4*group+3 of
// tf.random.stateless_truncated_normal in float32: the first four of Normal32's, from a counter of the group's own.
func TruncatedNormal32(next Words, group uint64) (numbers [4]float32) {
	n := 0
	for i := group * reserved32; ; i++ {
		for _, x := range Normal32(next(i)) {
			if -2 < x && x < 2 {
				numbers[n] = x
				if n++; n == len(numbers) {
					return numbers
				}
			}
		}
	}
}

// TruncatedNormal64 returns standard normal numbers within (-2, 2), 2*group and 2*group+1 of
// tf.random.stateless_truncated_normal in float64: the first two of Normal64's, from a counter of the group's own.
func TruncatedNormal64(next Words, group uint64) (numbers [2]float64) {
	n := 0
	for i := group * reserved64; ; i++ {
		for _, x := range Normal64(next(i)) {
			if -2 < x && x < 2 {
				numbers[n] = x
				if n++; n == len(numbers) {
					return numbers
				}
			}
		}
	}
}
