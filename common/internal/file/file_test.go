package file

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, size, err := Open(path, "a picture")
	if err != nil || size != 3 {
		t.Fatalf("%d bytes and %v, want 3", size, err)
	}
	if b, err := io.ReadAll(f); string(b) != "abc" || errors.Join(err, f.Close()) != nil {
		t.Errorf("read %q and %v, want abc", b, err)
	}
	if _, _, err := Open(dir, "a picture"); err == nil || err.Error() != "a folder, want a picture" {
		t.Errorf("of a folder: %v", err)
	}
	if _, _, err := Open(filepath.Join(dir, "none"), "a picture"); !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), dir) {
		t.Errorf("of nothing: %v, want that it does not exist, without its path", err)
	}
}

// The errors of an open file do not have its path.
func TestFileErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, _, err := Open(path, "a picture")
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	_, read := f.Read(make([]byte, 1))
	_, readAt := f.ReadAt(make([]byte, 1), 0)
	_, seek := f.Seek(0, io.SeekStart)
	for _, err := range []error{read, readAt, seek, f.Close()} {
		if !errors.Is(err, os.ErrClosed) || strings.Contains(err.Error(), path) {
			t.Errorf("of a closed file: %v, want that it is closed, without its path", err)
		}
	}
}

func TestShown(t *testing.T) {
	inner := errors.New("disk full")
	for path, want := range map[string]string{"out/x": "open out/x: disk full", "a\nb": `open "a\nb": disk full`} {
		err := Shown(&fs.PathError{Op: "open", Path: path, Err: inner})
		if e := new(fs.PathError); err.Error() != want || !errors.Is(err, inner) || !errors.As(err, &e) || e.Path != path {
			t.Errorf("%q: %v, want %s", path, err, want)
		}
	}
	if err := Shown(inner); err != inner {
		t.Errorf("%v, want the error itself", err)
	}
}

func TestCause(t *testing.T) {
	inner := errors.New("disk full")
	for _, err := range []error{inner, &fs.PathError{Op: "open", Path: "x", Err: inner}, &os.LinkError{Op: "rename", Old: "x", New: "y", Err: inner}} {
		if got := Cause(err); got != inner {
			t.Errorf("the cause of %v is %v, want %v", err, got, inner)
		}
	}
	if Cause(nil) != nil {
		t.Error("nil has a cause")
	}
}
