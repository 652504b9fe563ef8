package hdf5_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"gorgonia-lectures/common/hdf5"
)

// A pipe is refused before anybody waits for what it may bring.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.h5")
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := hdf5.Open(path); err == nil || err.Error() != path+": not a regular file, want an HDF5 file" {
		t.Errorf("error %v", err)
	}
}
