package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/lock"
	"gorgonia-lectures/common/tensorboard"
)

// prepare makes the run's folder and checks every file that the run will write, before hours of training. Until unlock
// no other run may write them.
func (r *Run) prepare() error {
	if r.helper() {
		return nil
	}
	if r.SaveTo == "" && r.defaults.Model != "" && r.Epochs > 0 {
		r.SaveTo = r.Path(r.defaults.Model)
	}
	if err := makeFolder(r.Out); err != nil {
		return fmt.Errorf("-out %s: %w", shown(r.Out), err)
	}
	err := errors.Join(prepareSave("graph", r.GraphTo), prepareSave("checkpoint", r.checkpointTo),
		prepareSave("save", r.SaveTo))
	if err == nil && r.GraphTo != "" {
		err = prepareSave("graph", layersOf(r.GraphTo))
	}
	if to := r.tensorboardTo; err == nil && to != "" {
		if err = makeFolder(to); err != nil {
			err = fmt.Errorf("-tensorboard %s: %w", shown(to), err)
		}
	}
	if err == nil {
		err = r.lock()
	}
	if to := r.checkpointTo; err == nil && to != "" && r.resumed == nil && checkpoint.Holds(to) {
		err = fmt.Errorf("-checkpoint %s: it holds a run already: resume it with -resume, or remove it", shown(to))
	}
	if to := r.tensorboardTo; err == nil && to != "" && r.resumed == nil && tensorboard.Holds(to) {
		err = fmt.Errorf("-tensorboard %s: it holds a run already: name another folder, or remove it", shown(to))
	}
	return err
}

// lock takes the folder and the files of the run, so that no other run writes them at the same time.
func (r *Run) lock() error {
	type target struct {
		flag, value, path, advice string
		lock                      *lock.Lock
	}
	var taken []target
	unlocked := ""
	for _, f := range []target{
		{"out", r.Out, r.Path("run.json"), "another folder", nil},
		{"save", r.SaveTo, r.SaveTo, "another file", nil},
		{"checkpoint", r.checkpointTo, r.checkpointTo, "another file", nil},
		{"tensorboard", r.tensorboardTo, eventsIn(r.tensorboardTo), "another folder", nil},
	} {
		if f.path == "" {
			continue
		}
		named := fmt.Sprintf("-%s %s", f.flag, shown(f.value))
		for _, t := range taken { // the folder of one may have several names
			if filepath.Clean(t.path) == filepath.Clean(f.path) || t.lock != nil && t.lock.Of(f.path) {
				return fmt.Errorf("%s: -%s writes there: name another file", named, t.flag)
			}
		}
		var err error
		f.lock, err = takeLock(f.path, r.self())
		held, isHeld := errors.AsType[*lock.HeldError](err)
		switch {
		case isHeld:
			return fmt.Errorf("%s: %w: wait for it, stop it, or name %s", named, held, f.advice)
		case errors.Is(err, lock.ErrNone):
			unlocked += named + ": "
		case err != nil:
			return fmt.Errorf("%s: %w", named, err)
		default:
			r.locks = append(r.locks, f.lock)
		}
		taken = append(taken, f)
	}
	if unlocked != "" {
		r.warn(fmt.Errorf("%s%w: a second run that writes there at the same time is not refused", unlocked, lock.ErrNone))
	}
	return nil
}

// eventsIn is what is locked in the folder of -tensorboard.
func eventsIn(folder string) string {
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, "train")
}

// takeLock takes the lock of a file.
var takeLock = lock.Take

// unlock lets other runs write the files of this one.
func (r *Run) unlock() {
	for _, l := range r.locks {
		l.Release()
	}
	r.locks = nil
}

// self says which run this is, in the refusal of another one.
func (r *Run) self() string {
	process := fmt.Sprintf("process %d", os.Getpid())
	if host, err := os.Hostname(); err == nil {
		process += " on " + host
	}
	return fmt.Sprintf("%s (%s, since %s)", r.Program, process, time.Now().Format("2006-01-02 15:04"))
}

// makeFolder makes a folder, unless it is there, into which files can be written.
func makeFolder(path string) error {
	err := os.MkdirAll(path, 0o755)
	if err == nil {
		err = probe(path)
	}
	return file.Shown(err)
}

// probe makes a file in the folder and removes it.
func probe(folder string) error {
	f, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return fmt.Errorf("folder %s: %w", shown(folder), file.Cause(err)) // without the random name
	}
	return file.Shown(errors.Join(f.Close(), os.Remove(f.Name())))
}

// Path is the file of that name in the run's folder.
func (r *Run) Path(name string) string { return filepath.Join(r.Out, name) }

// prepareSave checks that the file of a flag can be made, and removes what killed runs left beside it; "" is none.
func prepareSave(flag, path string) error {
	if path == "" {
		return nil
	}
	atomicfile.RemoveStale(path) // before Check, which makes a temporary file too
	if err := atomicfile.Check(path); err != nil {
		return fmt.Errorf("-%s %s: %w", flag, shown(path), err)
	}
	return nil
}
