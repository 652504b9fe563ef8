package model

import (
	"context"
	"errors"
	"fmt"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/solver"
)

// Fit says how to train.
type Fit struct {
	Epochs     int
	Batch      int          // rows per step; the last step of an epoch has the remaining ones
	Validation dataset.Data // evaluated after each epoch; may be nil
	NoShuffle  bool         // keep the rows in their order
	Reshuffle  bool         // give each epoch another order, as Keras 2.15 does
	Check      bool         // check in every step that outputs, gradients and weights of every layer are finite
	Callbacks  []Callback

	// Distribution trains together with other processes: each rank computes its shard of every batch of Batch rows, and
	// of the validation, and all get the weights and the history that one process alone would get, but for the last
	// digits. Callbacks are each rank's own. An ErrStop or another error of one ends all ranks, except those of
	// TrainEnd and Interrupted; one of BatchEnd after the next step, unless it is the epoch's last. One that sets the
	// learning rate must set the same on all ranks. nil: this process alone.
	Distribution Distribution
}

// Fit trains on all rows of the data, Epochs times, in an order that follows from the seed: as in Keras 3.15.1 after
// set_random_seed, it is the same in every epoch and in every Fit, unless Reshuffle is set. A second Fit continues
// where the first one ended; one of a net with a State.Run resumes that run, up to its Epochs-th epoch.
//
// It returns the history of all whole epochs, also with an error. The error is ctx.Err() after a cancellation, that of
// a callback or of rows that cannot be read, or names a loss or weight that is not finite; the weights are then those
// of the last whole step. A second Fit of a net beside the first one, as from its callbacks, is an error.
func (n *Net) Fit(ctx context.Context, data dataset.Data, f Fit) (*History, error) {
	if !n.fitting.TryLock() {
		return &History{}, fmt.Errorf("fit: %w", errFitting)
	}
	defer n.fitting.Unlock()
	t := &trainer{net: n, data: data, fit: f, ranks: f.Distribution,
		history: &History{HasAccuracy: n.accuracy(), HasValidation: f.Validation != nil}}
	if t.ranks == nil {
		t.ranks = alone{}
	}
	err := t.prepare()
	if err != nil {
		err = fmt.Errorf("fit: %w", err)
	}
	if err := t.ranks.Join(n, data, f, err); err != nil {
		return t.history, err
	}
	defer t.close()
	err = t.run(ctx)
	if err != nil && (errors.Is(err, ErrInterrupted) || Cancelled(ctx, err)) {
		err = errors.Join(err, each(f.Callbacks,
			func(c *Callback) func(*History) error { return c.Interrupted }, t.history))
	}
	return t.history, err
}

// maxStepBytes bounds the memory of one training step's graph: a mistyped batch is an error, before the machine is out
// of memory.
const maxStepBytes = 8_000_000_000

// mostEpochs bounds how many epochs a history has memory for from the start; a longer one grows.
const mostEpochs = 1 << 13

// rowBytes is about how many bytes one row needs in a training graph: its input, and the output of each layer
// with its gradient.
func (n *Net) rowBytes() int {
	return (2*n.RowSize() - n.input.TotalSize()) * int(n.config.Dtype.Size())
}

// graphBytes is about how many bytes a graph has, beside the parameters.
func (n *Net) graphBytes(key graphKey) int {
	if key.mode == Train {
		return key.Rows*n.rowBytes() + n.ParamCount()*int(n.config.Dtype.Size()) // the gradients
	}
	return key.Rows * n.RowSize() * int(n.config.Dtype.Size())
}

// trainer is the state of one Fit.
type trainer struct {
	net     *Net
	data    dataset.Data
	fit     Fit
	ranks   Distribution
	history *History
	batches int              // steps of an epoch
	graphs  map[Shard]*Graph // of the batch, and of the last smaller one
	newest  *Graph           // of the step before
	settled *Graph           // newest, if nothing but numbers has changed since: a step repeats it without checks
	solver  solver.Solver    // the net's if it can repeat a step; nil on several ranks
	order   []int
	look    OutputFunc // ValidationBatch of all callbacks; nil: none has it
	perStep bool       // a callback has BatchEnd
}

// prepare checks what the Fit is given, and makes what its steps need.
func (t *trainer) prepare() error {
	if t.fit.Epochs < 0 {
		return fmt.Errorf("epochs %d, want at least 0", t.fit.Epochs)
	}
	if t.fit.Batch < 1 {
		return fmt.Errorf("batch %d, want at least 1", t.fit.Batch)
	}
	var err error
	if t.data, err = t.net.accepts(t.data, true); err != nil {
		return err
	}
	if err := solver.Trainable(t.net.config.Solver); err != nil && t.fit.Epochs > 0 {
		return err
	}
	for i, l := range t.net.layers {
		if err := layer.Trainable(l.Layer.Layer); err != nil && t.fit.Epochs > 0 { // a Fit of no epochs changes nothing
			return t.net.layerError(i, err)
		}
	}
	batch := min(t.fit.Batch, t.data.Len())
	if ranks := t.ranks.Size(); batch < ranks {
		return fmt.Errorf("a batch of %d rows for %d ranks: want at least one row for each", batch, ranks)
	}
	if last := t.data.Len() % batch; last > 0 && last < t.ranks.Size() && t.net.Statistics() > 0 {
		return fmt.Errorf("the last batch of an epoch has %d rows for %d ranks: the BatchNormalization of this net "+
			"wants at least one row for each: try another batch size", last, t.ranks.Size())
	}
	if rows := t.ranks.Shard(batch).Rows; rows > maxStepBytes/t.net.rowBytes() {
		return fmt.Errorf("a step of %d rows needs about %.0f GB, want at most %.0f: try a smaller batch",
			rows, float64(rows)*float64(t.net.rowBytes())/1e9, maxStepBytes/1e9)
	}
	if t.fit.Validation != nil {
		if t.fit.Validation, err = t.net.accepts(t.fit.Validation, true); err != nil {
			return fmt.Errorf("validation: %w", err)
		}
	}
	t.batches = (t.data.Len()-1)/t.fit.Batch + 1 // does not overflow for the largest batch
	if p := t.net.Position(); p != nil {
		if err := p.check(t.fit, t.data.Len(), t.batches); err != nil {
			return err
		}
	}
	t.data = dataset.Keep(t.data)
	t.graphs = make(map[Shard]*Graph)
	if s := t.net.config.Solver; t.ranks == (alone{}) && solver.LearningRate(s) != nil {
		t.solver, _ = s.(solver.Solver)
	}
	t.order = span(0, t.data.Len())
	for _, c := range t.fit.Callbacks {
		t.perStep = t.perStep || c.BatchEnd != nil
		if c.ValidationBatch != nil {
			t.look = t.look.then(c.ValidationBatch)
		}
	}
	return nil
}

// close returns the graphs to the pool.
func (t *trainer) close() {
	t.net.change(func() { t.net.run = nil })
	for _, g := range t.graphs {
		g.ready, g.reduce = nil, nil
		t.net.graphs.put(g)
	}
}

// Cancelled reports whether err comes from the cancelled context.
func Cancelled(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)))
}
