package cli

import (
	"cmp"
	"path/filepath"
	"strconv"
	"strings"

	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/tensorboard"
)

// events is the callback that writes the folder of -tensorboard. A run that a visitor of the page started has a folder
// in that one, so that TensorBoard compares it with those before.
func (r *Run) events() []model.Callback {
	if r.tensorboardTo == "" || r.net == nil {
		return nil
	}
	dir := r.tensorboardTo
	if r.boards++; r.boards > 1 {
		dir = filepath.Join(dir, strconv.Itoa(r.boards))
	}
	r.board = &tensorboard.Board{Dir: dir, Net: r.net, Histograms: r.histograms, Hyperparameters: r.hyperparameters(),
		Warn: r.later}
	return []model.Callback{r.board.Callback()}
}

// hyperparameters are the flags that change what the net learns, with the optimizer and the learning rate that it has.
func (r *Run) hyperparameters() map[string]any {
	all := map[string]any{"program": r.Program}
	for _, f := range r.flags {
		if f.Unkept || f.Free && f.Name != "epochs" {
			continue
		}
		switch v := f.Value.(type) {
		case int:
			all[f.Name] = float64(v)
		case uint32:
			all[f.Name] = float64(v)
		default:
			if v != "" {
				all[f.Name] = v
			}
		}
	}
	own := r.net.Config().Solver
	if s, ok := own.(solver.Solver); ok {
		all["optimizer"] = cmp.Or(r.optimizer, solver.NameOf(s), strings.ToLower(s.View().Solver))
	}
	if rate := solver.LearningRate(own); rate != nil {
		all["lr"] = *rate
	}
	return all
}

// closeBoard ends the events of a run.
func (r *Run) closeBoard() {
	if r.board == nil {
		return
	}
	dir := r.board.Dir
	if err := r.board.Close(); err != nil {
		r.fail(err)
	} else {
		r.Printf("wrote %s: tensorboard --logdir %s\n", shown(dir), word(r.tensorboardTo))
	}
	r.board = nil
}
