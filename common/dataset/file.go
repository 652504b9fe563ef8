package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// openRegular opens a file of at most limit bytes. Folders, devices and pipes are refused before
// they are opened: to open a pipe waits for a writer.
func openRegular(path string, limit int64) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("a folder, expected a file")
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("mode %v, expected a regular file", info.Mode())
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%d bytes, expected at most %d", info.Size(), limit)
	}
	return os.Open(path)
}

// cause strips the operation and path of a file system error, for a message that names the path.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
