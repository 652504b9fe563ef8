package bench

import (
	"slices"
	"testing"
	"time"

	"gorgonia-lectures/common/kernel"
)

func TestTriadIsItsLoop(t *testing.T) {
	for _, n := range []int{0, 1, 7, 16, 33, 1000} {
		a, b, c := make([]float32, n), make([]float32, n), make([]float32, n)
		want := make([]float32, n)
		for i := range n {
			b[i], c[i] = float32(i), float32(i*i%97)
			want[i] = b[i] + 0.5*c[i] // exact in float32 for these numbers
		}
		MachineLoops().Triad(a, b, c, 0.5)
		if !slices.Equal(a, want) {
			t.Errorf("length %d: %v, want %v", n, a, want)
		}
	}
}

// Twice the rounds are twice the operations, and take longer: the loop is not left out.
func TestFMACountsWhatItDoes(t *testing.T) {
	const rounds = 1 << 20
	loops := MachineLoops()
	once, twice := loops.FMA(rounds), loops.FMA(2*rounds)
	if once <= 0 || twice != 2*once {
		t.Fatalf("%v operations in %d rounds and %v in twice as many", once, rounds, twice)
	}
	start := time.Now()
	flops := loops.FMA(64 * rounds)
	// 64 lanes, two units, two operations each at 6 GHz: more than any thread can do
	if rate := flops / time.Since(start).Seconds(); rate > 1.6e12 {
		t.Errorf("%.3g operations a second on one thread: the loop was left out", rate)
	}
}

func TestStreamTouchesAllOfItsSlices(t *testing.T) {
	s := NewStream(MachineLoops(), 12*1001)
	if len(s.a) != 1001 {
		t.Fatalf("%d elements, want 1001", len(s.a))
	}
	if rate := s.Rate(2); rate <= 0 {
		t.Errorf("a rate of %v, want more than 0", rate)
	}
	for i, a := range s.a {
		if a != 2 { // 1 + 0.5*2
			t.Fatalf("a[%d] is %v, want 2", i, a)
		}
	}
}

func TestAdamMeasuresBothPlaces(t *testing.T) {
	rates := Adam(10_000, time.Millisecond)
	if len(rates) != 2 || rates[0].Bytes*coldSets != rates[1].Bytes {
		t.Fatalf("places %+v, want one set and %d sets", rates, coldSets)
	}
	for _, r := range rates {
		if r.Adam <= 0 || r.Triad <= 0 {
			t.Errorf("%s: rates %v and %v, want more than 0", r.Where, r.Adam, r.Triad)
		}
	}
}

func TestLevelsEndInPlainGo(t *testing.T) {
	levels := Levels()
	if levels[len(levels)-1] != "go" || !slices.Contains(levels, kernel.ActiveLevel().String()) {
		t.Errorf("levels %v with %v active, want the active one among them and go at the end",
			levels, kernel.ActiveLevel())
	}
}
