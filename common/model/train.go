package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorgonia-lectures/common/kernel"
)

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
	err := t.agree(ctx, each(t.fit.Callbacks, func(c Callback) error {
		if c.TrainBegin == nil {
			return nil
		}
		return c.TrainBegin(run)
	}))
	for epoch := len(p.Epochs) + 1; epoch <= t.fit.Epochs && err == nil; epoch++ {
		err = t.epoch(ctx, epoch, p)
	}
	var left error
	if t.others != nil {
		left = t.others.joint.leave()
	}
	if err == nil || errors.Is(err, ErrStop) {
		if bad := t.net.lockedCheck(); bad != nil {
			err = fmt.Errorf("epoch %d, behind the last step: %w", p.epoch(), bad)
		}
	}
	if err != nil && !errors.Is(err, ErrStop) {
		if left != nil {
			err = errors.Join(err, left)
		}
		return err
	}
	if t.others != nil {
		if err := t.others.end(t.net, left); err != nil {
			return err
		}
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
	t.net.endEpoch(e)
	t.history.Epochs = append(t.history.Epochs, e)
	return t.agree(ctx, each(t.fit.Callbacks, func(c Callback) error {
		if c.EpochEnd == nil {
			return nil
		}
		return c.EpochEnd(e)
	}))
}

// steps does what is left of the epoch's steps. Alone it ends before the next step when it is asked to; ranks
// tell each other in a step, and end behind it.
func (t *trainer) steps(ctx context.Context, epoch int, p *Position) error {
	var asked error
	for p.Steps < t.batches {
		if asked == nil {
			asked = ctx.Err()
		}
		if asked != nil && t.others == nil {
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
	return t.agree(ctx, asked)
}

func (t *trainer) validate(ctx context.Context) (Score, error) {
	if t.others == nil {
		return t.net.evaluate(ctx, t.fit.Validation, t.tested)
	}
	return t.others.validate(ctx, t.net, t.fit.Validation, t.tested)
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

// step trains on the given rows: forward, back, and the solver. asked is why this rank is to end, ending why all
// ranks do, behind this step.
func (t *trainer) step(ctx context.Context, rows []int, p *Position, asked error) (ending, err error) {
	mine := t.part(len(rows))
	var g *Graph
	if mine.rows > 0 {
		if g, err = t.graph(mine); err == nil {
			g.copyIn(t.data, rows[mine.first:][:mine.rows])
			if t.unread != nil {
				err = t.unread()
			}
		}
	}
	t.net.weights.Lock()
	defer t.net.weights.Unlock()
	var s score
	if t.others == nil {
		if err == nil {
			s, err = t.compute(g)
		}
	} else {
		t.others.joint.begin(g)
		if err == nil && g != nil {
			s, err = t.compute(g)
		}
		s, ending, err = t.others.finish(ctx, s, asked, err)
	}
	if err != nil {
		return nil, err
	}
	if err := t.solve(g, len(rows)); err != nil {
		return nil, fmt.Errorf("solver: %w", err)
	}
	if t.fit.Check {
		if err := t.net.checkWeights(); err != nil {
			return nil, fmt.Errorf("behind the step: %w", err)
		}
	}
	t.net.step++
	p.add(s)
	return ending, nil
}

// compute runs the graph on the rows that were loaded.
func (t *trainer) compute(g *Graph) (score, error) {
	if err := g.run(); err != nil {
		return score{}, err
	}
	s, err := t.net.score(g, g.key.part.rows)
	if err != nil {
		return score{}, err
	}
	if err := checkLoss(s.loss, func() string { return t.net.blame(g) }); err != nil {
		return score{}, err
	}
	if t.fit.Check {
		return s, t.net.checkRun(g)
	}
	return s, nil
}

// solve moves the weights: with the gradients of the graph, or those of all ranks.
func (t *trainer) solve(g *Graph, rows int) error {
	if t.others != nil {
		return t.others.joint.solve(rows)
	}
	if len(g.solve) == 0 {
		return nil
	}
	return t.net.config.Solver.Step(g.solve)
}

// graph is the one for such a part of a batch.
func (t *trainer) graph(p part) (*Graph, error) {
	if t.newest != nil && t.newest.key.part == p {
		return t.newest, nil
	}
	g, ok := t.graphs[p]
	if !ok {
		var err error
		if g, err = t.newGraph(graphKey{Train, p}); err != nil {
			return nil, err
		}
		t.graphs[p] = g
	}
	t.newest = g
	return g, nil
}

func (t *trainer) newGraph(key graphKey) (*Graph, error) {
	if t.others == nil {
		return t.net.graphOf(key)
	}
	g, err := t.net.build(key)
	if err != nil {
		return nil, err
	}
	g.ready = t.others.joint.done
	t.others.joint.prepare(g)
	return g, nil
}
