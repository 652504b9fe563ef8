package model

import (
	"context"
	"errors"
	"fmt"

	"gorgonia.org/tensor"
)

// Fit says how to train.
type Fit struct {
	Epochs     int
	Batch      int  // rows per step; the last step of an epoch takes what is left
	Validation Data // evaluated after each epoch; may be nil
	NoShuffle  bool // keep the rows in their order
	Check      bool // look at the outputs and gradients of every layer in every step, and at the weights after it
	Callbacks  []Callback

	// Distribution trains together with other processes: each rank computes its shard of every batch of Batch rows, and
	// of the validation, and all get the weights and the history that one process alone would get, but for the last
	// digits. Callbacks are each rank's own. An ErrStop or another error of one ends all ranks, except those of
	// TrainEnd and Interrupted; one of BatchEnd after the next step, unless it is the epoch's last. One that sets the
	// learning rate must do so alike on all ranks. nil: this process alone.
	Distribution Distribution
}

// Fit trains on all rows of the data, Epochs times, in a new order each epoch. A second Fit continues
// where the first one ended; one of a net with a State.Run resumes that run, up to its Epochs-th epoch.
//
// It returns what it measured up to where it came: also with an error, which is ctx.Err() after a
// cancellation, that of a callback, of rows that cannot be read, or a loss or weight that is not finite. The
// weights are then those of the last whole step. A net fits once at a time: a second Fit beside the first one, as
// from its callbacks, is an error.
func (n *Net) Fit(ctx context.Context, data Data, f Fit) (*History, error) {
	if !n.fitting.TryLock() {
		return &History{}, fmt.Errorf("fit: %w", errFitting)
	}
	defer n.fitting.Unlock()
	t := &trainer{net: n, data: data, fit: f, ranks: f.Distribution,
		history: &History{HasAccuracy: n.accuracy(), HasValidation: f.Validation != nil}}
	if t.ranks == nil {
		t.ranks = alone{}
	}
	if err := t.ranks.Join(n, data, f, t.check()); err != nil {
		return t.history, err
	}
	defer t.close()
	err := t.run(ctx)
	if err != nil && (errors.Is(err, ErrInterrupted) || Cancelled(ctx, err)) {
		err = errors.Join(err, each(f.Callbacks, func(c Callback) error {
			if c.Interrupted == nil {
				return nil
			}
			return c.Interrupted(t.history)
		}))
	}
	return t.history, err
}

// maxStepBytes bounds the memory of one training step's graph: a mistyped batch ends with an error, not
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
	ranks   Distribution
	history *History
	batches int              // steps of an epoch
	graphs  map[Shard]*Graph // of the batch, and of the last smaller one
	newest  *Graph           // of the step before
	order   []int
	perStep []func(Batch) error
	look    OutputFunc   // ValidationBatch of all callbacks; nil: none has it
	unread  func() error // DataErr of the data; nil: it has none
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
	batch := min(t.fit.Batch, t.data.Len())
	if ranks := t.ranks.Size(); batch < ranks {
		return fmt.Errorf("fit: a batch of %d rows for %d ranks: want at least one row for each", batch, ranks)
	}
	if rows := t.ranks.Shard(batch).Rows; rows > maxStepBytes/t.net.rowBytes() {
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
	if d, ok := t.data.(interface{ Err() error }); ok {
		t.unread = d.Err // asked for in each step, which of a tiny net takes less than a microsecond
	}
	t.graphs = make(map[Shard]*Graph)
	t.order = make([]int, t.data.Len())
	for i := range t.order {
		t.order[i] = i
	}
	for _, c := range t.fit.Callbacks {
		if c.BatchEnd != nil {
			t.perStep = append(t.perStep, c.BatchEnd)
		}
		if c.ValidationBatch != nil {
			t.look = both(t.look, c.ValidationBatch)
		}
	}
	return nil
}

// both looks at an output twice; first may be nil.
func both(first, second OutputFunc) OutputFunc {
	if first == nil {
		return second
	}
	return func(row int, output *tensor.Dense) error {
		if err := first(row, output); err != nil {
			return err
		}
		return second(row, output)
	}
}

// close gives the graphs back.
func (t *trainer) close() {
	t.net.setRun(nil)
	for _, g := range t.graphs {
		g.ready = nil
		t.net.graphs.put(g)
	}
}

// Cancelled reports whether err comes from the cancelled context.
func Cancelled(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)))
}
