package cli

import (
	"strings"
	"testing"
)

// The folder is there, but no file can be made in it, not even by root.
func TestFolderWithoutWriting(t *testing.T) {
	err := prepare("/proc/self")
	if err == nil || !strings.HasPrefix(err.Error(), "-out /proc/self: ") {
		t.Errorf("error %v, want one that names the flag and the folder", err)
	}
}
