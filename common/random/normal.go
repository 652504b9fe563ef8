package random

import "math"

// The counters that TensorFlow reserves for each group of truncated numbers, 256 words for each number: a group starts
// at the same counter for any number of rejected numbers before it.
const reserved32, reserved64 = 4 * 256 / 4, 2 * 256 / 4

// The smallest u whose logarithm TensorFlow takes: no number is farther from 0 than sqrt(-2 ln 1e-7) = 5.68.
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
	u := max(float32(Bits32(w0))*0x1p-23, leastU)
	angle := float32(2 * math.Pi * float64(Bits32(w1)) * 0x1p-23)
	radius := float32(math.Sqrt(float64(-2 * log32(u))))
	sin, cos := sincos32(angle)
	return float32(sin * radius), float32(cos * radius)
}

// Normal64 returns standard normal numbers 2i and 2i+1 of tf.random.stateless_normal in float64, from words 4i to 4i+3.
// They are TensorFlow's but for the last bits, which its C library rounds in another way than package math.
func Normal64(words [4]uint32) [2]float64 {
	u := max(float64(Bits64(words[0], words[1]))*0x1p-52, leastU)
	angle := 2 * math.Pi * float64(Bits64(words[2], words[3])) * 0x1p-52
	radius := math.Sqrt(-2 * math.Log(u))
	sin, cos := math.Sincos(angle)
	return [2]float64{float64(sin * radius), float64(cos * radius)}
}

// truncated32 returns numbers 4*group to 4*group+3 of tf.random.stateless_truncated_normal in float32: the first four
// of Normal32's within (-2, 2), from the group's own counter.
func (d Draw) truncated32(group uint64) (numbers [4]float32) {
	n := 0
	for i := group * reserved32; ; i++ {
		for _, z := range Normal32(d.Words(i)) {
			if -2 < z && z < 2 {
				numbers[n] = z
				if n++; n == len(numbers) {
					return numbers
				}
			}
		}
	}
}

// truncated64 returns numbers 2*group and 2*group+1 of tf.random.stateless_truncated_normal in float64: the first two
// of Normal64's within (-2, 2), from the group's own counter.
func (d Draw) truncated64(group uint64) (numbers [2]float64) {
	n := 0
	for i := group * reserved64; ; i++ {
		for _, z := range Normal64(d.Words(i)) {
			if -2 < z && z < 2 {
				numbers[n] = z
				if n++; n == len(numbers) {
					return numbers
				}
			}
		}
	}
}

// Normal fills dst with normal numbers, as keras.random.normal does in float32 or, if double, in float64. Unlike
// Uniform's limits, mean and stddev are rounded to float32 in float32 alone.
func (d Draw) Normal(dst []float64, mean, stddev float64, double bool) {
	if double {
		scale64(dst, mean, stddev, func(i uint64) [2]float64 { return Normal64(d.Words(i)) })
		return
	}
	scale32(dst, mean, stddev, func(i uint64) [4]float32 { return Normal32(d.Words(i)) })
}

// TruncatedNormal is Normal without the numbers that lie two standard deviations or more from the mean, as
// keras.random.truncated_normal draws.
func (d Draw) TruncatedNormal(dst []float64, mean, stddev float64, double bool) {
	if double {
		scale64(dst, mean, stddev, d.truncated64)
		return
	}
	scale32(dst, mean, stddev, d.truncated32)
}

func scale32(dst []float64, mean, stddev float64, group func(uint64) [4]float32) {
	var z [4]float32
	for i := range dst {
		if i%4 == 0 {
			z = group(uint64(i / 4))
		}
		dst[i] = float64(float32(z[i%4]*float32(stddev)) + float32(mean))
	}
}

func scale64(dst []float64, mean, stddev float64, group func(uint64) [2]float64) {
	var z [2]float64
	for i := range dst {
		if i%2 == 0 {
			z = group(uint64(i / 2))
		}
		dst[i] = float64(z[i%2]*stddev) + mean
	}
}
