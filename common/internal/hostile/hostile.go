// Package hostile is for tests that hand damaged files to a reader.
package hostile

import (
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
)

// Allocated counts the bytes of memory that were ever asked for; unlike runtime.ReadMemStats it does not stop the world.
func Allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Refusal wants an error, if it is one, to be one line of no more than most bytes that says more than where a read ended.
func Refusal(t testing.TB, err error, most int) {
	t.Helper()
	if err == nil {
		return
	}
	odd := func(r rune) bool { return !strconv.IsGraphic(r) }
	if text := err.Error(); text == "" || len(text) > most || strings.ContainsFunc(text, odd) || strings.HasSuffix(text, "EOF") {
		t.Errorf("error %q, want one line", text)
	}
}
