package model

import (
	"fmt"
	"math"
	"time"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/solver"
)

// State is all that training depends on beside the layers and the configuration: from the same state
// it continues with the same bits.
type State struct {
	Weights []*tensor.Dense // in the order of Params
	Solver  solver.State    // steps, moments; the zero State starts the solver afresh
	Seed    uint32          // with Step and Epoch, which count from the first Fit, the whole random state
	Step    uint64          // training steps done: dropout is a function of it
	Epoch   int             // epochs done: a reshuffle is a function of it
	Run     *Position       // of the running Fit, nil if none runs; the next Fit of a net with this Start resumes it
}

// Position is the progress of a Fit between two steps. With it in the State the next Fit resumes in the middle of an
// epoch, and ends with the history and the weights of a Fit that was not interrupted.
type Position struct {
	BatchSize  int     // of the Fit; a Fit that resumes it must have the same, as Rows, Validation and Reshuffle
	Rows       int     // of its data
	Validation bool    // whether it has one
	Reshuffle  bool    // whether each epoch has an order of its own
	Epochs     []Epoch // finished ones
	Steps      int     // done in the epoch after them
	Seen       int     // rows of these steps
	Right      int     // how many of these were predicted right
	Loss       float64 // sum over these rows
	Seconds    float64 // duration of these steps

	began time.Time // when the epoch began, without the time between interruption and resumption; zero: it does not run
}

// clone shares no memory with p.
func (p *Position) clone() *Position {
	c := p.now()
	if c != nil {
		c.Epochs = append([]Epoch(nil), p.Epochs...)
	}
	return c
}

// now is the position with the time of the steps until now. It shares the epochs with p.
func (p *Position) now() *Position {
	if p == nil {
		return nil
	}
	c := *p
	if !p.began.IsZero() {
		c.Seconds, c.began = time.Since(p.began).Seconds(), time.Time{}
	}
	return &c
}

// add counts a step.
func (p *Position) add(s Sums) {
	p.Steps++
	p.Loss, p.Right, p.Seen = p.Loss+s.Loss, p.Right+s.Right, p.Seen+s.Rows
}

// end counts a finished epoch.
func (p *Position) end(e Epoch) {
	p.Epochs = append(p.Epochs, e)
	p.Steps, p.Seen, p.Right, p.Loss, p.Seconds, p.began = 0, 0, 0, 0, 0, time.Time{}
}

// mean is that of the epoch's steps so far.
func (p *Position) mean() Score {
	return Sums{Loss: p.Loss, Right: p.Right, Rows: p.Seen}.mean()
}

// check is an error if a Fit with these numbers cannot resume the position.
func (p *Position) check(f Fit, rows, batches int) error {
	switch {
	case p.BatchSize != f.Batch:
		return fmt.Errorf("cannot resume with batch size %d: the run was started with %d", f.Batch, p.BatchSize)
	case p.Rows != rows:
		return fmt.Errorf("cannot resume with %d rows of data: the run was started with %d", rows, p.Rows)
	case p.Validation != (f.Validation != nil):
		return fmt.Errorf("cannot resume with validation %t: the run was started with %t", f.Validation != nil, p.Validation)
	case p.Reshuffle != f.Reshuffle:
		return fmt.Errorf("cannot resume with reshuffle %t: the run was started with %t", f.Reshuffle, p.Reshuffle)
	case len(p.Epochs) > f.Epochs || len(p.Epochs) == f.Epochs && p.Steps > 0:
		return fmt.Errorf("cannot resume up to epoch %d: the run is in epoch %d, want at least that one (-epochs)", f.Epochs, p.epoch())
	case p.Steps < 0 || p.Steps > batches || p.Seen != min(p.Steps*f.Batch, rows) || p.Right < 0 || p.Right > p.Seen:
		return fmt.Errorf("cannot resume after %d of %d steps, %d rows and %d right ones: the numbers contradict each other",
			p.Steps, batches, p.Seen, p.Right)
	}
	for i, e := range p.Epochs {
		if e.Epoch != i+1 {
			return fmt.Errorf("cannot resume: epoch %d is numbered %d", i+1, e.Epoch)
		}
	}
	return nil
}

// epoch is the one in which the position is, from 1.
func (p *Position) epoch() int {
	if p.Steps == 0 {
		return len(p.Epochs)
	}
	return len(p.Epochs) + 1
}

// stateful is a solver whose state can be saved and restored, as those of package solver.
type stateful interface {
	View() solver.State
	SetState(solver.State) error
}

