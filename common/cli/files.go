package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/model"
)

// prepare makes the folder and proves that files can be made in it, before hours are spent on what
// could not be written down.
func prepare(opt *Options) error {
	if opt.helper() {
		return nil
	}
	opt.SaveTo = saveTo(*opt, opt.defaults)
	if err := os.MkdirAll(opt.Out, 0o755); err != nil {
		return fmt.Errorf("-out %s: %w", shown(opt.Out), err)
	}
	if err := probe(opt.Out); err != nil {
		return fmt.Errorf("-out %s: %w", shown(opt.Out), err)
	}
	if opt.GraphTo != "" {
		if err := prepareSave("graph", opt.GraphTo); err != nil {
			return err
		}
	}
	if opt.checkpointTo != "" {
		if opt.SaveTo != "" && filepath.Clean(opt.checkpointTo) == filepath.Clean(opt.SaveTo) {
			return fmt.Errorf("-checkpoint %s: the net will be saved there: name another file", shown(opt.checkpointTo))
		}
		if opt.session.resumed == nil && checkpoint.Holds(opt.checkpointTo) {
			return fmt.Errorf("-checkpoint %s: it has a run already: go on with -resume, or remove it", shown(opt.checkpointTo))
		}
		if err := prepareSave("checkpoint", opt.checkpointTo); err != nil {
			return err
		}
		atomicfile.RemoveStale(opt.checkpointTo) // of runs that were killed while they wrote it
	}
	if opt.SaveTo != "" {
		return prepareSave("save", opt.SaveTo)
	}
	return nil
}

// probe makes a file in the folder and removes it.
func probe(folder string) error {
	f, err := os.CreateTemp(folder, ".probe-*")
	if path := new(fs.PathError); errors.As(err, &path) { // without the name that nobody asked for
		return fmt.Errorf("folder %s: %w", folder, path.Err)
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// Path is the file of that name in the run's folder.
func (o Options) Path(name string) string { return filepath.Join(o.Out, name) }

// Save writes a file into the run's folder and prints its path. Until all of it is on disk, a file
// of that name from an earlier run stays as it was.
func (o Options) Save(name string, data []byte) error {
	if err := atomicfile.Write(o.Path(name), data); err != nil {
		return err
	}
	o.Printf("wrote %s\n", o.Path(name))
	return nil
}

// Picture saves a drawing under that name in the run's folder and prints its path. The ending of
// the name chooses the format; with -svg a .png is drawn as .svg too. With -no-pictures nothing happens.
func (o Options) Picture(name string, drawing interface{ Save(path string) error }) error {
	if o.NoPictures {
		return nil
	}
	names := []string{name}
	if bare, ok := strings.CutSuffix(name, ".png"); ok && o.SVG {
		names = append(names, bare+".svg")
	}
	for _, name := range names {
		if err := drawing.Save(o.Path(name)); err != nil {
			return fmt.Errorf("picture %s: %w", name, err)
		}
		o.Printf("wrote %s\n", o.Path(name))
	}
	return nil
}

// Curves saves curves.png: everything that the run measured, by epoch. A history without epochs has
// no picture.
func (o Options) Curves(h *model.History) error {
	if o.NoPictures || len(h.Epochs) == 0 {
		return nil
	}
	curves, err := chart.NewHistoryCurves(h)
	if err != nil {
		return fmt.Errorf("picture curves.png: %w", err)
	}
	curves.Title = o.Program
	return o.Picture("curves.png", curves)
}

// SaveRun writes history.csv and run.json, which holds the seed, the flags, the versions and the
// machine of the run, the last epoch's figures, and the figures that the program adds by name.
// h is nil for a program without a history.
func (o Options) SaveRun(h *model.History, figures map[string]float64) error {
	report, err := o.report(h, figures)
	if err != nil {
		return fmt.Errorf("run.json: %w", err)
	}
	if h != nil && len(h.Epochs) > 0 { // -epochs 0 leaves the history of the run before
		var table bytes.Buffer
		if err := h.WriteCSV(&table); err != nil {
			return fmt.Errorf("history.csv: %w", err)
		}
		if err := o.Save("history.csv", table.Bytes()); err != nil {
			return err
		}
	}
	return o.Save("run.json", report)
}
