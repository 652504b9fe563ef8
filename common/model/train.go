package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorgonia-lectures/common/random"
	"gorgonia-lectures/common/solver"
)

func (t *trainer) run(ctx context.Context) error {
	p := t.net.Position()
	if p == nil {
		p = &Position{BatchSize: t.fit.Batch, Rows: t.data.Len(), Validation: t.fit.Validation != nil,
			Reshuffle: t.fit.Reshuffle}
	}
	for _, e := range p.Epochs {
		e.Epochs = t.fit.Epochs
		t.history.Epochs = append(t.history.Epochs, e)
	}
	t.history.Epochs = slices.Grow(t.history.Epochs, min(t.fit.Epochs-len(t.history.Epochs), mostEpochs))
	p.Epochs = slices.Grow(p.Epochs, cap(t.history.Epochs)-len(p.Epochs))
	t.net.change(func() { t.net.run = p }) // from here on others read it
	if !t.fit.NoShuffle {
		random.Order(t.order, t.net.config.Seed, 0) // that of every epoch, without Reshuffle
	}
	run := Run{Epochs: t.fit.Epochs, Batches: t.batches, BatchSize: t.fit.Batch, Rows: t.data.Len(),
		Metrics: t.net.config.Metrics, Validation: t.fit.Validation != nil,
		Before: slices.Clone(t.history.Epochs), Steps: p.Steps}
	err := each(t.fit.Callbacks, func(c *Callback) func(Run) error { return c.TrainBegin }, run)
	_, err = t.ranks.Sum(ctx, Sums{}, err)
	for epoch := len(p.Epochs) + 1; epoch <= t.fit.Epochs && err == nil; epoch++ {
		err = t.epoch(ctx, epoch, p)
	}
	if err == nil || errors.Is(err, ErrStop) {
		bad := t.net.reading(t.net.checkWeights)
		if bad != nil {
			bad = fmt.Errorf("epoch %d, after the last step: %w", p.epoch(), bad)
		}
		if _, bad = t.ranks.Sum(ctx, Sums{}, bad); bad != nil { // on all ranks if on one
			err = bad
		}
	}
	if err = t.ranks.Leave(err); err != nil && !errors.Is(err, ErrStop) {
		return err
	}
	err = each(t.fit.Callbacks, func(c *Callback) func(*History) error { return c.TrainEnd }, t.history)
	if errors.Is(err, ErrStop) { // training has ended already
		return nil
	}
	return err
}

func (t *trainer) epoch(ctx context.Context, epoch int, p *Position) error {
	t.net.change(func() { p.began = time.Now().Add(-time.Duration(p.Seconds * float64(time.Second))) })
	if t.fit.Reshuffle && !t.fit.NoShuffle {
		random.Order(t.order, t.net.config.Seed, t.net.epoch)
	}
	if err := t.steps(ctx, epoch, p); err != nil {
		return err
	}
	mean := p.mean()
	e := Epoch{Epoch: epoch, Epochs: t.fit.Epochs, Loss: mean.Loss, Accuracy: mean.Accuracy}
	if t.fit.Validation != nil {
		v, err := t.validate(ctx)
		if err == nil {
			err = checkLoss(v.Loss, t.net.blameWeights)
		}
		if err != nil {
			return fmt.Errorf("epoch %d, validation: %w", epoch, err)
		}
		e.ValLoss, e.ValAccuracy = v.Loss, v.Accuracy
	}
	e.Seconds = time.Since(p.began).Seconds()
	t.net.change(func() {
		t.net.epoch++
		p.end(e)
	})
	t.history.Epochs = append(t.history.Epochs, e)
	err := each(t.fit.Callbacks, func(c *Callback) func(Epoch) error { return c.EpochEnd }, e)
	_, err = t.ranks.Sum(ctx, Sums{}, err)
	return err
}

// steps takes the remaining steps of the epoch. When it is asked to end, a single rank ends before the next step;
// several ranks agree in that step, and end after it.
func (t *trainer) steps(ctx context.Context, epoch int, p *Position) error {
	var asked error
	for p.Steps < t.batches {
		if asked == nil {
			asked = ctx.Err()
		}
		if asked != nil && t.ranks.Size() == 1 {
			return asked
		}
		first := p.Steps * t.fit.Batch
		rows := t.order[first:min(first+t.fit.Batch, len(t.order))]
		ending, err := t.step(ctx, rows, p, asked)
		if err != nil {
			return fmt.Errorf("epoch %d, batch %d: %w", epoch, p.Steps+1, err)
		}
		asked = t.batchEnd(epoch, len(rows), p)
		if ending != nil {
			if asked == nil || errors.Is(asked, ErrStop) {
				asked = ending
			}
			break
		}
	}
	_, err := t.ranks.Sum(ctx, Sums{}, asked)
	return err
}

