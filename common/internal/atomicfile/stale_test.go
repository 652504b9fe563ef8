package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/atomicfile/failing"
)

// leave leaves a temporary file for path, alone in its folder, as a killed process does, and returns its path.
func leave(t *testing.T, path string) string {
	t.Helper()
	full := failing.New(atomicfile.OS{}, 3, syscall.ENOSPC) // lstat, create, write
	if err := atomicfile.WriteOn(failing.New(full, 5, syscall.EIO), path, content(after)); err == nil {
		t.Fatal("no error, want a temporary file that stays")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Fatalf("the folder has %v (%v), want a temporary file", entries, err)
	}
	return filepath.Join(filepath.Dir(path), entries[0].Name())
}

// age makes a file two hours old.
func age(t *testing.T, path string) {
	t.Helper()
	long := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(path, long, long); err != nil {
		t.Fatal(err)
	}
}

// A file of a killed process is removed, however new; other files stay.
func TestRemoveStale(t *testing.T) {
	for _, target := range []string{"net.h5", "그물", strings.Repeat("n", 250), strings.Repeat("그", 80)} {
		folder := t.TempDir()
		path := filepath.Join(folder, target)
		name := filepath.Base(leave(t, path))
		prefix := name[:len(name)-16]
		others := []string{target, prefix + "old", prefix, prefix + "0123456789abcdeg", prefix + "0123456789abcdef0",
			name[1:], ".x" + name[1:], prefix + "x-0123456789abcdef"}
		for _, other := range others {
			if len(other) > 255 {
				continue
			}
			put(t, filepath.Join(folder, other))
			age(t, filepath.Join(folder, other))
		}
		if err := os.Mkdir(filepath.Join(folder, prefix+"fedcba9876543210"), 0o755); err != nil {
			t.Fatal(err)
		}
		age(t, filepath.Join(folder, prefix+"fedcba9876543210"))
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

// sweptFS removes stale files in the middle of each write, and where another process may, before the rename.
type sweptFS struct {
	atomicfile.OS
	path string
}

type sweptFile struct {
	atomicfile.File
	path string
}

func (f sweptFS) Create(path string, like fs.FileInfo) (atomicfile.File, error) {
	file, err := f.OS.Create(path, like)
	return sweptFile{file, f.path}, err
}

func (f sweptFile) Write(data []byte) (int, error) {
	atomicfile.RemoveStale(f.path)
	return f.File.Write(data)
}

func (f sweptFS) Rename(from, to string) error {
	if runtime.GOOS != "windows" { // it renames closed files alone, and only open ones are safe there
		atomicfile.RemoveStale(f.path)
	}
	return f.OS.Rename(from, to)
}

// A file that a living process writes stays, from the first byte to the rename; it is no other's afterwards.
func TestRemoveStaleKeepsWhatIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	for range 2 {
		if err := atomicfile.WriteOn(sweptFS{path: path}, path, content(after)); err != nil {
			t.Fatal(err)
		}
		holds(t, path, after)
	}
}

// On a file system without locks an old file is removed, and a new one stays.
func TestRemoveStaleWithoutLocks(t *testing.T) {
	if runtime.GOOS == "windows" { // it needs none
		return
	}
	path := filepath.Join(t.TempDir(), "net.h5")
	left := leave(t, path)
	none := func(*os.File) error { return errors.ErrUnsupported }
	atomicfile.RemoveStaleWith(path, none)
	if _, err := os.Stat(left); err != nil {
		t.Fatalf("a file that may be written now is gone: %v", err)
	}
	age(t, left)
	atomicfile.RemoveStaleWith(path, none)
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old file is there (%v), want it removed", err)
	}
}
