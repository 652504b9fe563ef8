package cli

import (
	"strings"
	"testing"
)

// The folder is there, but no file can be made in it, not even by root.
func TestFolderWithoutWriting(t *testing.T) {
	err := prepare(&Options{Out: "/proc/self"})
	if err == nil || !strings.HasPrefix(err.Error(), "-out /proc/self: ") {
		t.Errorf("error %v, want one that names the flag and the folder", err)
	}
}

// A model that cannot be saved is found before training.
func TestSaveWhereNothingCanBeWritten(t *testing.T) {
	out := t.TempDir()
	for path, want := range map[string]string{
		"/proc/self/net.h5": "-save /proc/self/net.h5: ",
		out:                 "-save " + out + ": a folder, want the name of a file",
	} {
		err := prepare(&Options{Out: out, SaveTo: path})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
