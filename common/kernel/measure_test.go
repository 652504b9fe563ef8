package kernel

import (
	"fmt"
	"testing"
)

func TestTriadHasTheSameBitsAtEveryLevel(t *testing.T) {
	r := newRand()
	const most = 2*triadPiece + 21
	b, c := noise[float32](r, most), noise[float32](r, most)
	atLevels(t, func(t *testing.T) {
		for _, n := range append(lengths(), most) {
			for offset := range 17 {
				for name, run := range map[string]func(a, b, c []float32, s float32){"Triad": Triad, "TriadStream": TriadStream} {
					a := shifted(n, offset, nil)
					run(a.out, shifted(n, offset/2, b).out, shifted(n, 16-offset, c).out, 0.3)
					what := fmt.Sprintf("%s of %d at %d", name, n, offset)
					a.check(t, what)
					for i, got := range a.out {
						if want := b[i] + float32(0.3*c[i]); got != want {
							t.Fatalf("%s: element %d is %v, want %v", what, i, got, want)
						}
					}
				}
			}
		}
	})
}

func TestPeakFMACountsItsOperations(t *testing.T) {
	lanes := map[Level]int{PlainGo: 1, AVX2: 8, AVX512: 16}
	atLevels(t, func(t *testing.T) {
		for _, pieces := range []int{-1, 0, 1, 3} {
			want := max(0, pieces) * multiplyAddTurns * 12 * lanes[ActiveLevel()] * 2
			if got := PeakFMA(pieces); got != want {
				t.Errorf("PeakFMA(%d) is %d, want %d", pieces, got, want)
			}
		}
	})
}

func TestMultiplyAddLoopConverges(t *testing.T) {
	// each chain is x/2 + 1/4 again and again
	if got := multiplyAddLoop(100); got != 12*0.5 {
		t.Errorf("100 turns give %v, want 6", got)
	}
}
