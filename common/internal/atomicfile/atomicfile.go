// Package atomicfile writes a file whole or not at all.
package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"syscall"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// Write puts data into the file at path on the operating system; see WriteOn.
func Write(path string, data []byte) error {
	return WriteOn(OS{}, path, func(w io.Writer) error {
		_, err := bytes.NewReader(data).WriteTo(w)
		return err
	})
}

// WriteOn puts what content writes into the file at path: into a temporary file beside it, which is synced and then
// renamed to path. A process that opens path, at any moment and after any error, finds either all of the former content
// or all of the new one. An error of content is one of WriteOn.
//
// A new file has mode 0o644 under the umask; one that replaces another has the permission bits of that one. A
// symbolic link is itself replaced, and its target stays. A folder, a device or a pipe is an error.
//
// The temporary file's name is a dot, the name of the target, a hyphen and 16 random digits. It is removed after an
// error; a process that is killed leaves it, and the next one that writes to path removes it. After the rename the
// folder is synced, so that the new name survives a crash of the machine. If that fails it is an error, although the
// new content is there. It is no error if the folder cannot be synced because the system has no such call or the folder
// may not be read.
//
// On Windows the rename replaces in one call, but Windows does not promise that it is atomic if the machine
// crashes, and it is an error while another program has the target open.
//
// The error is of one line, "write out/net.h5: no space left on device", and has a *fs.PathError in it.
func WriteOn(fsys FS, path string, content func(io.Writer) error) error {
	if err := write(fsys, path, content); err != nil {
		return file.Shown(&fs.PathError{Op: "write", Path: path, Err: err})
	}
	return nil
}

func write(fsys FS, path string, content func(io.Writer) error) error {
	old, err := replaced(fsys, path)
	if err != nil {
		return err
	}
	removeStaleOnce(path)
	temporary, err := create(fsys, path, old)
	if err != nil {
		return file.Cause(err)
	}
	defer temporary.Release()
	err = fill(temporary, content)
	if err == nil {
		err = file.Cause(fsys.Rename(temporary.Name(), path))
	}
	if err != nil {
		return remove(fsys, temporary.Name(), err)
	}
	if err := fsys.SyncFolder(filepath.Dir(path)); err != nil && !unsyncable(err) {
		return fmt.Errorf("sync of the folder: %w", file.Cause(err))
	}
	return nil
}

// replaced describes the file that a write to path replaces; nil is none, or a symbolic link.
func replaced(fsys FS, path string) (fs.FileInfo, error) {
	old, err := fsys.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, file.Cause(err)
	case old.IsDir():
		return nil, errors.New("a folder, want a file")
	case old.Mode()&fs.ModeSymlink != 0:
		return nil, nil
	case !old.Mode().IsRegular():
		return nil, errors.New("not a regular file, want one")
	}
	return old, nil
}

// longest is how many bytes of the target's name a temporary name has: most file systems allow 255 in all.
const longest = 200

// prefix begins the names of temporary files for the target.
func prefix(name string) string {
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "")
	}
	return "." + name + "-"
}

// create makes the temporary file, under an unused name.
func create(fsys FS, path string, like fs.FileInfo) (File, error) {
	folder, name := filepath.Split(path)
	for attempt := 1; ; attempt++ {
		file, err := fsys.Create(folder+prefix(name)+fmt.Sprintf("%016x", rand.Uint64()), like)
		if !errors.Is(err, fs.ErrExist) || attempt == 100 {
			return file, err
		}
	}
}

// fill writes, syncs and closes the file. It is closed after an error too, for Windows removes no open file.
func fill(to File, content func(io.Writer) error) error {
	err := content(to)
	if err == nil {
		err = to.Sync()
	}
	closed := to.Close()
	if err == nil {
		err = closed
	}
	return file.Cause(err)
}

// remove removes the temporary file, and adds to the error if it stays.
func remove(fsys FS, name string, err error) error {
	if failed := fsys.Remove(name); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
		return fmt.Errorf("%w, and %s stays: %w", err, text.Brief(filepath.Base(name)), file.Cause(failed))
	}
	return err
}

// unsyncable reports whether the system or the folder has no sync, as opposed to a sync that failed.
func unsyncable(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission)
}
