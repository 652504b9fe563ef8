package model

import (
	"errors"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/solver"
)

// commons is ranks with memory in common: the weights, what the solver keeps of them, and the gradients of each rank. Behind
// the backward pass of all each rank moves its share of the weights, by the sum of all gradients there. A step waits
// twice, for all gradients and for all weights. Nothing is copied, and the gradients of the others are fewer bytes to read
// than each rank saves by moving no more than its share.
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

	steps   bool           // a step is running
	running gorgonia.Nodes // gradients of its graph; nil: this rank has no rows
}

// piece is the weights lo to hi-1 of a parameter.
type piece struct{ param, lo, hi int }

// pieceValues is how many weights are summed and moved at once by one thread, while they are in its cache: some 0.6 MB of
// weights, moments and gradients for two ranks.
const pieceValues = 1 << 15

// lineValues are whole cache lines: no two ranks write into one.
const lineValues = 16

// newCommons is nil where not all ranks can have memory in common, or the solver cannot be shared.
func newCommons(n *Net, g Group) (joint, error) {
	sharer, ok := g.(Sharer)
	if _, shared := solver.SlotBytes(n.config.Solver, n.config.Dtype, nil); !shared || len(n.params) == 0 {
		ok = false
	}
	var able, all [1]float64
	if ok {
		able[0] = 1
	}
	if err := g.Sum64(all[:], able[:]); err != nil || all[0] < float64(g.Size()) {
		return nil, err
	}
	if n.config.Dtype == tensor.Float64 {
		return commonsOf(n, sharer, (*tensor.Dense).Float64s)
	}
	return commonsOf(n, sharer, (*tensor.Dense).Float32s)
}

func commonsOf[T kernel.Float](n *Net, g Sharer, floats func(*tensor.Dense) []T) (joint, error) {
	c := &commons[T]{group: g, net: n, sizes: n.paramSizes(), floats: floats}
	slots, _ := solver.SlotBytes(n.config.Solver, n.config.Dtype, c.sizes)
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
	c.share = shareOf(g.Rank(), g.Size(), c.places, c.sizes, pieceValues*kernel.Workers())
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

// shareOf is the weights that a rank moves, in pieces of at most limit: whole lines of the vector of all.
func shareOf(rank, ranks int, places, sizes []int, limit int) []piece {
	last := len(sizes) - 1
	lines := partAt(rank, ranks, (places[last]+sizes[last]-1)/lineValues+1)
	lo, hi := lines.first*lineValues, (lines.first+lines.rows)*lineValues
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
	c.private, c.net.shared = private, true
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
	c.net.shared = false
	c.net.graphs.reset() // they know where the weights were
	return c.release()
}

// prepare lets the graph compute gradients where the other ranks read them.
func (c *commons[T]) prepare(g *Graph) {
	for i, grad := range g.Grads { // one of an operation that cannot do so is copied in collect
		op.Place(grad, c.part(c.grads[c.group.Rank()], i))
	}
}

func (c *commons[T]) begin(g *Graph) {
	c.steps, c.running = true, nil
	if g != nil {
		c.running = g.Grads
	}
}

func (c *commons[T]) done(int) {}

func (c *commons[T]) end(f *figures, failed bool) error {
	if c.steps && !failed {
		if f.bad = c.collect(); f.bad != nil {
			f.own[figureFailed] = 1
		}
	}
	c.steps = false
	return c.group.Sum64(f.all[:], f.own[:])
}

// collect copies the gradients that were computed elsewhere, and sees that the solver can take the step: on all ranks, or none
// moves a weight.
func (c *commons[T]) collect() error {
	for i, n := range c.running {
		t, err := denseGradient(n)
		if err != nil {
			return err
		}
		if own, values := c.part(c.grads[c.group.Rank()], i), c.floats(t); &values[0] != &own[0] {
			copy(own, values)
		}
	}
	return c.solver.Begin()
}

func (c *commons[T]) solve(rows int) error {
	c.move(rows)
	var own, all [1]float64 // nobody goes on before all have moved their shares
	return c.group.Sum64(all[:], own[:])
}

// move moves this rank's share of the weights.
func (c *commons[T]) move(rows int) {
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
}