// State copies the state of the net; while a Fit runs, that after its last whole step. It is an error for a solver that
// does not export its state, as Gorgonia's own.
func (n *Net) State() (State, error) {
	var copied State
	err := n.View(func(state State) error {
		copied = state
		copied.Run, copied.Solver = state.Run.clone(), state.Solver.Clone()
		copied.Weights = nil
		for _, w := range state.Weights {
			copied.Weights = append(copied.Weights, clone(w))
		}
		return nil
	})
	return copied, err
}

// View calls look with the state of State itself, not a copy: to write it without memory for a second net. It must not
// be changed, nor kept after look, while which no step is made. look must not call methods of the net that wait for its
// weights, as State, Weights, Position and Predict do.
func (n *Net) View(look func(State) error) error {
	if !n.compiled {
		return errNotCompiled
	}
	n.weights.RLock()
	defer n.weights.RUnlock()
	k, ok := n.config.Solver.(stateful)
	if !ok {
		return fmt.Errorf("the solver %T does not export its state, want one of package solver", n.config.Solver)
	}
	state := State{Solver: k.View(), Seed: n.config.Seed, Step: n.step, Epoch: n.epoch, Run: n.run.now()}
	for _, p := range n.params {
		state.Weights = append(state.Weights, p.Value)
	}
	return look(state)
}

// Done is how many steps and epochs of training are done, from the first Fit on.
func (n *Net) Done() (steps uint64, epochs int) {
	n.weights.RLock()
	defer n.weights.RUnlock()
	return n.step, n.epoch
}

// Position is the progress of the running Fit, or of the one that the next Fit resumes; nil if there is none.
func (n *Net) Position() *Position {
	n.weights.RLock()
	defer n.weights.RUnlock()
	return n.run.clone()
}

// resume sets weights, solver and counters of a net that is being compiled.
func (n *Net) resume(state State) error {
	if err := n.checkValues(state.Weights); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	if state.Epoch < 0 || state.Epoch > math.MaxUint32 {
		return fmt.Errorf("start: epoch %d, want 0 to %d", state.Epoch, uint32(math.MaxUint32))
	}
	if err := n.resumeSolver(state.Solver); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	n.config.Seed, n.step, n.epoch, n.run = state.Seed, state.Step, state.Epoch, state.Run.clone()
	n.drawSeeds()
	for i, p := range n.params {
		p.Value = newTensor(n.config.Dtype, p.shape)
		overwrite(p.Value, state.Weights[i])
	}
	return nil
}

func (n *Net) resumeSolver(state solver.State) error {
	if state.Solver == "" && state.Step == 0 && len(state.Slots) == 0 {
		return nil
	}
	if err := n.checkSlots(state); err != nil {
		return err
	}
	k, ok := n.config.Solver.(stateful)
	if !ok {
		return fmt.Errorf("the solver %T takes no state, want one of package solver", n.config.Solver)
	}
	return k.SetState(state)
}

// checkSlots is an error for slots that do not have the shapes and the dtype of the trainable parameters, which the
// solver learns only in its first step.
func (n *Net) checkSlots(state solver.State) error {
	if len(state.Slots) > 0 && state.Slots[len(state.Slots)-1].Param != len(n.trainable)-1 {
		return fmt.Errorf("the solver's state is for %d parameters, want %d",
			state.Slots[len(state.Slots)-1].Param+1, len(n.trainable))
	}
	for _, s := range state.Slots {
		if s.Param < 0 || s.Param >= len(n.trainable) {
			return fmt.Errorf("the solver's state has a parameter %d, want 0 to %d", s.Param, len(n.trainable)-1)
		}
		p := n.trainable[s.Param]
		if len(s.Shape) != len(p.shape) || !p.shape.Eq(s.Shape) {
			return fmt.Errorf("the %s of %s has the shape %v, want %v", s.Name, p.Name, s.Shape, p.shape)
		}
		if dtype := s.Dtype(); dtype != n.config.Dtype {
			return fmt.Errorf("the %s of %s is of %v, want %v", s.Name, p.Name, dtype, n.config.Dtype)
		}
	}
	return nil
}

// SetSolver gives a compiled net another solver, which starts afresh. It fails during a Fit.
func (n *Net) SetSolver(s gorgonia.Solver) error {
	if !n.fitting.TryLock() {
		return errFitting
	}
	defer n.fitting.Unlock()
	n.weights.Lock()
	defer n.weights.Unlock()
	if !n.compiled {
		return errNotCompiled
	}
	if err := solver.Validate(s); err != nil {
		return err
	}
	n.config.Solver = s
	return nil
}

// reading calls f while the weights stay as they are.
func (n *Net) reading(f func() error) error {
	n.weights.RLock()
	defer n.weights.RUnlock()
	return f()
}

// change calls f while nobody reads weights and state.
func (n *Net) change(f func()) {
	n.weights.Lock()
	defer n.weights.Unlock()
	f()
}
