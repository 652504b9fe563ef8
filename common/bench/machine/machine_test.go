package machine

import (
	"testing"

	"gorgonia-lectures/common/kernel"
)

// atLevels runs f at each level that the machine supports.
func atLevels(t *testing.T, f func(t *testing.T, level kernel.Level)) {
	t.Helper()
	before := kernel.ActiveLevel()
	defer func() { _ = kernel.SetLevel(before) }()
	for _, level := range kernel.Levels() {
		if err := kernel.SetLevel(level); err != nil {
			t.Fatal(err)
		}
		t.Run(level.String(), func(t *testing.T) { f(t, level) })
	}
}

// The test has every length and alignment, with guard values around the slice.
func TestTriadIsThePlainLoop(t *testing.T) {
	const guard = 12345
	atLevels(t, func(t *testing.T, _ kernel.Level) {
		for _, n := range []int{0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100, 1000, 2*triadPiece + 21} {
			b, c := make([]float32, n+17), make([]float32, n+17)
			for i := range b {
				b[i], c[i] = float32(i%101)*0.37-18, float32(i%89)*0.53-23
			}
			for offset := range 17 {
				for _, stream := range []bool{false, true} {
					all := make([]float32, n+34)
					for i := range all {
						all[i] = guard
					}
					a, b, c := all[offset:][:n], b[offset/2:], c[16-offset:]
					Triad(a, b, c, 0.3, 2, stream)
					for i, got := range all {
						want := float32(guard)
						if j := i - offset; 0 <= j && j < n {
							want = b[j] + float32(0.3*c[j])
						}
						if got != want {
							t.Fatalf("%d elements at %d, stream %t: element %d is %v, want %v", n, offset, stream, i-offset, got, want)
						}
					}
				}
			}
		}
	})
}

func TestPeakFMACountsItsOperations(t *testing.T) {
	lanes := map[kernel.Level]int{kernel.PlainGo: 1, kernel.AVX2: 8, kernel.AVX512: 16, kernel.NEON: 4}
	atLevels(t, func(t *testing.T, level kernel.Level) {
		for _, pieces := range []int{-1, 0, 1, 3} {
			want := max(0, pieces) * multiplyAddRounds * 12 * lanes[level] * 2
			if got := PeakFMA(pieces); got != want {
				t.Errorf("PeakFMA(%d) is %d, want %d", pieces, got, want)
			}
		}
	})
}

func TestMultiplyAddLoopConverges(t *testing.T) {
	// each chain repeats x/2 + 1/4
	var got float32
	if multiplyAddLoop(&got, 100); got != 12*0.5 {
		t.Errorf("100 rounds give %v, want 6", got)
	}
}
