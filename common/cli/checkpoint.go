package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/cli/internal/flags"
	"gorgonia-lectures/common/cli/internal/netfile"
	"gorgonia-lectures/common/cli/internal/outputs"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// rescueName is the checkpoint of an interrupted run without -checkpoint.
const rescueName = "checkpoint.h5"

// info is what the checkpoint says of the program.
func (r *Run) info() checkpoint.Info {
	info := checkpoint.Info{Program: r.Program, Flags: map[string]string{}, Level: kernel.ActiveLevel().String(),
		Data: dataset.Fingerprint(r.data)}
	if before := r.resumed; before != nil && before.Level != info.Level {
		info.Level = before.Level // a run with steps at several levels lists them
		if levels := strings.Split(before.Level, ", "); !slices.Contains(levels, kernel.ActiveLevel().String()) {
			info.Level += ", " + kernel.ActiveLevel().String()
		}
	}
	for _, f := range r.flags {
		if f.Unkept {
			continue
		}
		info.Flags[f.Name] = f.Text
		if f.Given {
			info.Given = append(info.Given, f.Name)
		}
	}
	return info
}

// resume parses the command line again, after the flags that the run of -resume was started with.
func resume(r *Run, name string, d Defaults, args []string) (*Run, error) {
	file, err := checkpoint.Open(r.resumeFrom)
	if err != nil {
		return r, err
	}
	if file.Program != name {
		return r, fmt.Errorf("-resume %s: a run of %s, want one of %s", shown(r.resumeFrom), shown(file.Program), name)
	}
	for _, f := range r.flags {
		before, kept := file.Flags[f.Name]
		if !kept { // the flag is newer than the run
			before = f.Initial
		}
		if f.Given && before != f.Text && !f.Free && !f.Unkept {
			with := "with " + shown(before)
			if before == "" {
				with = "without -" + f.Name
			}
			return r, fmt.Errorf("-%s %s: the run in %s was started %s (-load continues with its net and other flags)",
				f.Name, shown(f.Text), shown(r.resumeFrom), with)
		}
	}
	var all []string
	for _, given := range file.Given {
		unkept := func(f flags.Setting) bool { return f.Unkept && f.Name == given }
		if _, kept := file.Flags[given]; !kept || slices.ContainsFunc(r.flags, unkept) {
			return r, fmt.Errorf("-resume %s: the run was started with %s, which no checkpoint keeps: use another file",
				shown(r.resumeFrom), shown("-"+given))
		}
		all = append(all, "-"+given+"="+file.Flags[given])
	}
	again, err := parse(name, d, append(all, args...))
	if err != nil {
		return r, fmt.Errorf("-resume %s: with the flags of its run: %w", shown(r.resumeFrom), err)
	}
	again.resumed = file
	if again.checkpointTo == "" {
		again.checkpointTo = again.resumeFrom
	}
	return again, nil
}

// resumedNet is the net of -resume. A net that does not fit the program and its data is an error.
func (r *Run) resumedNet(own *model.Net, data dataset.Data) (*model.Net, error) {
	file := r.resumed
	err := netfile.Fits(file.Net, own, data)
	got := dataset.Fingerprint(data)
	switch {
	case err != nil:
	case dataset.Err(data) != nil:
		err = dataset.Err(data)
	case got != file.Data:
		err = fmt.Errorf("the run trains on other data: %s, want %s (-load trains its net on these)", got, file.Data)
	}
	if err != nil {
		return nil, fmt.Errorf("resume %s: %w", shown(r.resumeFrom), err)
	}
	if level := kernel.ActiveLevel().String(); level != file.Level {
		r.Printf("the run has steps at the CPU level %s: at %s the last bits may differ\n", file.Level, level)
	}
	return file.Net, nil
}

// EpochsDone is how many epochs a resumed run has done; 0: a new run.
func EpochsDone(net *model.Net) int {
	if p := net.Position(); p != nil {
		return len(p.Epochs)
	}
	return 0
}

// saveInterrupted saves the history of an interrupted run, and its checkpoint elsewhere if it could not be written
// where it was wanted.
func (r *Run) saveInterrupted(h *model.History) error {
	r.screen.Clear()
	r.interruptedIn = fmt.Sprintf(" in epoch %d of %d", min(len(h.Epochs)+1, r.Epochs), r.Epochs)
	if err := r.keeper.Err(); err != nil {
		r.fail(err)
		// the last line of the run names the file, or the error
		_, _ = outputs.Elsewhere(r.Out, r.Program, rescueName, r.keeper.SaveTo)
	}
	if len(h.Epochs) == 0 {
		return nil
	}
	r.SaveRun(h)
	t := show.Trained{Program: r.Program, History: h, Curves: r.Curves}
	return show.Curves(context.Background(), r, t) // the context of the run is cancelled
}

// afterInterrupt is the last line of an interrupted run.
func (r *Run) afterInterrupt() error {
	k := r.keeper
	if k == nil || k.File() == "" && k.Err() == nil { // nothing was trained or kept
		return errors.New("interrupted")
	}
	where := r.interruptedIn
	if where == "" { // while files are written
		where = " after the training"
	}
	if k.Err() != nil {
		return fmt.Errorf("interrupted%s: %w", where, k.Err())
	}
	start := "go run"
	if r.group != nil {
		start = fmt.Sprintf("mpirun -np %d", r.group.Size())
	}
	return fmt.Errorf("interrupted%s: resume with %s ./%s -resume %s", where, start, r.Program, word(k.File()))
}
