package model

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// exchange is what a trainer has in a Group: it sums gradients and figures over the ranks, on a goroutine of its own
// while the backward pass goes on, and lets all ranks end together.
type exchange struct {
	group    Group
	messages []message
	summed   vector
	solve    []gorgonia.ValueGrad // the weights with the gradients of the whole batch
	looked   bool                 // a rank looks at the outputs for the validation

	tuner *tuner // rank 0's
	early bool   // sum while the backward pass goes on, as rank 0 said behind the last step
	begun time.Time

	grads gorgonia.Nodes // of the running graph; nil: this rank has no rows in this step
	ready []bool         // by parameter: its gradient is computed
	from  int            // so are those of all parameters from this one on
	sent  int            // messages of this step

	queue chan order
	idle  chan error // what became of the orders up to the newest figures
}

// order is something for the goroutine that calls the group: a message, or figures.
type order struct {
	message *message
	grads   gorgonia.Nodes
	figures *figures
}

// figures is the vector that ends each step: sums over the rows, and how many ranks want to end.
type figures struct {
	own, all [7]float64
	bad      error // what the messages before found wrong on this rank
}

// The places in it.
const (
	figureLoss = iota
	figureRight
	figureRows
	figureStopped
	figureInterrupted
	figureFailed
	figureEarly // rank 0 wants the next step to sum while the backward pass goes on
)

// meet begins a Fit in a group: all ranks get the weights of rank 0. look tells whether this one looks at the outputs
// for the validation.
func meet(n *Net, g Group, look bool) (*exchange, error) {
	x := &exchange{group: g, ready: make([]bool, len(n.params)), early: true}
	if g.Rank() == 0 {
		x.tuner = newTuner()
	}
	sizes := make([]int, len(n.params))
	for i, p := range n.params {
		sizes[i] = p.shape.TotalSize()
	}
	x.messages = cut(sizes, messageValues(g.Size()))
	x.queue, x.idle = make(chan order, len(x.messages)+1), make(chan error)
	var grads []*tensor.Dense
	x.summed, grads = newVector(n, g, x.messages)
	for i, p := range n.params {
		x.solve = append(x.solve, moved{p.Value, grads[i]})
		values := Float64s(p.Value)
		if err := g.Broadcast(values); err != nil {
			return nil, fmt.Errorf("weights: %w", err)
		}
		n.weights.Lock()
		store(p.Value, values)
		n.weights.Unlock()
	}
	looks := []float64{0, 0}
	if look {
		looks[0] = 1
	}
	if err := g.Sum64(looks[1:], looks[:1]); err != nil {
		return nil, err
	}
	x.looked = looks[1] > 0
	go x.serve()
	return x, nil
}

// moved is a parameter with the gradient of the whole batch.
type moved struct{ value, grad *tensor.Dense }

func (m moved) Value() gorgonia.Value         { return m.value }
func (m moved) Grad() (gorgonia.Value, error) { return m.grad, nil }

// serve calls the group.
func (x *exchange) serve() {
	var own, err error // of a gradient that is none, of the group
	for o := range x.queue {
		if o.message != nil {
			if err == nil {
				var bad error
				bad, err = x.summed.exchange(o.message, o.grads)
				own = cmp.Or(own, bad)
			}
			continue
		}
		if own != nil {
			o.figures.own[figureFailed] = 1
		}
		if err == nil {
			err = x.group.Sum64(o.figures.all[:], o.figures.own[:])
		}
		o.figures.bad = own
		x.idle <- err
		own, err = nil, nil
	}
}

func (x *exchange) close() { close(x.queue) }

// begin starts a step on a graph; nil if this rank has no rows of the batch.
func (x *exchange) begin(g *Graph) {
	x.grads, x.sent, x.from, x.begun = nil, 0, len(x.ready), time.Now()
	clear(x.ready)
	if g != nil {
		x.grads, g.ready = g.Grads, x.done
	}
}

// done hears that the gradient of a parameter is computed.
func (x *exchange) done(param int) {
	if !x.early {
		return
	}
	x.ready[param] = true
	for x.from > 0 && x.ready[x.from-1] {
		x.from--
	}
	for x.sent < len(x.messages) && x.messages[x.sent].least() >= x.from {
		x.send(x.grads)
	}
}

// send queues the next message; without gradients one of zeros.
func (x *exchange) send(grads gorgonia.Nodes) {
	x.queue <- order{message: &x.messages[x.sent], grads: grads}
	x.sent++
}

// finish ends a step. From the score of this rank's rows, what it was asked to end with behind this step, and
// what went wrong in it, it makes those of the whole batch: the same on every rank.
func (x *exchange) finish(ctx context.Context, own score, asked, failed error) (all score, ending, err error) {
	grads := x.grads
	if failed != nil {
		grads = nil // they may not have been computed
	}
	for x.sent < len(x.messages) {
		x.send(grads)
	}
	all, ending, err = x.settle(ctx, own, asked, failed)
	if x.tuner != nil {
		x.tuner.took(time.Since(x.begun))
	}
	return all, ending, err
}

// settle waits for all messages, and sums up the rest.
func (x *exchange) settle(ctx context.Context, own score, asked, failed error) (all score, ending, err error) {
	var f figures
	switch {
	case failed != nil, asked == nil:
	case errors.Is(asked, ErrStop):
		f.own[figureStopped] = 1
	case errors.Is(asked, ErrInterrupted), cancelled(ctx, asked):
		f.own[figureInterrupted] = 1
	default:
		failed = asked
	}
	if failed != nil {
		f.own[figureFailed] = 1
	} else {
		f.own[figureLoss], f.own[figureRight], f.own[figureRows] = own.loss, float64(own.right), float64(own.rows)
	}
	if x.tuner != nil && x.tuner.early {
		f.own[figureEarly] = 1
	}
	x.queue <- order{figures: &f}
	if err := <-x.idle; err != nil {
		return score{}, nil, errors.Join(failed, err)
	}
	x.early = f.all[figureEarly] > 0
	switch {
	case f.all[figureFailed] > 0:
		return score{}, nil, Agree(x.group, cmp.Or(failed, f.bad))
	case f.own[figureInterrupted] > 0:
		ending = asked
	case f.all[figureInterrupted] > 0:
		ending = ErrInterrupted
	case f.all[figureStopped] > 0:
		ending = ErrStop
	}
	return score{loss: f.all[figureLoss], right: int(f.all[figureRight]), rows: int(f.all[figureRows])}, ending, nil
}

// cancelled tells whether err comes from the cancelled context.
func cancelled(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)))
}

// agree makes one outcome of what each rank has come to between two steps.
func (x *exchange) agree(ctx context.Context, err error) error {
	_, ending, failed := x.settle(ctx, score{}, err, nil)
	if failed != nil {
		return failed
	}
	return ending
}

// end makes sure that all ranks have the same weights: what computes otherwise on one, as no two CPUs of one level should,
// would part them for good.
func (x *exchange) end(n *Net) error {
	sum := crc32.NewIEEE()
	for _, p := range n.params {
		for _, v := range Float64s(p.Value) {
			var word [8]byte
			binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
			sum.Write(word[:]) // a hash.Hash never returns an error
		}
	}
	return Agree(x.group, nil, Fact{"a CRC-32 of the weights of", fmt.Sprintf("%08x", sum.Sum32())})
}
