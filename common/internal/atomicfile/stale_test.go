package atomicfile_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/atomicfile/failing"
)

// An old file of a killed process is removed; other files stay, and those that a process may be writing.
func TestRemoveStale(t *testing.T) {
	for _, target := range []string{"net.h5", "그물", strings.Repeat("n", 250), strings.Repeat("그", 80)} {
		folder := t.TempDir()
		path := filepath.Join(folder, target)
		leave := func() string {
			t.Helper()
			full := failing.New(atomicfile.OS{}, 3, syscall.ENOSPC) // lstat, create, write
			if err := atomicfile.WriteOn(failing.New(full, 5, syscall.EIO), path, after); err == nil {
				t.Fatal("no error, want a temporary file that stays")
			}
			entries, err := os.ReadDir(folder)
			if err != nil || len(entries) != 1 {
				t.Fatalf("the folder has %v (%v), want a temporary file", entries, err)
			}
			return entries[0].Name()
		}
		long := time.Now().Add(-2 * time.Hour)
		old := func(name string) {
			t.Helper()
			if err := os.Chtimes(filepath.Join(folder, name), long, long); err != nil {
				t.Fatal(err)
			}
		}
		name := leave()
		atomicfile.RemoveStale(path)
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Fatalf("%s: a file that may be written now is gone: %v", target, err)
		}
		prefix := name[:len(name)-16]
		others := []string{target, prefix + "old", prefix, prefix + "0123456789abcdeg", prefix + "0123456789abcdef0",
			name[1:], ".x" + name[1:], prefix + "x-0123456789abcdef"}
		for _, other := range others {
			if len(other) > 255 {
				continue
			}
			put(t, filepath.Join(folder, other))
			old(other)
		}
		if err := os.Mkdir(filepath.Join(folder, prefix+"fedcba9876543210"), 0o755); err != nil {
			t.Fatal(err)
		}
		old(prefix + "fedcba9876543210")
		old(name)
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		atomicfile.RemoveStale(path)
		left, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		kept := func(e os.DirEntry) bool {
			return slices.ContainsFunc(left, func(l os.DirEntry) bool { return l.Name() == e.Name() })
		}
		for _, e := range entries {
			if want := e.Name() != name; kept(e) != want {
				t.Errorf("%s: %s is kept: %t, want %t", target, e.Name(), !want, want)
			}
		}
	}
	atomicfile.RemoveStale(filepath.Join(t.TempDir(), "no", "folder")) // nothing to do
}
