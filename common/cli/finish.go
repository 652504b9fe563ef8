package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"strings"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// Finish ends a run: it saves the net, evaluates it on the test rows, writes history.csv and run.json, and shows
// the parts in their order. Of a net whose outputs are classes, run.json has the test_accuracy.
func (r *Run) Finish(ctx context.Context, net *model.Net, h *model.History, test dataset.Set,
	parts ...show.Part) error {
	limitGarbage()
	if err := r.saveModel(net); err != nil {
		return err
	}
	t := show.Trained{Program: r.Program, Seed: r.Seed, Net: net, History: h, Curves: r.Curves, Test: test}
	var err error
	if t.Score, err = net.Evaluate(ctx, test); err != nil { // as after an interrupt: the training was measured
		return errors.Join(err, r.SaveRun(h))
	}
	if classes := net.OutputShape(); classes[len(classes)-1] > 1 {
		outputs, err := net.Predict(test)
		if err != nil {
			return err
		}
		t.Reading.Add(0, outputs)
		if r.page != nil {
			r.page.Read(t.Reading)
		}
		r.Final("test_accuracy", t.Score.Accuracy)
	}
	if err := r.SaveRun(h); err != nil {
		return err
	}
	for _, part := range parts {
		if err := part(r, t); err != nil {
			return err
		}
	}
	return nil
}

// mostGarbage bounds in bytes what the pictures leave to the garbage collector.
const mostGarbage = 16 << 20

// limitGarbage lets the collector run before garbage has taken as much memory as what a large net, its data and its
// solver need, which is Go's default. These are numbers, through which it need not look: collecting them takes no time.
func limitGarbage() {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if live := sample[0].Value.Uint64(); live > 4*mostGarbage {
		debug.SetGCPercent(int(max(10, 100*mostGarbage/live)))
	}
}

// saveModel saves the net in the file of -save, or after training under the program's own name for it, and prints
// the path. A net whose training was stopped on the page of -live is always saved.
func (r *Run) saveModel(net *model.Net) error {
	if r.SaveTo == "" && r.page != nil && r.page.Stopped() {
		r.SaveTo = r.Path(r.Program + ".h5")
	}
	if r.SaveTo == "" {
		return nil
	}
	if err := keras.Save(r.SaveTo, net); err != nil {
		return err
	}
	r.Printf("wrote %s\n", shown(r.SaveTo))
	return nil
}

// SaveRun writes history.csv and run.json, which has the seed, the flags, the versions and the machine of the run, the
// metrics of its last epoch, and the numbers of Final. h is nil for a program without a history.
func (r *Run) SaveRun(h *model.History) error {
	report, err := r.report(h)
	if err != nil {
		return fmt.Errorf("run.json: %w", err)
	}
	if h != nil && len(h.Epochs) > 0 { // -epochs 0 keeps the history of an earlier run
		var table bytes.Buffer
		if err := h.WriteCSV(&table); err != nil {
			return fmt.Errorf("history.csv: %w", err)
		}
		if err := r.Save("history.csv", table.Bytes()); err != nil {
			return err
		}
	}
	return r.Save("run.json", report)
}

// Save writes a file into the run's folder and prints its path. A file of that name from an earlier run stays as it
// is until all of the new one is on disk.
func (r *Run) Save(name string, data []byte) error {
	if err := atomicfile.Write(r.Path(name), data); err != nil {
		return err
	}
	r.Printf("wrote %s\n", shown(r.Path(name)))
	return nil
}

// Draw saves what drawing makes under that name in the run's folder and prints its path. The extension chooses the
// format; with -svg a .png is drawn as .svg too. With -no-pictures nothing happens.
func (r *Run) Draw(name string, drawing func() (show.Drawing, error)) error {
	if r.NoPictures {
		return nil
	}
	picture, err := drawing()
	if err != nil {
		return fmt.Errorf("picture %s: %w", name, err)
	}
	names := []string{name}
	if bare, ok := strings.CutSuffix(name, ".png"); ok && r.SVG {
		names = append(names, bare+".svg")
	}
	for _, name := range names {
		if err := picture.Save(r.Path(name)); err != nil {
			return fmt.Errorf("picture %s: %w", name, err)
		}
		r.Printf("wrote %s\n", shown(r.Path(name)))
	}
	return nil
}
