package digit_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"gorgonia-lectures/common/digit"
)

// A pipe is refused before anybody waits for what it may bring.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.png")
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := digit.ReadFile(path); err == nil || err.Error() != path+": not a regular file, want a picture" {
		t.Errorf("error %v", err)
	}
}
