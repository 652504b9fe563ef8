package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/file"
)

// prepare makes the run's folder and checks every file that the run will write, before hours of training.
func (r *Run) prepare() error {
	if r.helper() {
		return nil
	}
	if r.SaveTo == "" && r.defaults.Model != "" && r.Epochs > 0 {
		r.SaveTo = r.Path(r.defaults.Model)
	}
	err := os.MkdirAll(r.Out, 0o755)
	if err == nil {
		err = probe(r.Out)
	}
	if err != nil {
		return fmt.Errorf("-out %s: %w", shown(r.Out), file.Shown(err))
	}
	if to := r.checkpointTo; to != "" {
		switch {
		case r.SaveTo != "" && filepath.Clean(to) == filepath.Clean(r.SaveTo):
			return fmt.Errorf("-checkpoint %s: -save writes the net there: name another file", shown(to))
		case r.resumed == nil && checkpoint.Holds(to):
			return fmt.Errorf("-checkpoint %s: it holds a run already: resume it with -resume, or remove it", shown(to))
		}
		atomicfile.RemoveStale(to) // of runs that were killed while they wrote it
	}
	return errors.Join(prepareSave("graph", r.GraphTo), prepareSave("checkpoint", r.checkpointTo),
		prepareSave("save", r.SaveTo))
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

// prepareSave checks that the file of a flag can be made; "" is none.
func prepareSave(flag, path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("-%s %s: a folder, want the name of a file", flag, shown(path))
	}
	if err := probe(filepath.Dir(path)); err != nil {
		return fmt.Errorf("-%s %s: %w", flag, shown(path), err)
	}
	return nil
}
