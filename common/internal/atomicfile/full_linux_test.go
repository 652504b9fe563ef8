package atomicfile_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/atomicfile/failing"
)

// A disk that is full, here after 4096 bytes of any file, and then no longer.
func TestFullDisk(t *testing.T) {
	if !failing.Alone(t) {
		return
	}
	path := filepath.Join(t.TempDir(), "net.h5")
	put(t, path)
	failed := failing.FullDisk(t, func() error { return atomicfile.Write(path, after) })
	if !errors.Is(failed, syscall.EFBIG) {
		t.Errorf("error %v, want that the file is too large", failed)
	}
	holds(t, path, before)
	if err := atomicfile.Write(path, after); err != nil {
		t.Fatal(err)
	}
	holds(t, path, after)
}

// The folder is there, but no file can be made in it, not even by root.
func TestFolderWithoutWriting(t *testing.T) {
	err := atomicfile.Write("/proc/self/net.h5", after)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
