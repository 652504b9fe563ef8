//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Two processes do not write into one folder at the same time; a killed one keeps nobody out, and what it leaves is
// removed.
func TestLockOfAKilledProcess(t *testing.T) {
	first, _, stdout, _ := program(t, "polite")
	expect(t, stdout, "ready")
	out := first.Args[2]
	second := func() (int, string) {
		var stderr bytes.Buffer
		code := Execute(t.Context(), "xor", xor, done, []string{"-out", out}, new(bytes.Buffer), &stderr)
		return code, stderr.String()
	}
	if code, stderr := second(); code != exitFailed ||
		!strings.Contains(stderr, fmt.Sprintf("(process %d on ", first.Process.Pid)) {
		t.Errorf("code %d, stderr %q, want a refusal", code, stderr)
	}
	check(t, first.Process.Kill())
	_ = first.Wait() // it was killed
	if _, err := os.Stat(filepath.Join(out, ".run.json.lock")); err != nil {
		t.Errorf("the killed process leaves no lock: %v", err)
	}
	if code, stderr := second(); code != 0 || stderr != "" {
		t.Errorf("code %d, stderr %q, want a run", code, stderr)
	}
	if list, err := os.ReadDir(out); err != nil || len(list) != 0 {
		t.Errorf("the folder has %v (%v), want nothing", list, err)
	}
}
