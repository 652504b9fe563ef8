package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
)

// FS is what WriteOn needs of a file system. Paths are those of the operating system. The errors of its
// methods may name paths, in a *fs.PathError or *os.LinkError.
type FS interface {
	// Lstat describes the file at path, without following a symbolic link.
	Lstat(path string) (fs.FileInfo, error)
	// Create makes a new file, with the permission bits of like; if like is nil, with those of any
	// new file. RemoveStale keeps it until Release.
	Create(path string, like fs.FileInfo) (File, error)
	// Rename renames a file within its folder, and replaces the file that has the new name.
	Rename(from, to string) error
	Remove(path string) error
	// SyncFolder waits until the names in the folder are on the disk.
	SyncFolder(path string) error
}

// File is a file that is being written.
type File interface {
	io.Writer
	Name() string
	Sync() error
	Close() error
	// Release ends what keeps RemoveStale from removing the file, after Rename or Remove.
	Release()
}

// OS is the file system of the operating system.
type OS struct{}

func (OS) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

func (OS) Create(path string, like fs.FileInfo) (File, error) {
	perm := fs.FileMode(0o644)
	if like != nil {
		perm = like.Mode().Perm()
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	release, err := hold(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if like == nil {
		return held{file, release}, nil
	}
	// the umask took bits away
	info, err := file.Stat()
	if err == nil && info.Mode().Perm() != perm {
		err = file.Chmod(perm)
	}
	if err != nil {
		err = errors.Join(err, file.Close(), os.Remove(path))
		release()
		return nil, err
	}
	return held{file, release}, nil
}

// held is a file that RemoveStale keeps until it is released, also after it is closed.
type held struct {
	*os.File
	release func()
}

func (h held) Release() { h.release() }

func (OS) Rename(from, to string) error { return os.Rename(from, to) }

func (OS) Remove(path string) error { return os.Remove(path) }

// SyncFolder does nothing on Windows, which has no such call.
func (OS) SyncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
