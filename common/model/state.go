package model

import (
	"fmt"
	"math"

	"gorgonia-lectures/common/solver"
)

// State is all that training depends on beside the layers and the configuration: from the same state
// it goes on with the same bits. It shares no memory with the net.
type State struct {
	Weights [][]float64  // in the order of Params, row-major
	Solver  solver.State // steps, moments; the zero State starts the solver afresh
	Seed    uint64       // with Step and Epoch, which count from the first Fit, the whole random state
	Step    uint64       // training steps done: dropout is a function of it
	Epoch   int          // epochs done: the shuffle is a function of it
}

// keeper is a solver whose state can be taken and given back: package solver's can.
type keeper interface {
	State() solver.State
	SetState(solver.State) error
}

// State copies the state of the net: that of the last whole step while a Fit runs, and between two
// epochs, as in a callback's EpochEnd, one from which training goes on as if it had not been
// interrupted. It is an error for a solver that keeps its state to itself, as Gorgonia's own do.
func (n *Net) State() (State, error) {
	if !n.compiled {
		return State{}, errNotCompiled
	}
	n.weights.RLock()
	defer n.weights.RUnlock()
	k, ok := n.config.Solver.(keeper)
	if !ok {
		return State{}, fmt.Errorf("the solver %T keeps its state to itself, want one of package solver", n.config.Solver)
	}
	state := State{Solver: k.State(), Seed: n.config.Seed, Step: n.step, Epoch: n.epoch}
	for _, p := range n.params {
		state.Weights = append(state.Weights, Float64s(p.Value))
	}
	return state, nil
}

// resume sets weights, solver and counters of a net that is being compiled.
func (n *Net) resume(state State) error {
	if err := n.checkSizes(state.Weights); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	if state.Epoch < 0 || state.Epoch > math.MaxUint32 {
		return fmt.Errorf("start: epoch %d, want 0 to %d", state.Epoch, uint32(math.MaxUint32))
	}
	if err := n.resumeSolver(state.Solver); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	n.config.Seed, n.step, n.epoch = state.Seed, state.Step, state.Epoch
	for i, p := range n.params {
		p.Value = newTensor(n.config.Dtype, p.shape)
		store(p.Value, state.Weights[i])
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
	k, ok := n.config.Solver.(keeper)
	if !ok {
		return fmt.Errorf("the solver %T takes no state, want one of package solver", n.config.Solver)
	}
	return k.SetState(state)
}

// checkSlots is an error for slots that do not have the shapes and the dtype of the parameters: the
// solver, which has not seen these, would find out in its first step.
func (n *Net) checkSlots(state solver.State) error {
	if len(state.Slots) > 0 && state.Slots[len(state.Slots)-1].Param != len(n.params)-1 {
		return fmt.Errorf("the solver's state is for %d parameters, want %d",
			state.Slots[len(state.Slots)-1].Param+1, len(n.params))
	}
	for _, s := range state.Slots {
		if s.Param < 0 || s.Param >= len(n.params) {
			return fmt.Errorf("the solver's state has a parameter %d, want 0 to %d", s.Param, len(n.params)-1)
		}
		p := n.params[s.Param]
		if len(s.Shape) != len(p.shape) || !p.shape.Eq(s.Shape) {
			return fmt.Errorf("the %s of %s has the shape %v, want %v", s.Name, p.Name, s.Shape, p.shape)
		}
		if dtype := s.Dtype(); dtype != n.config.Dtype {
			return fmt.Errorf("the %s of %s is of %v, want %v", s.Name, p.Name, dtype, n.config.Dtype)
		}
	}
	return nil
}

// endEpoch counts an epoch; State may be reading.
func (n *Net) endEpoch() {
	n.weights.Lock()
	defer n.weights.Unlock()
	n.epoch++
}
