package bench

import (
	"slices"
	"testing"
	"time"

	"gorgonia-lectures/common/kernel"
)

func TestPeakIsARate(t *testing.T) {
	// 64 cores at 6 GHz with two units of 32 lanes and two operations: more than any machine has
	if rate := Peak(time.Millisecond); rate < 1e6 || rate > 64*6e9*128 {
		t.Errorf("%.3g operations a second", rate)
	}
}

func TestStreamTouchesAllOfItsSlices(t *testing.T) {
	s := NewStream(12 * 1001)
	if len(s.a) != 1001 {
		t.Fatalf("%d elements, want 1001", len(s.a))
	}
	if rate := s.Rate(2, true); rate <= 0 {
		t.Errorf("a rate of %v, want more than 0", rate)
	}
	for i, a := range s.a {
		if a != 2 { // 1 + 0.5*2
			t.Fatalf("a[%d] is %v, want 2", i, a)
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
