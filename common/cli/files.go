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

// prepare makes the folder and proves that files can be made in it, before hours are spent on what
// could not be written down.
func (r *Run) prepare() error {
	if r.helper() {
		return nil
	}
	if r.SaveTo == "" && r.defaults.Model != "" && r.Epochs > 0 {
		r.SaveTo = r.Path(r.defaults.Model)
	}
	if err := os.MkdirAll(r.Out, 0o755); err != nil {
		return fmt.Errorf("-out %s: %w", shown(r.Out), err)
	}
	if err := probe(r.Out); err != nil {
		return fmt.Errorf("-out %s: %w", shown(r.Out), err)
	}
	if r.GraphTo != "" {
		if err := prepareSave("graph", r.GraphTo); err != nil {
			return err
		}
	}
	if r.checkpointTo != "" {
		if r.SaveTo != "" && filepath.Clean(r.checkpointTo) == filepath.Clean(r.SaveTo) {
			return fmt.Errorf("-checkpoint %s: the net will be saved there: name another file", shown(r.checkpointTo))
		}
		if r.resumed == nil && checkpoint.Holds(r.checkpointTo) {
			return fmt.Errorf("-checkpoint %s: it has a run already: resume it with -resume, or remove it", shown(r.checkpointTo))
		}
		if err := prepareSave("checkpoint", r.checkpointTo); err != nil {
			return err
		}
		atomicfile.RemoveStale(r.checkpointTo) // of runs that were killed while they wrote it
	}
	if r.SaveTo != "" {
		return prepareSave("save", r.SaveTo)
	}
	return nil
}

// probe makes a file in the folder and removes it.
func probe(folder string) error {
	f, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return fmt.Errorf("folder %s: %w", folder, file.Cause(err)) // without the name that nobody asked for
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// Path is the file of that name in the run's folder.
func (r *Run) Path(name string) string { return filepath.Join(r.Out, name) }

// prepareSave proves that the file can be made, before hours are spent on what could not be saved.
func prepareSave(flag, path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("-%s %s: a folder, want the name of a file", flag, shown(path))
	}
	if err := probe(filepath.Dir(path)); err != nil {
		return fmt.Errorf("-%s %s: %w", flag, shown(path), err)
	}
	return nil
}
