package checkpoint

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/model"
)

// Keeper writes checkpoints of one Fit, keeps the best weights and stops a run whose loss has stopped falling. Its
// fields enable each of the three.
type Keeper struct {
	Net  *model.Net
	Info Info

	// Path is the file. It is written after the first and the last epoch, when the Fit is interrupted, and after the
	// other epochs, except where these are so short that writing would take more than about a twentieth of the time.
	// Without a Path, only an interrupted Fit is written, to Rescue if that is set.
	//
	// A write with a longer history takes longer, and the next one comes later: all writes together take a share of the
	// run's time, not time quadratic in its epochs.
	Path   string
	Every  time.Duration // write also within an epoch, after this time, but for at most half of the time; 0: never
	Rescue string

	// The loss is that of the validation, or of the training if there is no validation.
	Best     bool // when the run ends, give the net the weights of the epoch with the lowest loss
	Patience int  // stop when the loss has not fallen in this number of epochs; 0: never

	// Resumed has the best weights of a resumed run, from File.Best.
	Resumed []*tensor.Dense

	// Warn is called with the error of a failed write during the run, at most once a minute while writes keep failing.
	// Err has the error of the last write. nil: only Err reports errors.
	Warn func(error)
	FS   atomicfile.FS // nil: the operating system's

	monitor
	copied   []*tensor.Dense  // the memory of the best weights, unless they are still those of Resumed
	written  time.Time        // the start of the last write
	cost     time.Duration    // its duration
	stale    bool             // the run has a newer state
	steps    int              // since the clock was read
	failure  error            // of the last write
	warned   time.Time        // since the last write that succeeded; zero: not yet
	keptFile string           // the file of the last write that succeeded
	now      func() time.Time // time.Now, except in tests
	begun    bool
	restored bool // the net has its best weights, not those of the last step
}

const (
	costShare  = 20          // checkpoints of short epochs take at most this part of the time
	everyShare = 2           // and at most this part where Every asks for more
	warnEvery  = time.Minute // between warnings while writes keep failing: there may be thousands of short epochs
	clockSteps = 16          // between two readings of the clock: a step may take less than a microsecond
)

// Callback returns the callback for a Fit. It must come before callbacks that read the best weights at the end.
func (k *Keeper) Callback() model.Callback {
	if k.FS == nil {
		k.FS = atomicfile.OS{}
	}
	if k.now == nil {
		k.now = time.Now
	}
	if k.Best {
		k.best = k.Resumed // also if the Fit is cancelled before it begins
	}
	c := model.Callback{TrainBegin: k.begin, EpochEnd: k.epochEnd, TrainEnd: k.end, Interrupted: k.interrupted}
	if k.Path != "" && k.Every > 0 {
		c.BatchEnd = k.batchEnd
	}
	return c
}

// Err is the error of the last write, nil if it succeeded or there was none.
func (k *Keeper) Err() error { return k.failure }

// BestEpoch is the epoch with the lowest loss so far, 0 before the end of the first one.
func (k *Keeper) BestEpoch() int { return k.bestEpoch }

// File is the last checkpoint that was written, "" if there is none.
func (k *Keeper) File() string { return k.keptFile }

func (k *Keeper) begin(run model.Run) error {
	if k.Patience < 0 {
		return fmt.Errorf("patience %d, want at least 0", k.Patience)
	}
	k.monitor = monitor{validation: run.Validation, best: k.best}
	k.written, k.stale, k.begun = k.now(), true, true
	stop := false
	for _, e := range run.Before {
		_, stop = k.observe(e, k.Patience)
	}
	if k.Best && k.bestEpoch > 0 && k.best == nil {
		return errors.New("the checkpoint has no best weights, as the run was started without keeping them")
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
	if k.now().Sub(k.written) >= max(k.Every, everyShare*k.cost) {
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

// note records the end of an epoch. stop is true after Patience epochs without an improvement.
func (k *Keeper) note(e model.Epoch) (stop bool) {
	k.stale = true
	better, stop := k.observe(e, k.Patience)
	if better && k.Best {
		k.copied = k.Net.CopyWeights(k.copied)
		k.best = k.copied
	}
	return stop
}

// end writes the last state of the run, from which more epochs can follow, and then gives the net its best weights.
func (k *Keeper) end(*model.History) error {
	if k.Path != "" && k.stale {
		k.save(k.Path, nil)
	}
	if k.best == nil {
		return nil
	}
	k.restored = true
	return k.Net.SetWeights(k.best)
}

// interrupted writes the state of the run, if it has made a step.
func (k *Keeper) interrupted(h *model.History) error {
	if k.restored { // the run has ended and is written; a callback after this one was interrupted
		return nil
	}
	if p := k.Net.Position(); p == nil || len(p.Epochs) == 0 && p.Steps == 0 {
		return nil
	}
	if k.begun && len(h.Epochs) > k.seen { // a callback before this one was interrupted at the end of an epoch
		k.note(h.Last())
	}
	if path := cmp.Or(k.Path, k.Rescue); path != "" {
		k.save(path, nil)
	}
	return nil
}

// SaveTo writes the state of an interrupted run to another file, where Path or Rescue could not be written.
func (k *Keeper) SaveTo(path string) error {
	if !k.restored {
		k.save(path, nil)
	}
	return k.failure
}

// save writes the file. An error does not end the run: epochEnd tries again.
func (k *Keeper) save(path string, warn func(error)) {
	start := k.now()
	err := write(k.FS, path, k.Net, k.Info, k.best)
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
