package cli

import (
	"errors"
	"fmt"
	"path/filepath"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/cli/internal/outputs"
	"gorgonia-lectures/common/tensorboard"
)

// prepare makes the run's folder and checks every file that the run will write, before hours of training. It takes the
// locks of the run.
func (r *Run) prepare() error {
	if r.helper() {
		return nil
	}
	if r.SaveTo == "" && r.defaults.Model != "" && r.Epochs > 0 {
		r.SaveTo = r.Path(r.defaults.Model)
	}
	err := outputs.Folder("out", r.Out)
	if err == nil {
		err = errors.Join(outputs.File("graph", r.GraphTo), outputs.File("checkpoint", r.checkpointTo),
			outputs.File("save", r.SaveTo))
	}
	if err == nil && r.GraphTo != "" {
		err = outputs.File("graph", layersOf(r.GraphTo))
	}
	if err == nil {
		err = outputs.Folder("tensorboard", r.tensorboardTo)
	}
	if err == nil {
		r.locks, err = outputs.Lock(r.Program, []outputs.Output{
			{Flag: "out", Value: r.Out, Path: r.Path("run.json"), Folder: true},
			{Flag: "save", Value: r.SaveTo, Path: r.SaveTo},
			{Flag: "checkpoint", Value: r.checkpointTo, Path: r.checkpointTo},
			{Flag: "tensorboard", Value: r.tensorboardTo, Path: filepath.Join(r.tensorboardTo, "train"), Folder: true},
		}, r.warn)
	}
	if to := r.checkpointTo; err == nil && to != "" && r.resumed == nil && checkpoint.Holds(to) {
		err = fmt.Errorf("-checkpoint %s: it holds a run already: resume it with -resume, or remove it", shown(to))
	}
	if to := r.tensorboardTo; err == nil && to != "" && !r.resumesIn(to) && tensorboard.Holds(to) {
		err = fmt.Errorf("-tensorboard %s: it holds a run already: name another folder, or remove it", shown(to))
	}
	return err
}

// resumesIn reports whether the run that is resumed has its events in a folder.
func (r *Run) resumesIn(folder string) bool {
	if r.resumed == nil || r.resumed.Flags["tensorboard"] == "" {
		return false
	}
	before, err := filepath.Abs(r.resumed.Flags["tensorboard"])
	now, failed := filepath.Abs(folder)
	return err == nil && failed == nil && before == now
}
