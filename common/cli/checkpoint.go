package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

// session is what the copies of Options share in one run.
type session struct {
	name     string
	stderr   io.Writer
	net      *model.Net         // of Load
	data     model.Data         // to train it on
	resumed  *checkpoint.File   // of -resume; nil: a new run
	keeper   *checkpoint.Keeper // of the newest Fit
	breakOff string             // where that was interrupted; "": it was not
	ranks    int                // of the group; 0: alone
	together bool               // the ranks of a group train, or have trained
}

// rescueName is the checkpoint of an interrupted run without -checkpoint.
const rescueName = "checkpoint.h5"

func defineCheckpoint(c *command, opt *Options) {
	offer(c, "checkpoint", &opt.checkpointTo, "", fileName, "keep the run in `FILE` while it trains, an .h5 that -resume and Keras take")
	offer(c, "checkpoint-every", &opt.checkpointEvery, 10*time.Minute, interval, "write it within long epochs too, each `TIME`; 0: only behind epochs (default 10m)")
	offer(c, "resume", &opt.resumeFrom, "", fileName, "go on with the run in `FILE`, with its flags, as if it had not been broken off")
	offer(c, "keep", &opt.keep, "last", oneOf("last", "best"), "end with the weights of the epoch that is `last|best`: of the lowest loss, of the validation if there is one (default last)")
	offer(c, "patience", &opt.patience, 0, count(0), "stop when that loss has not fallen in `N` epochs (default 0, never)")
	c.set.BoolVar(&opt.Check, "check", false, "look for numbers that are not finite in each layer of each step")
	c.common = append(c.common, "check")
}

// interval reads a time that is not negative.
func interval(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return 0, errors.New("must be a time, as 90s or 10m")
	case d < 0:
		return 0, errors.New("must be at least 0")
	}
	return d, nil
}

// oneOf takes the words alone.
func oneOf(words ...string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !slices.Contains(words, text) {
			return "", fmt.Errorf("must be %s", strings.Join(words, " or "))
		}
		return text, nil
	}
}

// A run that goes on has all flags of before. These are not kept in its checkpoint, and those may be changed.
var (
	unkept = []string{"checkpoint", "graph", "json", "live", "live-addr", "load", "predict", "quiet", "resume"}
	free   = []string{"check", "checkpoint-every", "data", "epochs", "no-pictures", "out", "patience", "save", "stream", "svg"}
)

// info is what the checkpoint says of the program.
func (o Options) info() checkpoint.Info {
	info := checkpoint.Info{Program: o.Program, Flags: map[string]string{}, Level: kernel.ActiveLevel().String(),
		Data: model.Fingerprint(o.session.data)}
	if before := o.session.resumed; before != nil && before.Level != info.Level {
		info.Level = before.Level // what has steps of several levels says so
		if levels := strings.Split(before.Level, ", "); !slices.Contains(levels, kernel.ActiveLevel().String()) {
			info.Level += ", " + kernel.ActiveLevel().String()
		}
	}
	for _, f := range o.flags {
		if slices.Contains(unkept, f.name) {
			continue
		}
		info.Flags[f.name] = f.text
		if f.given {
			info.Given = append(info.Given, f.name)
		}
	}
	return info
}

// resume parses the command line anew behind the flags that the run of -resume was begun with.
func resume(opt Options, name string, d Defaults, args []string) (Options, error) {
	file, err := checkpoint.Open(opt.resumeFrom)
	if err != nil {
		return opt, err
	}
	if file.Program != name {
		return opt, fmt.Errorf("-resume %s: a run of %s, want one of %s", shown(opt.resumeFrom), shown(file.Program), name)
	}
	for _, f := range opt.flags {
		before, kept := file.Flags[f.name]
		if f.given && kept && before != f.text && !slices.Contains(free, f.name) && !slices.Contains(d.Free, f.name) {
			return opt, fmt.Errorf("-%s %s: the run in %s has %s (-load goes on with its net otherwise)",
				f.name, shown(f.text), shown(opt.resumeFrom), shown(before))
		}
	}
	var all []string
	for _, given := range file.Given {
		if _, kept := file.Flags[given]; !kept || slices.Contains(unkept, given) {
			return opt, fmt.Errorf("-resume %s: its run has the flag %s, which none keeps", shown(opt.resumeFrom), shown("-"+given))
		}
		all = append(all, "-"+given+"="+file.Flags[given])
	}
	again, err := parse(name, d, append(all, args...))
	if err != nil {
		return opt, fmt.Errorf("-resume %s: with the flags of its run: %w", shown(opt.resumeFrom), err)
	}
	again.session.resumed = file
	if again.checkpointTo == "" {
		again.checkpointTo = again.resumeFrom
	}
	return again, nil
}

