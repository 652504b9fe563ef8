package model

import (
	"errors"
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/solver"
)

// commons is ranks with memory in common: the weights, what the solver keeps of them, and the gradients of each rank. Behind
// the backward pass of all each rank moves its share of the weights, by the sum of all gradients there. A step waits
// twice, for all gradients and for all weights, and nothing is copied: the gradients of the others are fewer bytes to
// read than the solver's work takes that they save it.
type commons[T kernel.Float] struct {
	group   Sharer
	net     *Net
	solver  *solver.Shared
	grads   [][]T // by rank, of all parameters; this rank's sums its share up in its own
	weights []T
	sizes   []int   // by parameter
	places  []int   // by parameter: where its first value is in these vectors
	share   []piece // this rank's
	private [][]T   // by parameter: its values before and behind the Fit; nil: they are there
	floats  func(*tensor.Dense) []T
	release func() error

	running gorgonia.Nodes // gradients of the running graph; nil: this rank has no rows
	bad     error          // a gradient that is none
}

// piece is the weights lo to hi-1 of a parameter.
type piece struct{ param, lo, hi int }

// pieceValues is how many weights are summed and moved at once by one thread, while they are in its cache: some 0.6 MB of
// weights, moments and gradients for two ranks.
const pieceValues = 1 << 15

// lineValues are whole cache lines: no two ranks write into one.
const lineValues = 16

// newCommons is nil where the ranks cannot have memory in common, or the solver cannot be shared.
func newCommons(n *Net, g Group) (joint, error) {
	sharer, ok := g.(Sharer)
	if !ok || len(n.params) == 0 {
		return nil, nil
	}
	if n.config.Dtype == tensor.Float64 {
		return commonsOf(n, sharer, (*tensor.Dense).Float64s)
	}
	return commonsOf(n, sharer, (*tensor.Dense).Float32s)
}

func commonsOf[T kernel.Float](n *Net, g Sharer, floats func(*tensor.Dense) []T) (joint, error) {
	c := &commons[T]{group: g, net: n, sizes: n.paramSizes(), floats: floats}
	slots, ok := solver.SlotBytes(n.config.Solver, n.config.Dtype, c.sizes)
	if !ok {
		return nil, nil
	}
	total := 0
	for _, size := range c.sizes {
		c.places = append(c.places, total)
		total += (size-1)/lineValues*lineValues + lineValues
	}
	memory, release, err := g.Share((g.Size()+1)*kernel.CarvedBytes[T](total) + slots)
	if err = Agree(g, err); err != nil || memory == nil {
		if memory != nil {
			err = errors.Join(err, release())
		}
		return nil, err
	}
	c.release = release
	for range g.Size() {
		c.grads = append(c.grads, kernel.Carve[T](&memory, total))
	}
	c.weights = kernel.Carve[T](&memory, total)
	lines := partOf(g, total/lineValues)
	c.share = pieces(c.places, c.sizes, lines.first*lineValues, (lines.first+lines.rows)*lineValues, pieceValues*kernel.Workers())
	for _, first := range []bool{true, false} { // rank 0 first: who asks another one meanwhile finds its weights there
		var err error
		if first == (g.Rank() == 0) {
			err = c.enter(memory)
		}
		if err := Agree(g, err); err != nil {
			return nil, errors.Join(err, c.leave())
		}
	}
	return c, nil
}

// pieces are the weights in the range lo to hi of the vector of all, of at most limit each.
func pieces(places, sizes []int, lo, hi, limit int) []piece {
	var list []piece
	for i, at := range places {
		end := min(hi, at+sizes[i])
		for from := max(lo, at); from < end; from += limit {
			list = append(list, piece{i, from - at, min(from+limit, end) - at})
		}
	}
	return list
}

