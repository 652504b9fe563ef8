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
	Check      bool // look at the outputs and gradients of every layer in every step, and at the weights behind it
	Callbacks  []Callback

	// Group trains with others: each rank computes its part of every batch of Batch rows, and of the validation,
	// and all get the weights and the history that one alone would get, but for the last digits. Callbacks are
	// each rank's own. An ErrStop or another error of one ends all, but for those of TrainEnd and Interrupted; one of
	// BatchEnd behind the next step of all, unless it is the epoch's last. One that sets the learning rate must do so
	// alike on all ranks. Ranks of a Sharer have the weights in common until TrainEnd. nil: alone.
	Group Group
}

// Fit trains on all rows of the data, Epochs times, in a new order each epoch. A second Fit goes on
// where the first one ended; one of a net with a State.Run goes on with that run, to its Epochs-th epoch.
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
	t := &trainer{net: n, data: data, fit: f,
		history: &History{HasAccuracy: n.accuracy(), HasValidation: f.Validation != nil}}
	if err := t.join(t.check()); err != nil {
		return t.history, err
	}
	defer t.close()
	err := t.run(ctx)
	if err != nil && (errors.Is(err, ErrInterrupted) || cancelled(ctx, err)) {
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
	batches int             // steps of an epoch
	graphs  map[part]*Graph // of the batch, and of the last smaller one
	newest  *Graph          // of the step before
	order   []int
	perStep []func(Batch) error
	tested  []func(int, *tensor.Dense) error // ValidationBatch
	unread  func() error                     // DataErr of the data; nil: it has none
	others  *exchange                        // with the other ranks; nil: alone
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
	if t.fit.Group != nil {
		if ranks := t.fit.Group.Size(); min(t.fit.Batch, t.data.Len()) < ranks {
			return fmt.Errorf("fit: a batch of %d of %d rows for %d ranks, want at least one row for each",
				t.fit.Batch, t.data.Len(), ranks)
		}
	}
	if rows := t.part(min(t.fit.Batch, t.data.Len())).rows; rows > maxStepBytes/t.net.rowBytes() {
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
	t.graphs = make(map[part]*Graph)
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
		if t.others == nil { // else it computes for ranks that are gone
			t.net.graphs.put(g)
		}
	}
}

// join meets the other ranks, if there are any: err is what this one has come to.
func (t *trainer) join(err error) error {
	g := t.fit.Group
	if g == nil || g.Size() == 1 {
		return err
	}
	var same []Fact
	if err == nil {
		same = t.net.startFacts(t.fit, t.data)
		if err = DataErr(t.data); err == nil {
			err = DataErr(t.fit.Validation)
		}
	}
	if err := Agree(g, err, same...); err != nil {
		return err
	}
	t.others, err = meet(t.net, g, len(t.tested) > 0)
	return err
}

// agree makes one outcome of what each rank has come to.
func (t *trainer) agree(ctx context.Context, err error) error {
	if t.others == nil {
		return err
	}
	return t.others.agree(ctx, err)
}

// part is what this rank computes of so many rows.
func (t *trainer) part(rows int) part {
	if t.fit.Group == nil {
		return whole(rows)
	}
	return partOf(t.fit.Group, rows)
}
