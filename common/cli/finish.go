package cli

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli/internal/netfile"
	"gorgonia-lectures/common/cli/internal/outputs"
	"gorgonia-lectures/common/cli/internal/record"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// Finish ends a run: it evaluates the net on the test rows, writes history.csv and run.json, saves the net, and shows
// the parts in their order. Of a net whose outputs are classes, run.json has the test_accuracy. What fails is reported,
// and the rest is done: a file that cannot be written costs no other one. An interrupt leaves out the parts that
// follow.
func (r *Run) Finish(ctx context.Context, net *model.Net, h *model.History, test dataset.Set,
	parts ...show.Part) error {
	r.limitGarbage()
	t := show.Trained{Program: r.Program, Seed: r.Seed, Net: net, History: h, Curves: r.Curves, Test: test}
	if err := r.evaluate(ctx, &t); err != nil && !interrupted(ctx, err) {
		r.fail(err)
		parts = []show.Part{show.Curves} // of the training, which was measured
	}
	r.SaveRun(h)
	r.saveModel(net)
	for _, part := range parts {
		if ctx.Err() != nil {
			break
		}
		if err := part(ctx, r, t); err != nil && !interrupted(ctx, err) {
			r.fail(err)
		}
	}
	return ctx.Err()
}

// evaluate notes how well the trained net does on its test rows.
func (r *Run) evaluate(ctx context.Context, t *show.Trained) (err error) {
	if t.Score, err = t.Net.Evaluate(ctx, t.Test); err != nil {
		return err
	}
	if classes := t.Net.OutputShape(); classes[len(classes)-1] == 1 {
		return nil
	}
	outputs, err := await(ctx, func() (*tensor.Dense, error) { return t.Net.Predict(t.Test) })
	if err != nil {
		return err
	}
	t.Reading.Add(0, t.Net.Probabilities(outputs))
	if r.page != nil {
		r.page.Read(t.Reading)
	}
	r.Final("test_accuracy", t.Score.Accuracy)
	return nil
}

// mostGarbage bounds in bytes what the pictures leave to the garbage collector.
const mostGarbage = 16 << 20

// limitGarbage lets the collector run before garbage has taken as much memory as what a large net, its data and its
// solver need, which is Go's default. These are numbers, through which it need not look: collecting them takes no time.
func (r *Run) limitGarbage() {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if live := sample[0].Value.Uint64(); live > 4*mostGarbage {
		r.garbage = debug.SetGCPercent(int(max(10, 100*mostGarbage/live)))
	}
}

// saveModel saves the net in the file of -save, or after training under the program's own name for it, and prints
// the path. A net whose training was stopped on the page of -live, or whose checkpoint could not be written, is always
// saved.
func (r *Run) saveModel(net *model.Net) {
	unsaved := r.page != nil && r.page.Stopped() || r.keeper != nil && r.keeper.Err() != nil
	if r.SaveTo == "" && unsaved {
		r.SaveTo = r.Path(r.Program + ".h5")
	}
	if r.SaveTo == "" {
		return
	}
	save := func(path string) error { return netfile.Save(path, net, r.Program) }
	err := save(r.SaveTo)
	if err == nil {
		r.Printf("wrote %s\n", shown(r.SaveTo))
		return
	}
	path, failed := outputs.Elsewhere(r.Out, r.Program, filepath.Base(r.SaveTo), save)
	if failed != nil {
		r.fail(fmt.Errorf("%w: the net is lost: %w", err, failed))
		return
	}
	r.fail(fmt.Errorf("%w: the net is in %s instead", err, shown(path)))
}

// SaveRun writes history.csv and run.json, which has the seed, the flags, the versions and the machine of the run, the
// metrics of its last epoch, and the numbers of Final. h is nil for a program without a history.
func (r *Run) SaveRun(h *model.History) {
	if h != nil && len(h.Epochs) > 0 { // -epochs 0 keeps the history of an earlier run
		var table bytes.Buffer
		if err := h.WriteCSV(&table); err != nil {
			r.fail(fmt.Errorf("history.csv: %w", err))
		} else {
			r.Save("history.csv", table.Bytes())
		}
	}
	content, err := record.Run{Program: r.Program, Seed: r.Seed, Dtype: r.Dtype, Flags: r.flags, Net: r.net, History: h,
		Final: r.final}.JSON()
	if err != nil {
		r.fail(fmt.Errorf("run.json: %w", err))
	} else {
		r.Save("run.json", content)
	}
}

// Path is the file of that name in the run's folder.
func (r *Run) Path(name string) string { return filepath.Join(r.Out, name) }

// Save writes a file into the run's folder and prints its path, or reports why it could not. A file of that name from
// an earlier run stays as it is until all of the new one is on disk.
func (r *Run) Save(name string, data []byte) { r.write("", r.Path(name), data) }

// write writes a file and prints its path, or reports why it could not, after the name of what wants it.
func (r *Run) write(wanted, path string, data []byte) {
	if err := atomicfile.Write(path, data); err != nil {
		r.fail(fmt.Errorf("%s%w", wanted, err))
		return
	}
	r.Printf("wrote %s\n", shown(path))
}