// enter puts the weights of rank 0, and what its solver keeps, into the common memory.
func (c *commons[T]) enter(slots []byte) error {
	c.net.weights.Lock()
	defer c.net.weights.Unlock()
	var model []gorgonia.ValueGrad
	var private [][]T
	for i, p := range c.net.params {
		grad := tensor.New(tensor.WithShape(p.shape...), tensor.WithBacking(c.part(c.grads[c.group.Rank()], i)))
		model, private = append(model, moved{p.Value, grad}), append(private, c.floats(p.Value))
	}
	var err error
	if c.solver, err = solver.Share(c.net.config.Solver, model, slots, c.group.Rank() == 0); err != nil {
		return err
	}
	for i, p := range c.net.params {
		if c.group.Rank() == 0 {
			copy(c.part(c.weights, i), private[i])
		}
		back(p.Value, c.part(c.weights, i))
	}
	c.private = private
	return nil
}

// part is a parameter's in a vector of all.
func (c *commons[T]) part(all []T, param int) []T {
	at := c.places[param]
	end := at + c.sizes[param]
	return all[at:end:end]
}

// back gives a tensor other memory. The header stays, so that graphs and solvers that have it see the new one.
func back[T kernel.Float](t *tensor.Dense, memory []T) { tensor.WithBacking(memory)(t) }

func (c *commons[T]) leave() error {
	c.net.weights.Lock()
	defer c.net.weights.Unlock()
	if c.private != nil {
		c.solver.Close()
	}
	for i, values := range c.private {
		p := c.net.params[i]
		copy(values, c.floats(p.Value))
		back(p.Value, values)
	}
	return c.release()
}

// prepare lets the graph compute gradients where the other ranks read them.
func (c *commons[T]) prepare(g *Graph) {
	for i, grad := range g.Grads { // one of an operation that cannot do so is copied in done
		op.Place(grad, c.part(c.grads[c.group.Rank()], i))
	}
}

func (c *commons[T]) begin(g *Graph) {
	c.running, c.bad = nil, nil
	if g != nil {
		c.running = g.Grads
	}
}

func (c *commons[T]) done(int) {}

func (c *commons[T]) end(f *figures, failed bool) error {
	if !failed {
		for i, n := range c.running {
			c.bad = errors.Join(c.bad, c.collect(i, n))
		}
	}
	c.running = nil
	if f.bad = c.bad; f.bad != nil {
		f.own[figureFailed] = 1
	}
	return c.group.Sum64(f.all[:], f.own[:])
}

// collect copies a gradient that was computed elsewhere.
func (c *commons[T]) collect(param int, n *gorgonia.Node) error {
	t, ok := n.Value().(*tensor.Dense)
	if !ok {
		return fmt.Errorf("a gradient is a %T, want a dense tensor", n.Value())
	}
	own := c.part(c.grads[c.group.Rank()], param)
	if values := c.floats(t); &values[0] != &own[0] {
		copy(own, values)
	}
	return nil
}

func (c *commons[T]) solve(rows int) error {
	own := c.move(rows)
	var failed, all [1]float64
	if own != nil {
		failed[0] = 1
	}
	if err := c.group.Sum64(all[:], failed[:]); err != nil {
		return errors.Join(own, err)
	}
	if all[0] > 0 {
		return Agree(c.group, own)
	}
	return nil
}

// move moves this rank's share of the weights.
func (c *commons[T]) move(rows int) error {
	if err := c.solver.Begin(); err != nil {
		return err
	}
	me, size := c.group.Rank(), c.group.Size()
	for _, p := range c.share {
		at, end := c.places[p.param]+p.lo, c.places[p.param]+p.hi
		sum := c.grads[me][at:end]
		if partAt(me, size, rows).rows == 0 {
			clear(sum)
		}
		for rank, grads := range c.grads {
			if rank != me && partAt(rank, size, rows).rows > 0 {
				kernel.Add(sum, grads[at:end])
			}
		}
		c.solver.Update(p.param, p.lo, p.hi)
	}
	c.solver.End()
	return nil
}
