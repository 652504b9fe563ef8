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

// The states of a run, as the page gets them.
const (
	waiting  = "waiting"  // training has not begun
	training = "training" //
	pausing  = "pausing"  // after this step
	paused   = "paused"   //
	stopping = "stopping" // after this epoch
	stopped  = "stopped"  // because a visitor wanted it
	done     = "done"     //
	failed   = "failed"   //
)

// progress is what the training thread leaves for the page, and the page for that thread.
type progress struct {
	lock    sync.Mutex
	changed chan struct{} // closed, and made anew, when a visitor changes something

	state   string
	message string // why it failed
	run     model.Run
	batch   model.Batch
	epoch   model.Epoch // the last whole one
	epochs  history
	steps   trace
	reading show.Reading // of the last validation

	paused, stop bool    // what the visitors want
	held         bool    // training waits because of a pause
	speed        float64 // epochs a second at most; 0: no limit
	chosen       bool    // by a visitor
	since        time.Time
	before       int // steps that a resumed run had done before
	sinceSteps   int // steps done then: training has not been paused since

	filling show.Reading // of this validation: only the training thread looks
}

func (p *progress) init() {
	p.state, p.changed = waiting, make(chan struct{})
}

// Callback makes a Fit show itself on the page, and do what its buttons say. With it training pauses where the page
// says so, an end of ctx ends the pause with its error, and a stop returns model.ErrStop after the epoch.
func (p *Page) Callback() model.Callback {
	q := &p.progress
	return model.Callback{
		TrainBegin: func(run model.Run) error {
			q.begin(run)
			return nil
		},
		BatchEnd: func(b model.Batch) error { return q.batchEnd(p.ctx, b) },
		ValidationBatch: func(first int, output *tensor.Dense) error {
			q.filling.Add(first, output)
			return nil
		},
		EpochEnd: func(e model.Epoch) error { return q.epochEnd(p.ctx, e) },
		TrainEnd: func(*model.History) error {
			q.end()
			return nil
		},
	}
}

// Stopped tells whether a visitor ended the training before its last epoch, and wants the net to be saved.
func (p *Page) Stopped() bool {
	p.progress.lock.Lock()
	defer p.progress.lock.Unlock()
	return p.progress.stop
}

// Read shows what the net made of the test rows, in their order: what a validation does by itself.
func (p *Page) Read(r show.Reading) {
	p.progress.lock.Lock()
	defer p.progress.lock.Unlock()
	p.progress.reading = r
	p.progress.epochs.version++
}

func (p *progress) begin(run model.Run) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.run, p.batch, p.epoch = run, model.Batch{}, model.Epoch{} // nothing of a run before
	p.epochs = history{accuracy: slices.Contains(run.Metrics, model.Accuracy), validation: run.Validation,
		version: p.epochs.version + 1}
	version := p.steps.version + 1 // never an earlier one: a picture of the run before must not pass for one of this
	p.before = len(run.Before)*run.Batches + run.Steps
	p.steps = newTrace(run.Batches, p.before)
	p.steps.version = version
	for _, e := range run.Before { // of a resumed run
		p.epoch = e
		p.epochs.add(e)
	}
	p.state, p.held = training, false
	p.anchor()
}

// anchor begins to measure the speed anew.
func (p *progress) anchor() { p.since, p.sinceSteps = time.Now(), p.position() }

// position is the number of steps done.
func (p *progress) position() int {
	if p.batch.Batches == 0 { // no step yet
		return p.before
	}
	return (p.batch.Epoch-1)*p.batch.Batches + p.batch.Batch
}

func (p *progress) batchEnd(ctx context.Context, b model.Batch) error {
	p.lock.Lock()
	p.batch = b
	p.steps.add(b)
	wait := p.paused
	p.lock.Unlock()
	if !wait {
		return nil
	}
	return p.whilePaused(ctx)
}

// whilePaused returns when the run may continue.
func (p *progress) whilePaused(ctx context.Context) error {
	for {
		p.lock.Lock()
		p.held = p.paused
		wait, changed := p.paused, p.changed
		p.lock.Unlock()
		if !wait {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (p *progress) epochEnd(ctx context.Context, e model.Epoch) error {
	p.lock.Lock()
	p.epoch = e
	p.epochs.add(e)
	if len(p.filling.Predicted) > 0 {
		p.reading, p.filling = p.filling, show.Reading{}
	}
	p.lock.Unlock()
	if err := p.keepPace(ctx); err != nil {
		return err
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.stop { // maybe while the epoch waited
		return model.ErrStop
	}
	return nil
}

// longestWait is in seconds: what no visitor waits for.
const longestWait = 1e8

// keepPace waits until the epoch has taken as long as the speed says.
func (p *progress) keepPace(ctx context.Context) error {
	for {
		p.lock.Lock()
		early := time.Duration(0)
		if p.speed > 0 && p.batch.Batches > 0 && !p.stop {
			epochs := float64(p.position()-p.sinceSteps) / float64(p.batch.Batches)
			seconds := min(epochs/p.speed, longestWait) // a Duration holds 292 years
			early = time.Duration(seconds*float64(time.Second)) - time.Since(p.since)
		}
		changed := p.changed
		p.lock.Unlock()
		if early < time.Millisecond {
			return nil
		}
		timer := time.NewTimer(early)
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
		timer.Stop()
	}
}

func (p *progress) end() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.state = done
	if p.stop && p.epoch.Epoch < p.run.Epochs {
		p.state = stopped
	}
	p.epochs.version++ // no picture has the weights of the end yet
}

// fail is the end of a run by an error.
func (p *progress) fail(why error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.state, p.message = failed, why.Error()
}
