package model

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"gorgonia.org/tensor"
)

// exchange is what a trainer has in a Group: it makes one step and one outcome of those of all ranks.
type exchange struct {
	group  Group
	joint  joint
	common bool // memory: the joint is a commons
	looked bool // a rank looks at the outputs for the validation
}

// joint is how the gradients of all ranks come together.
type joint interface {
	// prepare is called for a new graph, before its first run.
	prepare(g *Graph)
	// begin starts a step on a graph; nil if this rank has no rows of the batch.
	begin(g *Graph)
	// done hears in the run that the gradient of a parameter is computed.
	done(param int)
	// end ends the backward pass, and what is between two steps: it sums the figures when all ranks have come to
	// this point. If the step was failed, gradients may be missing. The error is one of the group.
	end(f *figures, failed bool) error
	// solve has the solver move the weights with the gradients of all ranks, in a step of so many rows.
	solve(rows int) error
	// leave gives the weights back to this rank alone.
	leave() error
}

// figures is the vector that ends each step: sums over the rows, and how many ranks want to end.
type figures struct {
	own, all [7]float64
	bad      error // why this rank's gradients, or its solver, are not good for a step
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
	x := &exchange{group: g}
	for _, p := range n.params {
		values := Float64s(p.Value)
		if err := g.Broadcast(values); err != nil {
			return nil, fmt.Errorf("weights: %w", err)
		}
		n.weights.Lock()
		store(p.Value, values)
		n.weights.Unlock()
	}
	common, err := newCommons(n, g)
	if err != nil {
		return nil, err
	}
	if x.joint, x.common = common, common != nil; !x.common {
		x.joint = newCourier(n, g)
	}
	looks := []float64{0, 0}
	if look {
		looks[0] = 1
	}
	if err := g.Sum64(looks[1:], looks[:1]); err != nil {
		return nil, errors.Join(err, x.joint.leave())
	}
	x.looked = looks[1] > 0
	return x, nil
}

// finish ends a step, or what is between two. From the score of this rank's rows, what it was asked to end with behind this step, and
// what went wrong in it, it makes those of the whole batch: the same on every rank.
func (x *exchange) finish(ctx context.Context, own score, asked, failed error) (all score, ending, err error) {
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
	if err := x.joint.end(&f, failed != nil); err != nil {
		return score{}, nil, errors.Join(failed, err)
	}
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
	_, ending, failed := x.finish(ctx, score{}, err, nil)
	if failed != nil {
		return failed
	}
	return ending
}

// end makes sure that all ranks have the same weights: what computes otherwise on one, as no two CPUs of one level should,
// would part those that have their own. Where they are in common, it is the solver that may have come apart. left is what
// this rank's leaving has come to.
func (x *exchange) end(n *Net, left error) error {
	sum := crc32.NewIEEE()
	for _, p := range n.params {
		for _, v := range Float64s(p.Value) {
			var word [8]byte
			binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
			sum.Write(word[:]) // a hash.Hash never returns an error
		}
	}
	facts := []Fact{{"a CRC-32 of the weights of", fmt.Sprintf("%08x", sum.Sum32())}}
	if k, ok := n.config.Solver.(keeper); ok && x.common {
		facts = append(facts, n.solverFact(), Fact{"solver's state", k.State().Checksum()})
	}
	return Agree(x.group, left, facts...)
}

// sum adds up tensors of all ranks.
func (x *exchange) sum(all, own *tensor.Dense) error {
	if all.Dtype() == tensor.Float64 {
		return x.group.Sum64(all.Float64s(), own.Float64s())
	}
	return x.group.Sum32(all.Float32s(), own.Float32s())
}
