package file

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe and a device are refused; opening a pipe would wait for a writer.
func TestOpenPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero"} {
		if _, _, err := Open(path, "a picture"); err == nil || err.Error() != "not a regular file, want a picture" {
			t.Errorf("%s: %v", path, err)
		}
	}
}
