// Package atomicfile writes files that are whole or not there.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"syscall"

	"gorgonia-lectures/common/internal/file"
)

// Write puts data into the file at path on the operating system; see WriteOn.
func Write(path string, data []byte) error { return WriteOn(OS{}, path, data) }

// WriteOn puts data into the file at path: into a new file beside it, which is synced and then takes the
// name. Whoever opens path, at any moment and after any error, finds all of what was there before or all
// of data.
//
// A new file has mode 0o644 under the umask; one that is replaced passes its permission bits on. A symbolic
// link is itself replaced, and what it points to stays. A folder, a device or a pipe is an error.
//
// The new file has the name of the target, after a dot and before a hyphen and 16 random digits. It is
// removed after an error; a process that is killed leaves it, for RemoveStale. Once the new file has its name the folder
// is synced, so that the name outlasts the machine too. If that fails it is an error, and data is there
// nevertheless. A folder that cannot be synced, because the system has no such call or the folder may not
// be read, is not an error.
//
// On Windows the rename replaces in one call, but is not documented to be whole if the machine stops in
// the middle, and it is an error while another program has the target open.
//
// The error is a *fs.PathError of one line, "write out/net.h5: no space left on device".
func WriteOn(fsys FS, path string, data []byte) error {
	if err := write(fsys, path, data); err != nil {
		return &fs.PathError{Op: "write", Path: path, Err: err}
	}
	return nil
}

func write(fsys FS, path string, data []byte) error {
	old, err := fsys.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		old = nil
	case err != nil:
		return file.Cause(err)
	case old.IsDir():
		return errors.New("a folder, want a file")
	case old.Mode()&fs.ModeSymlink != 0:
		old = nil
	case !old.Mode().IsRegular():
		return errors.New("not a regular file")
	}
	temporary, err := create(fsys, path, old)
	if err != nil {
		return file.Cause(err)
	}
	err = fill(temporary, data)
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

// longest is how much of the target's name a temporary one has: most file systems take 255 bytes.
const longest = 200

// prefix is how the names of temporary files for the target begin.
func prefix(name string) string {
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "")
	}
	return "." + name + "-"
}

// create makes the temporary file, under a name that is not taken.
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
func fill(to File, data []byte) error {
	n, err := to.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
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
		return fmt.Errorf("%w, and %s stays: %w", err, filepath.Base(name), file.Cause(failed))
	}
	return err
}

// unsyncable tells systems and folders that have no sync from a sync that failed.
func unsyncable(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission)
}
