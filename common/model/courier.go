package model

import (
	"cmp"
	"time"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// courier sums gradients by messages between the ranks, on a goroutine of its own while the backward pass goes on.
type courier struct {
	group    Group
	solver   gorgonia.Solver
	messages []message
	summed   vector
	model    []gorgonia.ValueGrad // the weights with the gradients of the whole batch

	tuner *tuner // rank 0's
	early bool   // sum while the backward pass goes on, as rank 0 said behind the last step
	begun time.Time

	steps bool           // a step is running
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

func newCourier(n *Net, g Group) *courier {
	c := &courier{group: g, solver: n.config.Solver, ready: make([]bool, len(n.params)), early: true}
	if g.Rank() == 0 {
		c.tuner = newTuner()
	}
	c.messages = cut(n.paramSizes(), messageValues(g.Size()))
	c.queue, c.idle = make(chan order, len(c.messages)+1), make(chan error)
	var grads []*tensor.Dense
	c.summed, grads = newVector(n, g, c.messages)
	for i, p := range n.params {
		c.model = append(c.model, moved{p.Value, grads[i]})
	}
	go c.serve()
	return c
}

// serve calls the group.
func (c *courier) serve() {
	var own, err error // of a gradient that is none, of the group
	for o := range c.queue {
		if o.message != nil {
			if err == nil {
				var bad error
				bad, err = c.summed.exchange(o.message, o.grads)
				own = cmp.Or(own, bad)
			}
			continue
		}
		if own != nil {
			o.figures.own[figureFailed] = 1
		}
		if err == nil {
			err = c.group.Sum64(o.figures.all[:], o.figures.own[:])
		}
		o.figures.bad = cmp.Or(own, o.figures.bad)
		c.idle <- err
		own, err = nil, nil
	}
}

func (c *courier) prepare(*Graph) {}

func (c *courier) begin(g *Graph) {
	c.steps, c.grads, c.sent, c.from, c.begun = true, nil, 0, len(c.ready), time.Now()
	clear(c.ready)
	if g != nil {
		c.grads = g.Grads
	}
}

func (c *courier) done(param int) {
	if !c.early {
		return
	}
	c.ready[param] = true
	for c.from > 0 && c.ready[c.from-1] {
		c.from--
	}
	for c.sent < len(c.messages) && c.messages[c.sent].least() >= c.from {
		c.send(c.grads)
	}
}

// send queues the next message; without gradients one of zeros.
func (c *courier) send(grads gorgonia.Nodes) {
	c.queue <- order{message: &c.messages[c.sent], grads: grads}
	c.sent++
}

func (c *courier) end(f *figures, failed bool) error {
	grads := c.grads
	if failed {
		grads = nil // they may not have been computed
	}
	for c.steps && c.sent < len(c.messages) {
		c.send(grads)
	}
	if v, ok := c.solver.(interface{ Validate() error }); ok && c.steps && !failed {
		if f.bad = v.Validate(); f.bad != nil { // on one rank: none is to take the step
			f.own[figureFailed] = 1
		}
	}
	if c.tuner != nil && c.tuner.early {
		f.own[figureEarly] = 1
	}
	c.queue <- order{figures: f}
	err := <-c.idle
	c.early = f.all[figureEarly] > 0
	if c.steps && c.tuner != nil {
		c.tuner.took(time.Since(c.begun))
	}
	c.steps = false
	return err
}

func (c *courier) solve(int) error {
	if len(c.model) == 0 {
		return nil
	}
	return c.solver.Step(c.model)
}

func (c *courier) leave() error {
	close(c.queue)
	return nil
}
