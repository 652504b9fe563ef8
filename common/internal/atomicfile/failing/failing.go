// Package failing is a file system for tests whose n-th operation fails, and, on Linux, a disk that is full.
package failing

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"gorgonia-lectures/common/internal/atomicfile"
)

// ErrShort makes a write end after half of the data, without an error. Other operations return it.
var ErrShort = errors.New("short write")

// FS passes operations on to another file system, except for one that fails. It may be used by several goroutines.
type FS struct {
	fs  atomicfile.FS
	n   int
	err error

	mutex      sync.Mutex
	operations []string
}

// New fails the n-th operation on inner, counted from 1, with err as the operating system would wrap it; none if n
// is 0. A write that fails writes half of the data, a close that fails closes; any other operation that fails does
// nothing. To fail several, wrap one New in another.
func New(inner atomicfile.FS, n int, err error) *FS { return &FS{fs: inner, n: n, err: err} }

// Operations names the operations so far, also the one that failed: "lstat", "create", "write", "sync", "close",
// "rename", "remove" and "sync folder".
func (f *FS) Operations() []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return append([]string(nil), f.operations...)
}

// next counts an operation, and reports whether it is the one that fails.
func (f *FS) next(operation string) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.operations = append(f.operations, operation)
	return len(f.operations) == f.n
}

// on counts an operation on path, and does it or fails.
func (f *FS) on(operation, path string, do func() error) error {
	if f.next(operation) {
		return &fs.PathError{Op: operation, Path: path, Err: f.err}
	}
	return do()
}

func (f *FS) Lstat(path string) (info fs.FileInfo, err error) {
	err = f.on("lstat", path, func() error {
		info, err = f.fs.Lstat(path)
		return err
	})
	return info, err
}

func (f *FS) Create(path string, like fs.FileInfo) (file atomicfile.File, err error) {
	err = f.on("create", path, func() error {
		file, err = f.fs.Create(path, like)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &failingFile{file, f}, nil
}

func (f *FS) Rename(from, to string) error {
	if f.next("rename") {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: f.err}
	}
	return f.fs.Rename(from, to)
}

func (f *FS) Remove(path string) error {
	return f.on("remove", path, func() error { return f.fs.Remove(path) })
}

func (f *FS) SyncFolder(path string) error {
	return f.on("sync folder", path, func() error { return f.fs.SyncFolder(path) })
}

type failingFile struct {
	atomicfile.File
	fs *FS
}

func (f *failingFile) Write(data []byte) (int, error) {
	if !f.fs.next("write") {
		return f.File.Write(data)
	}
	n, err := f.File.Write(data[:len(data)/2])
	if err == nil && f.fs.err != ErrShort {
		err = &fs.PathError{Op: "write", Path: f.Name(), Err: f.fs.err}
	}
	return n, err
}

func (f *failingFile) Sync() error { return f.fs.on("sync", f.Name(), f.File.Sync) }

func (f *failingFile) Close() error {
	err := f.File.Close()
	if f.fs.next("close") {
		return &fs.PathError{Op: "close", Path: f.Name(), Err: f.fs.err}
	}
	return err
}
