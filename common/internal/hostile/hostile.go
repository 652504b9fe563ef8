// Package hostile is for tests that hand damaged files to a reader.
package hostile

import (
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
)

// Allocated is how many bytes were allocated so far; unlike runtime.ReadMemStats it does not stop the world.
func Allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Refusal wants err to be nil, or one line of at most most bytes that says more than that a read ended.
func Refusal(t testing.TB, err error, most int) {
	t.Helper()
	if err == nil {
		return
	}
	odd := func(r rune) bool { return !strconv.IsGraphic(r) }
	text := err.Error()
	if text == "" || len(text) > most || strings.ContainsFunc(text, odd) || strings.HasSuffix(text, "EOF") {
		t.Errorf("error %q, want one line", text)
	}
}
