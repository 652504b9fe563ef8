package checkpoint

import (
	"errors"
	"fmt"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/model"
)

// Keeper writes checkpoints of a Fit, keeps the best weights and stops a run that gets no better, each where it is asked
// to. It serves one Fit.
type Keeper struct {
	Net  *model.Net
	Info Info

	// Path is the file to write: after each epoch, but where epochs are short so seldom that it takes about one part in
	// twenty of the time; after the first and the last one; and when the Fit is interrupted. "": only when it is
	// interrupted, into Rescue.
	Path   string
	Every  time.Duration // write in the middle of an epoch too, when so much time has passed; 0: do not
	Rescue string        // for a run without a Path; "": nothing is written then

	// The loss that is to fall is that of the validation, or of the training if there is none.
	Best     bool // when the run ends, give the net the weights of the epoch with the lowest loss
	Patience int  // stop when the loss has not fallen in that many epochs; 0: never

	// Resumed are the best weights so far of a resumed run, of File.Best.
	Resumed []*tensor.Dense

	// Warn gets the error of a file that could not be written during the run, of more in a row one a minute; what fails
	// at the end only Err tells. nil: Err tells all.
	Warn func(error)
	FS   atomicfile.FS // nil: the operating system's

	monitor
	written  time.Time        // when the newest file was begun
	cost     time.Duration    // what that took
	stale    bool             // there is something newer than what was written
	steps    int              // since the clock was looked at
	failure  error            // of the newest try
	warned   time.Time        // of failures in a row; zero: not yet
	keptFile string           // the newest file that was written
	now      func() time.Time // time.Now but in tests
	begun    bool
	restored bool // the net has its best weights, not those of the last step
}

// costShare bounds what checkpoints of short epochs cost: one part in that many of the time.
const costShare = 20

// warnEvery is the least time between two warnings of failures in a row: thousands of short epochs may fail to be kept.
const warnEvery = time.Minute

// clockSteps is how many steps pass between two looks at the clock: some take less than a microsecond.
const clockSteps = 16

// Callback hooks the Keeper into a Fit. It must come before callbacks that want to see the best weights at the end.
func (k *Keeper) Callback() model.Callback {
	if k.FS == nil {
		k.FS = atomicfile.OS{}
	}
	if k.now == nil {
		k.now = time.Now
	}
	k.best = k.Resumed // also if the Fit is cancelled before it begins
	c := model.Callback{TrainBegin: k.begin, EpochEnd: k.epochEnd, TrainEnd: k.end, Interrupted: k.interrupted}
	if k.Path != "" && k.Every > 0 {
		c.BatchEnd = k.batchEnd
	}
	return c
}

// Err is why the newest state is not on disk; nil if it is, or was not wanted there.
func (k *Keeper) Err() error { return k.failure }

// BestEpoch is the epoch with the lowest loss so far; 0: none has ended.
func (k *Keeper) BestEpoch() int { return k.bestEpoch }

// File is the newest checkpoint that was written; "": none was.
func (k *Keeper) File() string { return k.keptFile }

func (k *Keeper) begin(run model.Run) error {
	if k.Patience < 0 {
		return fmt.Errorf("patience %d, want at least 0", k.Patience)
	}
	k.monitor = monitor{validation: run.Validation, best: k.Resumed}
	k.written, k.stale, k.begun = k.now(), true, true
	stop := false
	for _, e := range run.Before {
		_, stop = k.observe(e, k.Patience)
	}
	if k.Best && k.bestEpoch > 0 && k.best == nil {
		return errors.New("the checkpoint has no best weights: the run was begun without keeping them")
	}
	if stop {
		return model.ErrStop
	}
	return nil
}

func (k *Keeper) batchEnd(model.Batch) error {
	k.stale = true
	if k.steps++; k.steps < clockSteps {
		return nil
	}
	k.steps = 0
	if k.now().Sub(k.written) >= k.Every {
		k.save(k.Path, k.Warn)
	}
	return nil
}

func (k *Keeper) epochEnd(e model.Epoch) error {
	stop := k.note(e)
	if k.Path != "" && (k.failure != nil || k.now().Sub(k.written) >= costShare*k.cost) {
		k.save(k.Path, k.Warn)
	}
	if stop {
		return model.ErrStop
	}
	return nil
}

// note looks at an epoch that has just ended.
func (k *Keeper) note(e model.Epoch) (stop bool) {
	k.stale = true
	better, stop := k.observe(e, k.Patience)
	if better && k.Best {
		k.best = k.Net.Weights()
	}
	return stop
}

// end writes what the run ended with, from which more epochs can go on, and then takes the best weights.
func (k *Keeper) end(*model.History) error {
	if k.Path != "" && k.stale {
		k.save(k.Path, nil)
	}
	if !k.Best || k.best == nil {
		return nil
	}
	k.restored = true
	return k.Net.SetWeights(k.best)
}

// interrupted writes what there is; before the first step there is nothing.
func (k *Keeper) interrupted(h *model.History) error {
	if k.restored { // a callback after this one was cancelled: the run has ended, with what end wrote
		return nil
	}
	if p := k.Net.Position(); p == nil || len(p.Epochs) == 0 && p.Steps == 0 {
		return nil
	}
	if k.begun && len(h.Epochs) > k.seen { // one before this one was cancelled at the end of an epoch
		k.note(h.Last())
	}
	if path := k.Path; path != "" {
		k.save(path, nil)
	} else if k.Rescue != "" {
		k.save(k.Rescue, nil)
	}
	return nil
}

// save writes the file. An error does not end the run: there is another try after the next epoch, if warn is not nil.
func (k *Keeper) save(path string, warn func(error)) {
	start := k.now()
	err := write(k.FS, path, k.Net, k.Info, k.bestWeights())
	k.written, k.cost, k.failure = start, k.now().Sub(start), nil
	if err == nil {
		k.stale, k.keptFile, k.warned = false, path, time.Time{}
		return
	}
	k.failure = fmt.Errorf("checkpoint: %w", err)
	if warn != nil && (k.warned.IsZero() || start.Sub(k.warned) >= warnEvery) {
		k.warned = start
		warn(k.failure)
	}
}

func (k *Keeper) bestWeights() []*tensor.Dense {
	if !k.Best {
		return nil
	}
	return k.best
}