// validate measures the validation; each rank evaluates whole graphs of rows.
func (t *trainer) validate(ctx context.Context) (Score, error) {
	rows := t.fit.Validation.Len()
	graphs := t.ranks.Shard((rows-1)/evaluationRows + 1)
	first, end := min(graphs.First*evaluationRows, rows), min((graphs.First+graphs.Rows)*evaluationRows, rows)
	look, show := t.ranks.Outputs(Shard{first, end - first, rows}, t.look)
	own, err := t.net.evaluate(ctx, t.fit.Validation, first, end, look)
	all, err := t.ranks.Sum(ctx, own, err)
	if err != nil {
		return Score{}, err
	}
	return all.mean(), show(ctx)
}

// batchEnd calls the callbacks after a step.
func (t *trainer) batchEnd(epoch, rows int, p *Position) error {
	if !t.perStep {
		return nil
	}
	mean := p.mean()
	return each(t.fit.Callbacks, func(c *Callback) func(Batch) error { return c.BatchEnd },
		Batch{Epoch: epoch, Batch: p.Steps, Batches: t.batches, Rows: rows, Loss: mean.Loss, Accuracy: mean.Accuracy})
}

// step trains on the given rows: forward, back, and the solver. asked is why this rank wants to end after the step,
// ending why all ranks do.
func (t *trainer) step(ctx context.Context, rows []int, p *Position, asked error) (ending, err error) {
	if g := t.settled; g != nil && len(rows) == g.key.All {
		return asked, t.repeat(g, rows, p)
	}
	t.settled = nil
	shard := t.ranks.Shard(len(rows))
	var g *Graph
	if shard.Rows > 0 { // none of a small batch on many ranks
		if g, err = t.graph(shard); err == nil {
			err = g.load(t.data, rows[shard.First:][:shard.Rows])
		}
	}
	t.net.weights.Lock()
	defer t.net.weights.Unlock()
	var own Step
	if err == nil && g != nil {
		if err = g.run(); err == nil {
			own.Params = g.trained
			own.Sums, err = t.measure(g)
		}
	}
	all, ending, err := t.ranks.Step(ctx, own, asked, err)
	if err != nil {
		return nil, err
	}
	if len(all.Params) > 0 {
		if err := t.net.config.Solver.Step(all.Params); err != nil {
			return nil, fmt.Errorf("solver: %w", err)
		}
	}
	if t.solver != nil && len(all.Params) > 0 && g.own != nil && g.own.Settled() {
		t.settled = g
	}
	return ending, t.endStep(g, all.Sums, p)
}

// repeat is step on a single rank after one of as many rows: nothing but numbers has changed since, and what that step
// has checked takes longer than the step of a few neurons.
func (t *trainer) repeat(g *Graph, rows []int, p *Position) error {
	if err := g.load(t.data, rows); err != nil {
		return err
	}
	t.net.weights.Lock()
	defer t.net.weights.Unlock()
	if err := g.own.Repeat(); err != nil {
		return err
	}
	sums, err := t.measure(g)
	if err != nil {
		return err
	}
	if err := solver.Repeat(t.solver, g.trained); err != nil {
		return fmt.Errorf("solver: %w", err)
	}
	return t.endStep(g, sums, p)
}

// endStep updates what a step changes beside the weights. g is nil if this rank has no rows.
func (t *trainer) endStep(g *Graph, sums Sums, p *Position) error {
	if g != nil {
		if err := g.update(); err != nil {
			return err
		}
	}
	if t.fit.Check {
		if err := t.net.checkWeights(); err != nil {
			return fmt.Errorf("after the step: %w", err)
		}
	}
	t.net.step++
	p.add(sums)
	return nil
}

// measure reads the loss and the accuracy of the newest run.
func (t *trainer) measure(g *Graph) (Sums, error) {
	s, err := t.net.score(g, g.key.Rows)
	if err != nil {
		return Sums{}, err
	}
	if err := checkLoss(s.Loss, func() error { return t.net.blame(g) }); err != nil {
		return Sums{}, err
	}
	if t.fit.Check {
		return s, t.net.checkRun(g)
	}
	return s, nil
}

// graph is the one for a shard of a batch.
func (t *trainer) graph(s Shard) (*Graph, error) {
	if t.newest != nil && t.newest.key.Shard == s {
		return t.newest, nil
	}
	g, ok := t.graphs[s]
	if !ok {
		var err error
		inRows := t.ranks.Size() == 1 && !t.fit.Check && solver.TakesRows(t.net.config.Solver)
		if g, err = t.net.graphOf(graphKey{Train, s, inRows}); err != nil {
			return nil, err
		}
		g.ready = func(param int) { t.ranks.Ready(g.trained, param) }
		g.reduce = t.ranks.Reduce
		t.graphs[s] = g
	}
	t.newest = g
	return g, nil
}
