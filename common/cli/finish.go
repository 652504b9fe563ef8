package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// Finish ends a run: it saves the net, evaluates it on the test rows, writes history.csv and run.json, and shows
// the parts in their order. Of a net whose outputs are classes, run.json has the test_accuracy.
func (r *Run) Finish(ctx context.Context, net *model.Net, h *model.History, test dataset.Set, parts ...show.Part) error {
	if err := r.saveModel(net); err != nil {
		return err
	}
	t := show.Trained{Program: r.Program, Seed: r.Seed, Net: net, History: h, Curves: r.Curves, Test: test}
	var err error
	if t.Score, err = net.Evaluate(ctx, test); err != nil {
		return err
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
		r.Figure("test_accuracy", t.Score.Accuracy)
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

// saveModel saves the net where -save says, or under the program's own name for it after training, and
// prints the path. A net whose training was stopped on the page of -live is saved in any case.
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
	r.Printf("wrote %s\n", r.SaveTo)
	return nil
}

// SaveRun writes history.csv and run.json, which holds the seed, the flags, the versions and the
// machine of the run, the last epoch's figures, and those of Figure. h is nil for a program without a history.
func (r *Run) SaveRun(h *model.History) error {
	report, err := r.report(h)
	if err != nil {
		return fmt.Errorf("run.json: %w", err)
	}
	if h != nil && len(h.Epochs) > 0 { // -epochs 0 leaves the history of the run before
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

// Save writes a file into the run's folder and prints its path. Until all of it is on disk, a file
// of that name from an earlier run stays as it was.
func (r *Run) Save(name string, data []byte) error {
	if err := atomicfile.Write(r.Path(name), data); err != nil {
		return err
	}
	r.Printf("wrote %s\n", r.Path(name))
	return nil
}

// Draw saves what drawing makes under that name in the run's folder and prints its path. The ending of the name
// chooses the format; with -svg a .png is drawn as .svg too. With -no-pictures nothing happens.
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
		r.Printf("wrote %s\n", r.Path(name))
	}
	return nil
}
