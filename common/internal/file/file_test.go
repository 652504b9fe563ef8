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
