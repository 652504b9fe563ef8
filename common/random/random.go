// Package random draws the random numbers that Keras 3.15.1 draws on TensorFlow's CPU after
// keras.utils.set_random_seed(seed). They come from two generators. Python's gives each layer a seed when the layer is
// made. TensorFlow's is counter-based: its numbers depend only on that seed, the call and the position, so that there
// is no state to save.
package random

import "math/bits"

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

// Draw is the random numbers of one call of an operation of tf.random.stateless_uniform's kind: each is a function of
// its position in the tensor.
type Draw struct {
	Key   [2]uint32 // of Philox
	Start [4]uint32 // the counter of the first four words
}

// NewDraw returns the numbers of a layer's seed and the number of the layer's call, from 0; an initializer has the
// call 0 only. TensorFlow scrambles both by Philox with a constant key; Keras takes them modulo 2^31-2 before.
func NewDraw(seed, call uint64) Draw {
	const modulus = 1<<31 - 2
	w := Philox([4]uint32{uint32(seed % modulus), 0, uint32(call % modulus), 0}, [2]uint32{0x3ec8f720, 0x02461e29})
	return Draw{Key: [2]uint32{w[0], w[1]}, Start: [4]uint32{0, 0, w[2], w[3]}}
}

// Counter returns the counter of words 4i to 4i+3.
func (d Draw) Counter(i uint64) [4]uint32 {
	low, carry := bits.Add64(uint64(d.Start[1])<<32|uint64(d.Start[0]), i, 0)
	high := uint64(d.Start[3])<<32 | uint64(d.Start[2]) + carry
	return [4]uint32{uint32(low), uint32(low >> 32), uint32(high), uint32(high >> 32)}
}

// Words returns words 4i to 4i+3.
func (d Draw) Words(i uint64) [4]uint32 { return Philox(d.Counter(i), d.Key) }

// Bits32 returns the 23 random bits of a float32 in [0, 1), which is Bits32 * 2^-23.
func Bits32(word uint32) uint32 { return word & (1<<23 - 1) }

// Bits64 returns the 52 random bits of a float64 in [0, 1), which is Bits64 * 2^-52.
func Bits64(high, low uint32) uint64 { return uint64(high&(1<<20-1))<<32 | uint64(low) }

// Uniform fills dst with numbers of [low, high), as keras.random.uniform does in float32 or, if double, in float64.
// TensorFlow rounds the limits to float32, for float64 too.
func (d Draw) Uniform(dst []float64, low, high float64, double bool) {
	low32, high32 := float32(low), float32(high)
	var w [4]uint32
	if double {
		from, span := float64(low32), float64(high32)-float64(low32)
		for i := range dst {
			if i%2 == 0 {
				w = d.Words(uint64(i / 2))
			}
			dst[i] = float64(float64(Bits64(w[i%2*2], w[i%2*2+1]))*0x1p-52*span) + from
		}
		return
	}
	span := high32 - low32
	for i := range dst {
		if i%4 == 0 {
			w = d.Words(uint64(i / 4))
		}
		dst[i] = float64(float32(float32(Bits32(w[i%4]))*0x1p-23*span) + low32)
	}
}

// Order fills rows with 0 … len(rows)-1 in the order in which Keras trains on them in an epoch, after
// set_random_seed(seed). In Keras 3.15.1 every epoch of each fit has the order of epoch 0. Keras 2.15 continues with
// the random numbers after those of the epoch before.
//
// It is a shuffle of Fisher and Yates from the front by tf.random.shuffle.
func Order(rows []int, seed uint32, epoch int) {
	for i := range rows {
		rows[i] = i
	}
	const modulus = 1<<31 - 1
	d := Draw{Key: [2]uint32{seed % modulus, 0}}
	if d.Key[0] == 0 { // TensorFlow replaces a key of two zeros
		d.Start[2] = modulus
	}
	n := len(rows)
	group := uint64(epoch) * uint64((n+2)/4) // ceil((n-1)/4) for each epoch before
	var w [4]uint32
	for i := range n - 1 {
		if i%4 == 0 {
			w = d.Words(group + uint64(i/4))
		}
		j := i + int(uint64(w[i%4])%uint64(n-i))
		rows[i], rows[j] = rows[j], rows[i]
	}
}
