package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Fit says how to train.
type Fit struct {
	Epochs     int
	Batch      int  // rows per step; the last step of an epoch takes what is left
	Validation Data // evaluated after each epoch; may be nil
	NoShuffle  bool // keep the rows in their order
	Check      bool // look at the outputs and gradients of every layer in every step, and at the weights behind it
	Callbacks  []Callback
}

// Fit trains on all rows of the data, Epochs times, in a new order each epoch. A second Fit goes on
// where the first one ended; one of a net with a State.Run goes on with that run, to its Epochs-th epoch.
//
// It returns what it measured up to where it came: also with an error, which is ctx.Err() after a
// cancellation, that of a callback, or a loss or weight that is not finite. The weights are then those of the
// last whole step. A net fits once at a time: a second Fit beside the
// first one, as from its callbacks, is an error.
func (n *Net) Fit(ctx context.Context, data Data, f Fit) (*History, error) {
	if !n.fitting.TryLock() {
		return &History{}, fmt.Errorf("fit: %w", errFitting)
	}
	defer n.fitting.Unlock()
	t := &trainer{net: n, data: data, fit: f,
		history: &History{HasAccuracy: n.accuracy(), HasValidation: f.Validation != nil}}
	if err := t.check(); err != nil {
		return t.history, err
	}
	defer t.close()
	err := t.run(ctx)
	if err != nil && ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))) {
		err = errors.Join(err, each(f.Callbacks, func(c Callback) error {
			if c.Interrupted == nil {
				return nil
			}
			return c.Interrupted(t.history)
		}))
	}
	return t.history, err
}

// maxStepBytes bounds the memory of one training step's graph: a mistyped batch ends with a word, not
// with the machine out of memory.
const maxStepBytes = 8_000_000_000

// mostEpochs bounds the room that a history has from the start; a longer one grows.
const mostEpochs = 1 << 13

// rowBytes is about what one row takes in a training graph: its input, and the output of each layer
// with its gradient.
func (n *Net) rowBytes() int {
	return (2*n.RowSize() - n.input.TotalSize()) * int(n.config.Dtype.Size())
}

// trainer is the state of one Fit.
type trainer struct {
	net     *Net
	data    Data
	fit     Fit
	history *History
	batches int            // steps of an epoch
	graphs  map[int]*Graph // by rows: the batch, and the last smaller one
	newest  *Graph         // of the step before
	order   []int
	perStep []func(Batch) error
	tested  []func(int, *tensor.Dense) error // ValidationBatch
}

func (t *trainer) check() error {
	if !t.net.compiled {
		return errNotCompiled
	}
	if t.fit.Epochs < 0 {
		return fmt.Errorf("fit: epochs %d, want at least 0", t.fit.Epochs)
	}
	if t.fit.Batch < 1 {
		return fmt.Errorf("fit: batch %d, want at least 1", t.fit.Batch)
	}
	if err := t.net.accepts(t.data, true); err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	if rows := min(t.fit.Batch, t.data.Len()); rows > maxStepBytes/t.net.rowBytes() {
		return fmt.Errorf("fit: a step of %d rows needs about %.0f GB, want at most %.0f: try a smaller batch",
			rows, float64(rows)*float64(t.net.rowBytes())/1e9, maxStepBytes/1e9)
	}
	if t.fit.Validation != nil {
		if err := t.net.accepts(t.fit.Validation, true); err != nil {
			return fmt.Errorf("fit: validation: %w", err)
		}
	}
	t.batches = (t.data.Len()-1)/t.fit.Batch + 1 // any batch will do, also the largest int
	if p := t.net.Position(); p != nil {
		if err := p.check(t.fit, t.data.Len(), t.batches); err != nil {
			return fmt.Errorf("fit: %w", err)
		}
	}
	t.graphs = make(map[int]*Graph)
	t.order = make([]int, t.data.Len())
	for i := range t.order {
		t.order[i] = i
	}
	for _, c := range t.fit.Callbacks {
		if c.BatchEnd != nil {
			t.perStep = append(t.perStep, c.BatchEnd)
		}
		if c.ValidationBatch != nil {
			t.tested = append(t.tested, c.ValidationBatch)
		}
	}
	return nil
}

// close gives the graphs back.
func (t *trainer) close() {
	t.net.setRun(nil)
	for _, g := range t.graphs {
		t.net.graphs.put(g)
	}
}

