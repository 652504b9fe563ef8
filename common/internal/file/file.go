// Package file opens the files that a user names.
package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"gorgonia-lectures/common/internal/text"
)

// File is an open file. The errors of its methods do not name the path, like those of Open.
type File struct{ f *os.File }

// Open opens a regular file for reading, and returns its size. wanted describes the file for errors, as "a picture";
// they do not name the path. Folders, devices and pipes are refused before they are opened: opening a pipe waits for a
// writer.
func Open(path, wanted string) (*File, int64, error) {
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
	return &File{f}, info.Size(), nil
}

func (f *File) Read(b []byte) (int, error) {
	n, err := f.f.Read(b)
	return n, Cause(err)
}

// ReadAt implements io.ReaderAt.
func (f *File) ReadAt(b []byte, offset int64) (int, error) {
	n, err := f.f.ReadAt(b, offset)
	return n, Cause(err)
}

// Seek sets the offset of the next Read.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	at, err := f.f.Seek(offset, whence)
	return at, Cause(err)
}

// Close closes the file.
func (f *File) Close() error { return Cause(f.f.Close()) }

// Cause removes the operation and the paths that package os adds to an error, for a message that names the path once.
func Cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// Shown gives an error of package os a text of one line, with the path by text.Brief. errors.As still finds the
// *fs.PathError.
func Shown(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return shown{e}
	}
	return err
}

type shown struct{ *fs.PathError }

func (e shown) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, text.Brief(e.Path), e.Err) }

func (e shown) Unwrap() error { return e.PathError }
