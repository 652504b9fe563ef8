// Package file opens the files that a user names.
package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Open opens a regular file for reading, and gives its size. Its errors do not name the path; they say what is wanted,
// as "a picture". Folders, devices and pipes are refused before they are opened: opening a pipe waits for a writer.
func Open(path, wanted string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, 0, Cause(err)
	case info.IsDir():
		return nil, 0, fmt.Errorf("a folder, want %s", wanted)
	case !info.Mode().IsRegular():
		return nil, 0, fmt.Errorf("not a regular file, want %s", wanted)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, Cause(err)
	}
	if info, err = f.Stat(); err != nil {
		return nil, 0, errors.Join(Cause(err), f.Close())
	}
	return f, info.Size(), nil
}

// Cause removes from an error the operation and the paths that package os adds, for a message that names the path once.
func Cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
