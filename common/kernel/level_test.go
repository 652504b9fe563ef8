package kernel

import (
	"slices"
	"strings"
	"testing"
)

func TestLevelsStartWithPlainGo(t *testing.T) {
	levels := Levels()
	if levels[0] != PlainGo || levels[len(levels)-1] != highest || !slices.IsSorted(levels) {
		t.Errorf("levels %v, want go up to %v", levels, highest)
	}
	t.Logf("levels of this machine: %v, proven up to %v, active %v", levels, proven, ActiveLevel())
}

func TestStartLevel(t *testing.T) {
	for _, c := range []struct {
		text string
		want Level
		bad  bool
	}{
		{"", min(highest, proven), false},
		{"go", PlainGo, false},
		{"avx2", min(highest, AVX2), highest < AVX2},
		{"avx512", highest, highest < AVX512},
		{"AVX2", min(highest, proven), true},
		{"sse", min(highest, proven), true},
		{"a\n\x1b[31m" + strings.Repeat("x", 4000), min(highest, proven), true},
	} {
		got, err := startLevel(c.text)
		if err != nil && (len(err.Error()) > 500 || strings.ContainsAny(err.Error(), "\n\x1b")) {
			t.Errorf("error %q, want one line", err)
		}
		if c.bad && err != nil {
			c.want = min(highest, proven)
		}
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%s=%q: level %v, error %v, want level %v, error: %t", LevelVariable, c.text, got, err, c.want, c.bad)
		}
	}
}

func TestSetLevelRefusesWhatTheMachineLacks(t *testing.T) {
	before := ActiveLevel()
	for _, l := range []Level{PlainGo - 1, highest + 1, 100} {
		if err := SetLevel(l); err == nil || ActiveLevel() != before {
			t.Errorf("SetLevel(%v): error %v, level %v, want an error and %v", l, err, ActiveLevel(), before)
		}
	}
}
