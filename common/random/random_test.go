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

// The counter is one number of 128 bits.
func TestCountersCarry(t *testing.T) {
	const all = math.MaxUint32
	for _, c := range []struct {
		start [4]uint32
		i     uint64
		want  [4]uint32
	}{
		{[4]uint32{0, 0, 7, 8}, 5, [4]uint32{5, 0, 7, 8}},
		{[4]uint32{all, 3, 7, 8}, 1, [4]uint32{0, 4, 7, 8}},
		{[4]uint32{all, all, all, 8}, 2, [4]uint32{1, 0, 0, 9}},
		{[4]uint32{0, 0, 7, 8}, 1 << 40, [4]uint32{0, 1 << 8, 7, 8}},
		{[4]uint32{all, all, all, all}, 1, [4]uint32{}},
	} {
		if got := (Draw{Start: c.start}).Counter(c.i); got != c.want {
			t.Errorf("counter %x + %x is %x, want %x", c.start, c.i, got, c.want)
		}
	}
}

// Python 3.11's random.randint(1, 10**9) after random.seed(1).
func TestLayerSeeds(t *testing.T) {
	python := NewPython(1)
	for i, want := range []uint32{144272510, 611178003, 909925048, 861425549, 820096754, 67760437} {
		if got := python.LayerSeed(); got != want {
			t.Errorf("draw %d is %d, want %d", i, got, want)
		}
	}
}

func TestACopyOfPythonGoesOnByItself(t *testing.T) {
	python := NewPython(3)
	python.LayerSeed()
	other := *python
	want := python.LayerSeed()
	python.LayerSeed()
	if got := other.LayerSeed(); got != want {
		t.Errorf("the copy draws %d, want %d", got, want)
	}
}

func TestOrderIsAPermutation(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 1000} {
		for _, seed := range []uint32{0, 1, math.MaxInt32, math.MaxUint32} {
			for epoch := range 2 {
				rows := make([]int, n)
				Order(rows, seed, epoch)
				if n == 1000 && slices.IsSorted(rows) {
					t.Errorf("seed %d: 1000 numbers were not shuffled", seed)
				}
				slices.Sort(rows)
				for i, v := range rows {
					if v != i {
						t.Fatalf("%d numbers: element %d of the sorted permutation is %d", n, i, v)
					}
				}
			}
		}
	}
}

func TestDrawsAllocateNothing(t *testing.T) {
	rows, values, d := make([]int, 100), make([]float64, 99), NewDraw(1, 2)
	if n := testing.AllocsPerRun(20, func() { Order(rows, 1, 2); d.Uniform(values, -1, 1, false) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
