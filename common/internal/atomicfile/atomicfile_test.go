package atomicfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/atomicfile/failing"
	"gorgonia-lectures/common/internal/text"
)

// before is what a file had, after what is written into it.
var before, after = bytes.Repeat([]byte("old"), 1000), bytes.Repeat([]byte("newer"), 2000)

// content writes data in one call.
func content(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := bytes.NewReader(data).WriteTo(w)
		return err
	}
}

// put makes a file with the content of before.
func put(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, before, 0o644); err != nil {
		t.Fatal(err)
	}
}

// holds checks the content of the file at path, and that nothing else is in its folder; nil is no file.
func holds(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if want == nil {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%d bytes (%v), want no file", len(got), err)
		}
	} else if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes (%v), want %d others", len(got), err, len(want))
	}
	list, err := os.ReadDir(filepath.Dir(path))
	if alone := len(list) == 1 && list[0].Name() == filepath.Base(path); err != nil || alone != (want != nil) || len(list) > 1 {
		t.Errorf("the folder has %v (%v), want nothing beside the file", list, err)
	}
}

// Whichever operation fails, and however, the error names the reason, the file is whole, nothing is left beside it,
// and the next try succeeds.
func TestEachOperationFails(t *testing.T) {
	operations := []string{"lstat", "create", "write", "sync", "close", "rename", "sync folder"}
	for i, cause := range []error{syscall.ENOSPC, syscall.EIO, failing.ErrShort} {
		for n, operation := range operations {
			for _, old := range [][]byte{nil, before} {
				t.Run(fmt.Sprintf("%s/cause %d/%d bytes", operation, i, len(old)), func(t *testing.T) {
					path := filepath.Join(t.TempDir(), "net.h5")
					if old != nil {
						put(t, path)
					}
					fsys := failing.New(atomicfile.OS{}, n+1, cause)
					err := atomicfile.WriteOn(fsys, path, content(after))

					want, reason := old, cause
					if operation == "sync folder" { // the rename is done
						want = after
					}
					if operation == "write" && cause == failing.ErrShort {
						reason = io.ErrShortWrite
					}
					if !errors.Is(err, reason) || !strings.HasPrefix(err.Error(), "write "+path+": ") || strings.Count(err.Error(), path) != 1 {
						t.Errorf("error %q, want %q with the path once", err, reason)
					}
					holds(t, path, want)

					done := len(fsys.Operations())
					if err := atomicfile.WriteOn(fsys, path, content(after)); err != nil {
						t.Errorf("the next try: %v", err)
					}
					holds(t, path, after)
					if got := fsys.Operations()[done:]; !slices.Equal(got, operations) {
						t.Errorf("the next try did %v, want %v", got, operations)
					}
				})
			}
		}
	}
}

// The error names a temporary file that cannot be removed, and its name has that of the target.
func TestFailedRemove(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	put(t, path)
	full := failing.New(atomicfile.OS{}, 3, syscall.ENOSPC) // lstat, create, write
	fsys := failing.New(full, 5, syscall.EIO)               // and close, remove
	err := atomicfile.WriteOn(fsys, path, content(after))
	if !errors.Is(err, syscall.ENOSPC) || !errors.Is(err, syscall.EIO) {
		t.Fatalf("error %v, want both reasons", err)
	}
	list, failed := os.ReadDir(filepath.Dir(path))
	if failed != nil || len(list) != 2 || !strings.HasPrefix(list[0].Name(), ".net.h5-") {
		t.Fatalf("the folder has %v (%v), want a temporary file", list, failed)
	}
	if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), list[0].Name()) {
		t.Errorf("error %q, want one that names %s", err, list[0].Name())
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, before) {
		t.Errorf("the file of before has changed (%v)", err)
	}
}

func TestFolderWithoutSync(t *testing.T) {
	for _, cause := range []error{syscall.EINVAL, syscall.ENOTSUP, syscall.EACCES, errors.ErrUnsupported} {
		path := filepath.Join(t.TempDir(), "net.h5")
		if err := atomicfile.WriteOn(failing.New(atomicfile.OS{}, 7, cause), path, content(after)); err != nil {
			t.Error(err)
		}
		holds(t, path, after)
	}
}

// If a temporary name is taken another one is used.
func TestTakenName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	fsys := failing.New(atomicfile.OS{}, 2, syscall.EEXIST)
	if err := atomicfile.WriteOn(fsys, path, content(after)); err != nil {
		t.Fatal(err)
	}
	if got := fsys.Operations(); got[1] != "create" || got[2] != "create" {
		t.Errorf("%v, want a second file", got)
	}
	holds(t, path, after)
}

func TestWrite(t *testing.T) {
	for _, name := range []string{"net.h5", "x", ".hidden", "그물 1.h5", strings.Repeat("그", 85), strings.Repeat("n", 255)} {
		path := filepath.Join(t.TempDir(), name)
		for _, data := range [][]byte{after, {}, before} {
			if err := atomicfile.Write(path, data); err != nil {
				t.Fatal(err)
			}
			holds(t, path, data)
		}
	}
}

func TestWriteIntoTheWorkingFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := atomicfile.Write("net.h5", after); err != nil {
		t.Fatal(err)
	}
	holds(t, "net.h5", after)
}

// A path where no file can be is an error of one line that names the target once.
func TestNoFileCanBeThere(t *testing.T) {
	folder := t.TempDir()
	vanished := filepath.Join(folder, "vanished")
	if err := os.Mkdir(vanished, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(vanished); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(folder, "file"))
	if err := os.MkdirAll(filepath.Join(folder, "folder", "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	for path, reason := range map[string]string{
		filepath.Join(vanished, "net.h5"):       "",
		filepath.Join(folder, "file", "net.h5"): "",
		filepath.Join(folder, "folder"):         "a folder, want a file",
		filepath.Join(folder, "folder") + "/":   "a folder, want a file",
		filepath.Join(folder, "new") + "/":      "",
		"":                                      "",
		filepath.Join(folder, "x\x00"):          "",
	} {
		err := atomicfile.Write(path, after)
		if err == nil || !strings.HasPrefix(err.Error(), "write "+text.Brief(path)+": "+reason) ||
			strings.Contains(err.Error(), "\n") || path != "" && strings.Count(err.Error(), folder) != 1 {
			t.Errorf("%q: error %q", path, err)
		}
	}
	if _, err := os.Lstat(vanished); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the vanished folder is back (%v)", err)
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 2 {
		t.Errorf("the folder has %v (%v), want what was in it", list, err)
	}
	if err := atomicfile.Write(filepath.Join(vanished, "net.h5"), after); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want fs.ErrNotExist", err)
	}
}
