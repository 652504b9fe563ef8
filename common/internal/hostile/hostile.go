// Package hostile is for tests that hand damaged files to a reader, and odd names to what opens or writes files.
package hostile

import (
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// Allocated is how many bytes were allocated so far; unlike runtime.ReadMemStats it does not stop the world.
func Allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Names are names of files that break a line, colour it, change its direction, are no UTF-8, or are long. Not every
// system can have files of all these names.
var Names = []string{
	"a\nb", "a\r\nb\t", "\x1b[31mred", "\x1b]0;title\a", "\x7f\b\b", "\u009b31m", "\x9b31m", "cut\xec", "fdp.\u202egnp",
	"\u2066a\u2069", "\u2028", "\ufeff", "\ufffd", "\U000e0041", "it's \"$HOME\" `x`\\", "zero\x00", "%s%n%!d(", "-", " ",
	strings.Repeat("n", 4000), strings.Repeat("글", 2000), strings.Repeat("\x1b", 1000),
	strings.Repeat("folder/", 500) + "net",
	strings.Repeat("\n/", 70) + "net",
}

// Line wants one graphic line of at most most letters.
func Line(t testing.TB, line string, most int) {
	t.Helper()
	odd := func(r rune) bool { return !strconv.IsGraphic(r) }
	if n := utf8.RuneCountInString(line); n > most || strings.ContainsFunc(line, odd) || !utf8.ValidString(line) {
		t.Errorf("%d letters %.1000q, want one graphic line of at most %d", n, line, most)
	}
}

// Refusal wants err to be nil, or one line of at most most letters that says more than that a read ended.
func Refusal(t testing.TB, err error, most int) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error()
	Line(t, text, most)
	if text == "" || strings.HasSuffix(text, "EOF") {
		t.Errorf("error %q, want what is wrong", text)
	}
}
