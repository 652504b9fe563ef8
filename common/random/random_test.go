package random

import (
	"math"
	"slices"
	"testing"
)

// The known answers of the Random123 library's kat_vectors for philox4x32-10.
func TestPhiloxHasTheKnownAnswers(t *testing.T) {
	const all = math.MaxUint32
	for _, c := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{all, all, all, all}, [2]uint32{all, all},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := Philox(c.counter, c.key); got != c.want {
			t.Errorf("Philox(%x, %x) = %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

func TestStreamDrawsPhiloxWords(t *testing.T) {
	const seed = 0x0123456789abcdef
	s := NewStream(seed, PurposeShuffle, 7, 9)
	for i := range uint32(5) {
		for j, want := range Philox([4]uint32{i, 9, 7, 2 << 24}, [2]uint32{0x89abcdef, 0x01234567}) {
			if got := s.Uint32(); got != want {
				t.Fatalf("draw %d is %x, want %x", 4*int(i)+j, got, want)
			}
		}
	}
}

func TestStreamsOfOneSeedDiffer(t *testing.T) {
	seen := map[uint32]bool{}
	for seed := range uint64(2) {
		for _, purpose := range []Purpose{PurposeInitializer, PurposeShuffle, PurposeDropout, PurposeSample, PurposeNoise} {
			for a := range uint32(3) {
				for b := range uint32(3) {
					seen[NewStream(seed, purpose, a, b).Uint32()] = true
				}
			}
		}
	}
	if len(seen) != 2*5*3*3 {
		t.Errorf("90 streams begin with %d different words", len(seen))
	}
}

func TestFloat64HasTheHigher53Bits(t *testing.T) {
	words, numbers := NewStream(3, PurposeSample, 0, 0), NewStream(3, PurposeSample, 0, 0)
	var sum float64
	for range 10000 {
		high, low := words.Uint32(), words.Uint32()
		want := (float64(high)*(1<<21) + float64(low>>11)) / (1 << 53)
		got := numbers.Float64()
		if got != want || got < 0 || got >= 1 {
			t.Fatalf("%v, want %v", got, want)
		}
		sum += got
	}
	if mean := sum / 10000; math.Abs(mean-0.5) > 0.01 { // 3.5 standard deviations
		t.Errorf("mean %v, want 0.5", mean)
	}
}

// The number of standard deviations by which a count among n draws of probability p is off.
func deviations(count, n int, p float64) float64 {
	return math.Abs(float64(count)-p*float64(n)) / math.Sqrt(float64(n)*p*(1-p))
}

func TestIntNIsUnbiased(t *testing.T) {
	s := NewStream(5, PurposeSample, 0, 0)
	const draws = 30000
	for _, n := range []int{1, 2, 3, 10, 13} {
		counts := make([]int, n)
		for range draws {
			counts[s.IntN(n)]++
		}
		for i, count := range counts {
			if p := 1 / float64(n); n > 1 && deviations(count, draws, p) > 4.5 {
				t.Errorf("IntN(%d) gave %d %d times of %d", n, i, count, draws)
			}
		}
	}
	// without a redraw, half of all draws at 3*2^30 and three eighths at 3*2^61 would be multiples of three
	for _, third := range []int{1 << 30, 1 << 61} {
		multiples := 0
		for range draws {
			v := s.IntN(3 * third)
			if v < 0 || v >= 3*third {
				t.Fatalf("IntN(%d) = %d", 3*third, v)
			}
			if v%3 == 0 {
				multiples++
			}
		}
		if deviations(multiples, draws, 1./3) > 4.5 {
			t.Errorf("IntN(%d) gave a multiple of three %d times of %d", 3*third, multiples, draws)
		}
	}
}

func TestIntNPanicsBelowOne(t *testing.T) {
	for _, n := range []int{0, -1} {
		func() {
			defer func() {
				if r := recover(); r != "random: Stream.IntN of a number below 1" {
					t.Errorf("IntN(%d): recovered %v", n, r)
				}
			}()
			NewStream(1, PurposeSample, 0, 0).IntN(n)
		}()
	}
}

func TestPermIsAPermutation(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 1000} {
		p := make([]int, n)
		NewStream(1, PurposeShuffle, 0, 0).Perm(p)
		if n == 1000 && slices.IsSorted(p) {
			t.Error("1000 numbers were not shuffled")
		}
		slices.Sort(p)
		for i, v := range p {
			if v != i {
				t.Fatalf("%d numbers: element %d of the sorted permutation is %d", n, i, v)
			}
		}
	}
}

func TestPermGivesEveryOrderEquallyOften(t *testing.T) {
	s := NewStream(2, PurposeShuffle, 0, 0)
	const draws = 24000
	counts := map[[4]int]int{}
	var p [4]int
	for range draws {
		s.Perm(p[:])
		counts[p]++
	}
	if len(counts) != 24 {
		t.Errorf("%d orders of four, want 24", len(counts))
	}
	for order, count := range counts {
		if deviations(count, draws, 1./24) > 4.5 {
			t.Errorf("order %v came %d times of %d", order, count, draws)
		}
	}
}

func TestDrawsAllocateNothing(t *testing.T) {
	s, p := NewStream(1, PurposeShuffle, 0, 0), make([]int, 100)
	if n := testing.AllocsPerRun(20, func() { s.Perm(p); s.Float64() }); n != 0 {
		t.Errorf("%v allocations a permutation", n)
	}
}

// The quantiles of the standard normal distribution, from a table.
func TestNormalIsTheQuantile(t *testing.T) {
	for _, c := range []struct{ share, want float64 }{
		{0.5, 0}, {0.8413447460685429, 1}, {0.9772498680518208, 2}, {0.025, -1.959963984540054},
		{0.00135, -2.999976992703393},
	} {
		if got := Normal(uint32(c.share * (1 << 32))); math.Abs(got-c.want) > 1e-7 {
			t.Errorf("%v of all are below %v, want %v", c.share, got, c.want)
		}
	}
	if low, high := Normal(0), Normal(math.MaxUint32); low != -high || high < 6.3 || high > 6.4 {
		t.Errorf("from %v to %v, want -6.34 to 6.34", low, high)
	}
	for _, middle := range []float64{-1 + 0x1p-53, 1 - 0x1p-53} { // the ends of a Float64
		if v := math.Erfinv(middle); math.IsInf(v, 0) {
			t.Errorf("the end %v is infinite", middle)
		}
	}
}

// Mean, variance and the share within one standard deviation, to five standard deviations of each.
func TestNormalNumbers(t *testing.T) {
	const n = 100000
	for _, c := range []struct {
		name                  string
		draw                  func(s *Stream) float64
		variance, within, end float64
	}{
		{"normal", (*Stream).Normal, 1, 0.6826894921370859, 6},
		{"truncated", (*Stream).TruncatedNormal, 0.87962566103423978 * 0.87962566103423978,
			0.6826894921370859 / 0.9544997361036416, 2},
		{"words", func(s *Stream) float64 { return Normal(s.Uint32()) }, 1, 0.6826894921370859, 6},
	} {
		s := NewStream(1, PurposeSample, 0, 0)
		var sum, squares, within float64
		for range n {
			v := c.draw(s)
			sum, squares = sum+v, squares+v*v
			if math.Abs(v) < 1 {
				within++
			}
			if math.Abs(v) > c.end {
				t.Fatalf("%s: %v", c.name, v)
			}
		}
		if mean := sum / n; math.Abs(mean) > 5/math.Sqrt(n) {
			t.Errorf("%s: mean %v", c.name, mean)
		}
		if variance := squares / n; math.Abs(variance-c.variance) > 5*math.Sqrt(2./n) {
			t.Errorf("%s: variance %v, want %v", c.name, variance, c.variance)
		}
		if share := within / n; math.Abs(share-c.within) > 5*math.Sqrt(.25/n) {
			t.Errorf("%s: %v are within 1, want %v", c.name, share, c.within)
		}
	}
}