func (t *trainer) run(ctx context.Context) error {
	p := t.net.Position()
	if p == nil {
		p = &Position{BatchSize: t.fit.Batch, Rows: t.data.Len(), Validation: t.fit.Validation != nil}
	}
	for _, e := range p.Epochs {
		e.Epochs = t.fit.Epochs
		t.history.Epochs = append(t.history.Epochs, e)
	}
	t.history.Epochs = slices.Grow(t.history.Epochs, min(t.fit.Epochs-len(t.history.Epochs), mostEpochs))
	p.Epochs = slices.Grow(p.Epochs, cap(t.history.Epochs)-len(p.Epochs))
	t.net.setRun(p) // from here on others read it
	run := Run{Epochs: t.fit.Epochs, Batches: t.batches, BatchSize: t.fit.Batch, Rows: t.data.Len(),
		Metrics: t.net.config.Metrics, Validation: t.fit.Validation != nil, Before: slices.Clone(t.history.Epochs), Steps: p.Steps}
	err := each(t.fit.Callbacks, func(c Callback) error {
		if c.TrainBegin == nil {
			return nil
		}
		return c.TrainBegin(run)
	})
	for epoch := len(p.Epochs) + 1; epoch <= t.fit.Epochs && err == nil; epoch++ {
		err = t.epoch(ctx, epoch, p)
	}
	if err == nil || errors.Is(err, ErrStop) {
		if bad := t.net.lockedCheck(); bad != nil {
			err = fmt.Errorf("epoch %d, behind the last step: %w", p.epoch(), bad)
		}
	}
	if err != nil && !errors.Is(err, ErrStop) {
		return err
	}
	err = each(t.fit.Callbacks, func(c Callback) error {
		if c.TrainEnd == nil {
			return nil
		}
		return c.TrainEnd(t.history)
	})
	if errors.Is(err, ErrStop) { // there is nothing left to stop
		return nil
	}
	return err
}

func (t *trainer) epoch(ctx context.Context, epoch int, p *Position) error {
	t.net.beginEpoch()
	if !t.fit.NoShuffle {
		kernel.NewStream(t.net.config.Seed, kernel.PurposeShuffle, uint32(t.net.epoch), 0).Perm(t.order)
	}
	for p.Steps < t.batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		first := p.Steps * t.fit.Batch
		rows := t.order[first:min(first+t.fit.Batch, len(t.order))]
		if err := t.step(rows, p); err != nil {
			return fmt.Errorf("epoch %d, batch %d: %w", epoch, p.Steps+1, err)
		}
		if err := t.batchEnd(epoch, len(rows), p); err != nil {
			return err
		}
	}
	mean := p.mean()
	e := Epoch{Epoch: epoch, Epochs: t.fit.Epochs, Loss: mean.Loss, Accuracy: mean.Accuracy}
	if t.fit.Validation != nil {
		v, err := t.net.evaluate(ctx, t.fit.Validation, t.tested)
		if err == nil {
			err = checkLoss(v.Loss, t.net.blameWeights)
		}
		if err != nil {
			return fmt.Errorf("epoch %d, validation: %w", epoch, err)
		}
		e.ValLoss, e.ValAccuracy = v.Loss, v.Accuracy
	}
	e.Seconds = time.Since(p.began).Seconds()
	t.net.endEpoch(e)
	t.history.Epochs = append(t.history.Epochs, e)
	return each(t.fit.Callbacks, func(c Callback) error {
		if c.EpochEnd == nil {
			return nil
		}
		return c.EpochEnd(e)
	})
}

// batchEnd tells the callbacks of a step; behind an ErrStop the others are told too.
func (t *trainer) batchEnd(epoch, rows int, p *Position) (stop error) {
	for _, batchEnd := range t.perStep {
		mean := p.mean()
		err := batchEnd(Batch{Epoch: epoch, Batch: p.Steps, Batches: t.batches, Rows: rows, Loss: mean.Loss, Accuracy: mean.Accuracy})
		if errors.Is(err, ErrStop) {
			stop = err
		} else if err != nil {
			return err
		}
	}
	return stop
}

// step trains on the given rows: forward, back, and the solver.
func (t *trainer) step(rows []int, p *Position) error {
	g, err := t.graph(len(rows))
	if err != nil {
		return err
	}
	g.load(t.data, rows)

	t.net.weights.Lock()
	defer t.net.weights.Unlock()
	if err := g.run(); err != nil {
		return err
	}
	s, err := t.net.score(g, len(rows))
	if err != nil {
		return err
	}
	if err := checkLoss(s.loss, func() string { return t.net.blame(g) }); err != nil {
		return err
	}
	if t.fit.Check {
		if err := t.net.checkRun(g); err != nil {
			return err
		}
	}
	if len(g.solve) > 0 {
		if err := t.net.config.Solver.Step(g.solve); err != nil {
			return fmt.Errorf("solver: %w", err)
		}
	}
	if t.fit.Check {
		if err := t.net.checkWeights(); err != nil {
			return fmt.Errorf("behind the step: %w", err)
		}
	}
	t.net.step++
	p.add(s)
	return nil
}

// graph is the one for steps of so many rows.
func (t *trainer) graph(rows int) (*Graph, error) {
	if t.newest != nil && t.newest.key.rows == rows {
		return t.newest, nil
	}
	g, ok := t.graphs[rows]
	if !ok {
		var err error
		if g, err = t.net.graph(Train, rows); err != nil {
			return nil, err
		}
		t.graphs[rows] = g
	}
	t.newest = g
	return g, nil
}
