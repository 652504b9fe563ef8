//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"gorgonia-lectures/common/internal/lock"
)

// hold locks a new file until release, also after it is closed. The error is fs.ErrExist if another process has removed
// the file before it was locked, or is about to.
func hold(f *os.File) (release func(), err error) {
	// the lock ends with the last copy of the descriptor
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	copied := os.NewFile(uintptr(fd), f.Name())
	release = func() { _ = copied.Close() }
	switch err := lock.Try(copied); {
	case err == nil && is(copied):
		return release, nil
	case err == nil, errors.Is(err, lock.ErrHeld):
		release()
		return nil, fs.ErrExist
	}
	return release, nil // without locks, RemoveStale goes by the age
}

// removeUnused removes the file at path unless it is locked, and without locks if it is old.
func removeUnused(path string, old bool, try func(*os.File) error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) // a lock over NFS wants a file that can be written
	if errors.Is(err, fs.ErrPermission) {
		f, err = os.Open(path)
	}
	if err != nil {
		return
	}
	defer f.Close()
	err = try(f)
	if err == nil && is(f) || err != nil && !errors.Is(err, lock.ErrHeld) && old {
		_ = os.Remove(path)
	}
}

// is reports whether the open file still has its name.
func is(f *os.File) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(open, named)
}