// resumedNet is the net of -resume, which must fit the program and its data.
func (o Options) resumedNet(own *model.Net, data model.Data) (*model.Net, error) {
	file := o.session.resumed
	err := fits(file.Net, own, data)
	got := model.Fingerprint(data)
	switch {
	case err != nil:
	case model.DataErr(data) != nil:
		err = model.DataErr(data)
	case got != file.Data:
		err = fmt.Errorf("the run trains on other data: %s, want %s", got, file.Data)
	}
	if err != nil {
		return nil, fmt.Errorf("resume %s: %w", o.resumeFrom, err)
	}
	if level := kernel.ActiveLevel().String(); level != file.Level {
		o.Printf("the run has steps at the CPU level %s: at %s the last bits may differ\n", file.Level, level)
	}
	return file.Net, nil
}

// EpochsDone is how many epochs of its run the net has behind it: 0 unless the run goes on.
func EpochsDone(net *model.Net) int {
	if p := net.Position(); p != nil {
		return len(p.Epochs)
	}
	return 0
}

// keepers are the callbacks that keep the run, and leave what there is of an interrupted one.
func (o Options) keepers() []model.Callback {
	s := o.session
	if s == nil || s.net == nil || o.helper() {
		return nil
	}
	k := &checkpoint.Keeper{
		Net: s.net, Path: o.checkpointTo, Every: o.checkpointEvery, Rescue: o.Path(rescueName),
		Best: o.keep == "best", Patience: o.patience, Warn: func(err error) {
			o.warn(fmt.Errorf("%w: training goes on, with another try behind the next epoch", err))
		},
	}
	if s.resumed != nil {
		k.Resumed = s.resumed.Best
	}
	s.keeper, s.breakOff = k, ""
	if o.checkpointTo != "" {
		k.Info = o.info()
	}
	tell := model.Callback{TrainEnd: func(h *model.History) error {
		o.tellEnd(k, h)
		return nil
	}, Interrupted: o.interrupted}
	// the rows are read for the Info only where it is needed
	return []model.Callback{{Interrupted: func(*model.History) error {
		if o.checkpointTo == "" {
			k.Info = o.info()
			if err := model.DataErr(s.data); err != nil { // the Info is not that of the data
				o.warn(fmt.Errorf("no checkpoint is left: %w", err))
				k.Rescue = ""
			}
		}
		return nil
	}}, k.Callback(), tell}
}

// tellEnd says what -patience and -keep have done.
func (o Options) tellEnd(k *checkpoint.Keeper, h *model.History) {
	best, last := k.BestEpoch(), h.Last().Epoch
	if best == 0 {
		return
	}
	if o.patience > 0 && last-best >= o.patience {
		o.Printf("stopped: the loss has not fallen since epoch %d\n", best)
	}
	if o.keep == "best" && best != last {
		o.Printf("the net has the weights of epoch %d, the best one\n", best)
	}
}

// interrupted leaves what there is of a run that was broken off.
func (o Options) interrupted(h *model.History) error {
	o.screen.clear()
	o.session.breakOff = fmt.Sprintf(" in epoch %d of %d", min(len(h.Epochs)+1, o.Epochs), o.Epochs)
	if len(h.Epochs) == 0 {
		return nil
	}
	if err := errors.Join(o.SaveRun(h, nil), o.Curves(h)); err != nil {
		o.warn(err)
	}
	return nil
}

// warn writes a line on standard error, and goes on.
func (o Options) warn(err error) {
	o.screen.clear()
	_, _ = fmt.Fprintf(o.session.stderr, "%s: %s\n", o.session.name, oneLine(err.Error()))
}

// afterInterrupt is the last line of an interrupted run.
func (s *session) afterInterrupt() error {
	k := s.keeper
	if k == nil || k.File() == "" && k.Err() == nil { // nothing was trained, or is kept
		return errors.New("interrupted")
	}
	where := s.breakOff
	if where == "" { // while files are written
		where = " behind the training"
	}
	if k.Err() != nil {
		return fmt.Errorf("interrupted%s: %w", where, k.Err())
	}
	start := "go run"
	if s.ranks > 0 {
		start = fmt.Sprintf("mpirun -np %d", s.ranks)
	}
	return fmt.Errorf("interrupted%s: go on with %s ./%s -resume %s", where, start, s.name, word(k.File()))
}

// unkeptState is why the newest state of a run is not in its checkpoint; nil if it is.
func (s *session) unkeptState() error {
	if s.keeper == nil {
		return nil
	}
	return s.keeper.Err()
}
