// Package outputs prepares the files and folders that a run will write: what cannot be written is found before hours of
// training, and what one run writes no other one does at the same time. Package cli has the list.
package outputs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/lock"
	"gorgonia-lectures/common/internal/text"
)

// Folder makes the folder of a flag, unless it is there, into which files can be written; "" is none.
func Folder(flag, path string) error {
	if path == "" {
		return nil
	}
	err := os.MkdirAll(path, 0o755)
	if err == nil {
		err = probe(path)
	}
	if err != nil {
		return fmt.Errorf("-%s %s: %w", flag, text.Brief(path), file.Shown(err))
	}
	return nil
}

// probe makes a file in the folder and removes it.
func probe(folder string) error {
	f, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return fmt.Errorf("folder %s: %w", text.Brief(folder), file.Cause(err)) // without the random name
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// File checks that the file of a flag can be made, and removes what killed runs left beside it; "" is none.
func File(flag, path string) error {
	if path == "" {
		return nil
	}
	atomicfile.RemoveStale(path) // before Check, which makes a temporary file too
	if err := atomicfile.Check(path); err != nil {
		return fmt.Errorf("-%s %s: %w", flag, text.Brief(path), err)
	}
	return nil
}

// Output is a file of a run, or one that stands for all in a folder.
type Output struct {
	Flag   string // that names the file or its folder
	Value  string // of the flag
	Path   string // the file
	Folder bool   // Value is one
}

// Locks keep other runs from writing the outputs of this one.
type Locks []*lock.Lock

// Lock takes the outputs for a run of a program, until Release of what it returns, with an error too. An Output without
// a Value is none. The error names the flag of one that another run has taken, or that is an output twice. Where the
// file system has no locks it warns.
func Lock(program string, list []Output, warn func(error)) (Locks, error) {
	return take(lock.Take, program, list, warn)
}

// take is Lock with what takes the lock of a file.
func take(one func(path, by string) (*lock.Lock, error), program string, list []Output, warn func(error)) (Locks, error) {
	var locks Locks
	type taken struct {
		Output
		lock *lock.Lock // nil: the file system has none
	}
	var before []taken
	unlocked := ""
	for _, o := range list {
		if o.Value == "" {
			continue
		}
		named := fmt.Sprintf("-%s %s", o.Flag, text.Brief(o.Value))
		for _, t := range before { // the folder of one may have several names
			if filepath.Clean(t.Path) == filepath.Clean(o.Path) || t.lock != nil && t.lock.Of(o.Path) {
				return locks, fmt.Errorf("%s: -%s writes there: name another file", named, t.Flag)
			}
		}
		l, err := one(o.Path, self(program))
		held, isHeld := errors.AsType[*lock.HeldError](err)
		switch {
		case isHeld:
			what := "file"
			if o.Folder {
				what = "folder"
			}
			return locks, fmt.Errorf("%s: %w: wait for it, stop it, or name another %s", named, held, what)
		case errors.Is(err, lock.ErrNone):
			unlocked += named + ": "
		case err != nil:
			return locks, fmt.Errorf("%s: %w", named, err)
		default:
			locks = append(locks, l)
		}
		before = append(before, taken{o, l})
	}
	if unlocked != "" {
		warn(fmt.Errorf("%s%w: a second run that writes there at the same time is not refused", unlocked, lock.ErrNone))
	}
	return locks, nil
}

// Release lets other runs write the outputs.
func (l Locks) Release() {
	for _, one := range l {
		one.Release()
	}
}

// self says which run this is, in the refusal of another one.
func self(program string) string {
	process := fmt.Sprintf("process %d", os.Getpid())
	if host, err := os.Hostname(); err == nil {
		process += " on " + host
	}
	return fmt.Sprintf("%s (%s, since %s)", program, process, time.Now().Format("2006-01-02 15:04"))
}

// Elsewhere saves what could not be saved where it was wanted: in the folder of the run's other files, if that replaces
// none, or else in a new folder for temporary files. It returns the path.
func Elsewhere(folder, program, name string, save func(path string) error) (string, error) {
	path := filepath.Join(folder, name)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) && save(path) == nil {
		return path, nil
	}
	folder, err := os.MkdirTemp("", program+"-*")
	if err != nil {
		return "", fmt.Errorf("folder for temporary files: %w", file.Cause(err))
	}
	path = filepath.Join(folder, name)
	if err := save(path); err != nil {
		return "", errors.Join(err, os.Remove(folder))
	}
	return path, nil
}
