package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// The states of a run in status events.
const (
	waiting  = "waiting"  // training has not started
	training = "training" //
	pausing  = "pausing"  // after this step
	paused   = "paused"   //
	stopping = "stopping" // after this epoch
	stopped  = "stopped"  // by a visitor
	done     = "done"     //
	failed   = "failed"   //

	restarting = "restarting" // a visitor has started the run again, which does not train yet
)

// progress is the state of the run. The training goroutine and the handlers of the page share it.
type progress struct {
	lock    sync.Mutex
	changed chan struct{} // closed and replaced when a visitor changes something

	state   string
	message string // why the run failed
	run     model.Run
	batch   model.Batch
	epoch   model.Epoch // the last complete one
	epochs  history
	steps   trace
	reading show.Reading // of the last validation

	paused, stop bool    // the buttons that visitors have pressed
	held         bool    // training waits because of a pause
	speed        float64 // the largest number of epochs a second; 0: no limit
	chosen       bool    // a visitor has chosen the speed
	since        time.Time
	before       int // steps that a resumed run had done
	sinceSteps   int // steps done at since, after which there was no pause

	settings   []Setting         // of Show
	number     int               // of the run, from 1
	pending    map[string]string // settings of the next run, for Again; nil: no visitor has started one
	restarting bool              // a visitor has started the next run, which does not train yet
	wanted     chan struct{}     // receives an entry when a visitor starts the next run

	filling show.Reading // of the running validation; used only by the training goroutine
}

func (p *progress) init() {
	p.state, p.changed, p.number, p.wanted = waiting, make(chan struct{}), 1, make(chan struct{}, 1)
}

// Callback returns the callback of Fit that shows its progress on the page and obeys the page's buttons. A pause takes
// effect after a step, and ends with an error if ctx is cancelled. Stop ends the Fit after an epoch, by model.ErrStop.
// Start again ends it after a step, by ErrAgain.
func (p *Page) Callback() model.Callback {
	q := &p.progress
	return model.Callback{
		TrainBegin: q.begin,
		BatchEnd:   func(b model.Batch) error { return q.batchEnd(p.ctx, b) },
		ValidationBatch: func(first int, output *tensor.Dense) error {
			if v := p.view.Load(); v != nil {
				output = v.Net.Probabilities(output)
			}
			q.filling.Add(first, output)
			return q.overtaken()
		},
		EpochEnd: func(e model.Epoch) error { return q.epochEnd(p.ctx, e) },
		TrainEnd: q.end,
	}
}

// Stopped reports whether a visitor has stopped the training, so that the net is to be saved.
func (p *Page) Stopped() bool {
	p.progress.lock.Lock()
	defer p.progress.lock.Unlock()
	return p.progress.stop
}

// Read sets the reading of the test rows, in their order, as each validation does.
func (p *Page) Read(r show.Reading) {
	p.progress.lock.Lock()
	defer p.progress.lock.Unlock()
	p.progress.reading = r
	p.progress.epochs.version++
}

func (p *progress) begin(run model.Run) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.pending != nil {
		return ErrAgain
	}
	p.clear()
	p.run, p.restarting = run, false
	p.epochs.accuracy, p.epochs.validation = slices.Contains(run.Metrics, model.Accuracy), run.Validation
	p.before = len(run.Before)*run.Batches + run.Steps
	version := p.steps.version
	p.steps = newTrace(run.Batches, p.before)
	p.steps.version = version
	for _, e := range run.Before { // the epochs of a resumed run
		p.epoch = e
		p.epochs.add(e)
	}
	p.state = training
	p.anchor()
	return nil
}

// anchor starts a new measurement of the speed.
func (p *progress) anchor() { p.since, p.sinceSteps = time.Now(), p.position() }

// position returns the number of steps done.
func (p *progress) position() int {
	if p.batch.Batches == 0 { // no step yet
		return p.before
	}
	return (p.batch.Epoch-1)*p.batch.Batches + p.batch.Batch
}

func (p *progress) batchEnd(ctx context.Context, b model.Batch) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.batch = b
	p.steps.add(b)
	for p.held = p.paused; p.held; p.held = p.paused {
		if err := p.wait(ctx, nil); err != nil {
			return err
		}
	}
	return p.again()
}

// again returns ErrAgain if a visitor has started the run again. The caller holds the lock.
func (p *progress) again() error {
	if p.pending != nil {
		return ErrAgain
	}
	return nil
}

// overtaken is again for a caller that does not hold the lock.
func (p *progress) overtaken() error {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.again()
}

// wait unlocks p until a visitor changes something or the timer fires. It returns an error if ctx is cancelled.
func (p *progress) wait(ctx context.Context, timer <-chan time.Time) error {
	changed := p.changed
	p.lock.Unlock()
	defer p.lock.Lock()
	select {
	case <-changed:
	case <-timer:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

func (p *progress) epochEnd(ctx context.Context, e model.Epoch) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.epoch = e
	p.epochs.add(e)
	if len(p.filling.Predicted) > 0 {
		p.reading, p.filling = p.filling, show.Reading{}
	}
	if err := p.keepPace(ctx); err != nil {
		return err
	}
	if p.stop { // maybe while the epoch waited
		return model.ErrStop
	}
	return p.again()
}

// longestWait is in seconds; a Duration holds at most 292 years.
const longestWait = 1e8

// keepPace waits until the epoch has taken the time that the speed demands.
func (p *progress) keepPace(ctx context.Context) error {
	for p.speed > 0 && p.batch.Batches > 0 && !p.stop && p.pending == nil {
		epochs := float64(p.position()-p.sinceSteps) / float64(p.batch.Batches)
		seconds := min(epochs/p.speed, longestWait)
		early := time.Duration(seconds*float64(time.Second)) - time.Since(p.since)
		if early < time.Millisecond {
			return nil
		}
		if err := p.wait(ctx, time.After(early)); err != nil {
			return err
		}
	}
	return nil
}

func (p *progress) end(*model.History) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.state = done
	if p.stop && p.epoch.Epoch < p.run.Epochs {
		p.state = stopped
	}
	p.epochs.version++ // redraw the pictures with the last weights
	return nil
}

// fail ends the run with an error.
func (p *progress) fail(why error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.state, p.message, p.restarting = failed, why.Error(), p.pending != nil
}
