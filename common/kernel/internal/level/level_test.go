package level

import (
	"slices"
	"strings"
	"testing"
)

func TestLevelsStartWithPlainGo(t *testing.T) {
	if levels[0] != PlainGo || !slices.IsSorted(levels) {
		t.Errorf("levels %v, want go and then faster ones", levels)
	}
	t.Logf("levels of this machine: %v, active %v", levels, Active())
}

func TestStartLevel(t *testing.T) {
	best := levels[len(levels)-1]
	for _, c := range []struct {
		text string
		want Level
		bad  bool
	}{
		{"", best, false},
		{"go", PlainGo, false},
		{"avx2", AVX2, !slices.Contains(levels, AVX2)},
		{"avx512", AVX512, !slices.Contains(levels, AVX512)},
		{"neon", NEON, !slices.Contains(levels, NEON)},
		{"AVX2", best, true},
		{"sse", best, true},
		{"a\n\x1b[31m" + strings.Repeat("x", 4000), best, true},
	} {
		got, err := start(c.text)
		if err != nil && (len(err.Error()) > 500 || strings.ContainsAny(err.Error(), "\n\x1b")) {
			t.Errorf("error %q, want one line", err)
		}
		if c.bad {
			c.want = best
		}
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%s=%q: level %v, error %v, want level %v, error: %t", Variable, c.text, got, err, c.want, c.bad)
		}
	}
}

func TestSetRefusesWhatTheMachineLacks(t *testing.T) {
	before := Active()
	for _, l := range []Level{PlainGo - 1, NEON + 1, 100} {
		if err := Set(l); err == nil || Active() != before {
			t.Errorf("Set(%v): error %v, level %v, want an error and %v", l, err, Active(), before)
		}
	}
}
