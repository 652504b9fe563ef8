// Package lock prevents two runs from writing one file, by locks of the operating system, which end with the process
// that holds them.
package lock

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// ErrHeld is the error of Try for a file that is locked.
var ErrHeld = errors.New("another open file holds the lock")

// ErrNone is the error of Take on a file system without locks.
var ErrNone = errors.New("the file system has no locks")

// HeldError is the error of Take for a file that another run has taken.
type HeldError struct {
	By string // the text that the other run gave to Take, or "another run"
}

func (e *HeldError) Error() string { return e.By + " writes there" }

// Lock is a lock that this run holds.
type Lock struct {
	file *os.File
}

// Take locks path until Release or the end of the process. by describes the run, for the errors of others. The lock is
// on a separate file beside path, .NAME.lock, so that path itself may be renamed and need not exist. A killed process
// leaves that file, which does not prevent others from taking the lock.
func Take(path, by string) (*Lock, error) { return take(path, by, Try) }

// take is Take with the system's lock.
func take(path, by string, try func(*os.File) error) (*Lock, error) {
	name := beside(path)
	for {
		f, err := open(name)
		if err != nil {
			return nil, file.Cause(err)
		}
		switch err := try(f); {
		case errors.Is(err, ErrHeld):
			return nil, errors.Join(&HeldError{By: holder(f)}, f.Close())
		case err != nil:
			return nil, errors.Join(ErrNone, f.Close(), os.Remove(name))
		}
		// another run may have removed the file after it was opened here
		if is(f, name) {
			// the text is optional: it cannot be written to a full disk
			_ = f.Truncate(0)
			_, _ = f.WriteAt([]byte(by+"\n"), 0)
			return &Lock{f}, nil
		}
		if err := f.Close(); err != nil {
			return nil, file.Cause(err)
		}
	}
}

// Release lets others take the lock, and removes its file.
func (l *Lock) Release() {
	name := l.file.Name()
	_ = os.Remove(name) // while the lock is held, so that it is not another run's; Windows cannot remove an open file
	_ = l.file.Close()
	if runtime.GOOS == "windows" {
		_ = os.Remove(name) // fails on Windows if another run has opened it since
	}
}

// Of reports whether the lock is that of path, under any name of its folder.
func (l *Lock) Of(path string) bool { return is(l.file, beside(path)) }

// longest is the largest number of bytes of a name in that of its lock: most file systems allow 255 in all.
const longest = 200

// beside returns the name of the file with the lock of path.
func beside(path string) string {
	folder, name := filepath.Split(path)
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "") + fmt.Sprintf("-%08x", crc32.ChecksumIEEE([]byte(name)))
	}
	return folder + "." + name + ".lock"
}

// open opens the file of a lock. If another user has left it, it may be open for reading only.
func open(name string) (*os.File, error) {
	if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", text.Brief(filepath.Base(name)))
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if errors.Is(err, fs.ErrPermission) {
		if readable, err := os.Open(name); err == nil {
			return readable, nil
		}
	}
	return f, err
}

// is reports whether the open file has that name.
func is(f *os.File, name string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(open, named)
}

// holder returns the description of the run that holds the lock.
func holder(f *os.File) string {
	said, err := io.ReadAll(io.NewSectionReader(f, 0, 300))
	line, _, whole := strings.Cut(string(said), "\n")
	if err != nil || !whole {
		return "another run"
	}
	return text.Graphic(line)
}
