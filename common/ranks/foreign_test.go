package ranks_test

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/vm"
)

// oneMachine is a rank of those of one machine.
type oneMachine struct{ ranks.Group }

func (oneMachine) Machines() int { return 1 }

// Two ranks give the same bits whether they send early or late, on either machine that runs a graph, and so does each
// in a further Fit alone.
func TestEarlyAndLateGiveTheSameBits(t *testing.T) {
	data, how := nets.Digits(t, 35), model.Fit{Epochs: 3, Batch: 8, Validation: nets.Digits(t, 9)}
	for _, s := range nets.Solvers() {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprint(s.Name, " ", dtype), func(t *testing.T) {
				var want model.State
				var history []model.Epoch
				for _, machine := range []model.MachineFunc{model.OwnMachine, model.TapeMachine} {
					for _, late := range []bool{false, true} {
						build := func() *model.Net {
							return nets.Compile(t, nets.CNN(), model.Config{Seed: 7, Dtype: dtype, Solver: s.Make(), Machine: machine})
						}
						for rank, m := range together(t, 2, build, data, how, func(_ int, m *member) {
							if late {
								m.wrap = func(g ranks.Group) ranks.Group { return oneMachine{g} }
							}
						}) {
							if m.err != nil {
								t.Fatal(m.err)
							}
							nets.Fit(t, m.net, data, model.Fit{Epochs: 1, Batch: 8})
							if history == nil {
								want, history = nets.State(t, m.net), nets.Timeless(m.history.Epochs)
							}
							got := nets.Timeless(m.history.Epochs)
							if !reflect.DeepEqual(nets.State(t, m.net), want) || !reflect.DeepEqual(got, history) {
								t.Errorf("late %t: rank %d ends elsewhere", late, rank)
							}
						}
					}
				}
			})
		}
	}
}

// State, while ranks train, is that after a whole step, and the same on all ranks.
func TestQuestionsBesideRanks(t *testing.T) {
	var lock sync.Mutex
	seen := map[uint64]string{}
	note := func(s model.State) error {
		sum := s.Solver.Checksum()
		for _, w := range s.Weights {
			sum += fmt.Sprint(w.Data())
		}
		lock.Lock()
		defer lock.Unlock()
		if before, ok := seen[s.Step]; ok && before != sum {
			return fmt.Errorf("two states after step %d", s.Step)
		}
		seen[s.Step] = sum
		return nil
	}
	many := nets.Digits(t, 300)
	var all []*model.Net
	var questions []func() error
	for range 3 {
		n := nets.Compile(t, nets.CNN(), model.Config{Seed: 7})
		all = append(all, n)
		questions = append(questions, func() error {
			s, err := n.State()
			return errors.Join(err, note(s))
		}, func() error {
			_, err := n.Predict(many)
			return err
		})
	}
	next := 0
	build := func() *model.Net { next++; return all[next-1] }
	nets.Beside(t, questions, func() {
		for rank, m := range together(t, 3, build, nets.Digits(t, 33), model.Fit{Epochs: 4, Batch: 8}, nil) {
			if m.err != nil {
				t.Errorf("rank %d: %v", rank, m.err)
			}
		}
	})
	if len(seen) < 3 {
		t.Errorf("%d states were seen: this shows nothing", len(seen))
	}
}

// stockBias adds a bias by Gorgonia's own operations, whose results are in tensors of Gorgonia's.
type stockBias struct{ layer.Flatten }

func (stockBias) Kind() string { return "StockBias" }
func (stockBias) Params(input tensor.Shape) []layer.Param {
	return []layer.Param{{Name: "bias", Shape: tensor.Shape{input.TotalSize()}, Initializer: layer.Zeros{}}}
}
func (stockBias) Build(_ layer.Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error) {
	return gorgonia.BroadcastAdd(x, params[0], nil, []byte{0})
}

// Gradients of Gorgonia's own operations are summed too, and solvers that are not ours move the weights.
func TestRanksWithForeignParts(t *testing.T) {
	data, how := nets.Digits(t, 33), model.Fit{Epochs: 5, Batch: 8}
	softmax := layer.Dense{Units: 3, Activation: layer.Softmax}
	adam := func() gorgonia.Solver { return solver.NewAdam(0.01) }
	for _, c := range []struct {
		name   string
		last   []layer.Layer
		solver func() gorgonia.Solver
	}{
		{"layer", []layer.Layer{layer.Dense{Units: 3, NoBias: true}, stockBias{}, softmax}, adam},
		{"solver", []layer.Layer{softmax}, func() gorgonia.Solver { return gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1)) }},
		{"wrapped solver", []layer.Layer{softmax}, func() gorgonia.Solver { return halved{solver.NewAdam(0.01)} }},
		{"nothing to learn", []layer.Layer{layer.Dropout{Rate: 0.1}}, adam},
	} {
		t.Run(c.name, func(t *testing.T) {
			build := func() *model.Net {
				return nets.Compile(t, model.Sequential(model.Input(10, 10, 1), append([]layer.Layer{layer.Flatten{}}, c.last...)...),
					model.Config{Seed: 7, Dtype: tensor.Float64, Solver: c.solver()})
			}
			alone := build()
			history := nets.Fit(t, alone, data, how)
			asOne(t, together(t, 3, build, data, how, nil), alone, history, 1e-9)
		})
	}
}

// A solver that refuses a step on one rank ends all before any weight is moved.
func TestSolverThatRefuses(t *testing.T) {
	states := make([]model.State, 3)
	all := together(t, 3, nets.CNN, nets.Digits(t, 33), model.Fit{Epochs: 2, Batch: 8}, func(rank int, m *member) {
		own := solver.NewAdam(0.01)
		nets.Compile(t, m.net, model.Config{Seed: 7, Solver: own})
		m.fit.Callbacks = []model.Callback{after(1, 2, func() (err error) {
			states[rank], err = m.net.State()
			if rank == 1 {
				own.LearningRate = -1
			}
			return err
		})}
	})
	wantRankError(t, all, "epoch 1, batch 3", "rank 1", "LearningRate is -1")
	for rank, m := range all {
		got := nets.State(t, m.net)
		got.Run, states[rank].Run = nil, nil
		if !reflect.DeepEqual(got, states[rank]) {
			t.Errorf("rank %d has another state than after the last whole step", rank)
		}
	}
}

// halved is a solver that has one of package solver in it.
type halved struct{ *solver.Adam }

func (h halved) Step(m []gorgonia.ValueGrad) error {
	rate := h.LearningRate
	h.LearningRate = rate / 2
	defer func() { h.LearningRate = rate }()
	return h.Adam.Step(m)
}

// A gradient that a foreign machine has not computed is an error on all ranks.
func TestGradientThatIsMissing(t *testing.T) {
	build := func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{Seed: 7}) }
	all := together(t, 2, build, nets.Digits(t, 16), model.Fit{Epochs: 1, Batch: 8}, func(rank int, m *member) {
		if rank == 1 {
			m.net = nets.Compile(t, nets.CNN(), model.Config{Seed: 7, Machine: func(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
				return vm.New(g, outputs[:min(2, len(outputs))])
			}})
		}
	})
	wantRankError(t, all, "epoch 1, batch 1", "rank 1", "gradient", "nil")
}
