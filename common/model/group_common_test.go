package model_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/vm"
)

// shared runs a test's ranks with memory in common.
func shared(t *testing.T) {
	sharing = true
	t.Cleanup(func() { sharing = false })
}

// Two ranks come to the same bits by messages and in common memory, with either machine; then each goes on alone, on
// memory of its own, as the others do.
func TestBothWaysGiveTheSameBits(t *testing.T) {
	data, how := digits(t, 35), model.Fit{Epochs: 3, Batch: 8, Validation: digits(t, 9)}
	for name := range solvers() {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprint(name, " ", dtype), func(t *testing.T) {
				var want model.State
				var history []model.Epoch
				eachWay(t, func(t *testing.T) {
					for i, machine := range []model.MachineFunc{model.OwnMachine, model.TapeMachine} {
						build := func() *model.Net {
							return compile(t, smallCNN(), model.Config{Seed: 7, Dtype: dtype, Solver: solvers()[name], Machine: machine})
						}
						for rank, m := range together(t, 2, build, data, how, nil) {
							if m.err != nil {
								t.Fatal(m.err)
							}
							fit(t, m.net, data, model.Fit{Epochs: 1, Batch: 8})
							if history == nil {
								want, history = stateOf(t, m.net), bare(m.history)
							}
							if got := stateOf(t, m.net); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(bare(m.history), history) {
								t.Errorf("rank %d with machine %d ends elsewhere", rank, i)
							}
						}
					}
				})
			})
		}
	}
}

// A Fit leaves the weights in the tensors, and at the place, where it has found them.
func TestRanksLeaveTheWeightsWhereTheyWere(t *testing.T) {
	shared(t)
	type place struct {
		tensor *tensor.Dense
		first  *float32
	}
	places := func(n *model.Net) (list []place) {
		for _, p := range n.Params() {
			list = append(list, place{p.Value, &p.Value.Float32s()[0]})
		}
		return list
	}
	before := make([][]place, 2)
	all := together(t, 2, func() *model.Net { return compile(t, smallCNN(), model.Config{Seed: 7}) }, digits(t, 16), model.Fit{Epochs: 1, Batch: 8}, func(rank int, m *member) {
		before[rank] = places(m.net)
		m.fit.Callbacks = []model.Callback{{
			BatchEnd: func(model.Batch) error {
				if slices.Equal(places(m.net), before[rank]) {
					t.Errorf("rank %d has the weights to itself", rank)
				}
				return nil
			},
			TrainEnd: func(*model.History) error {
				if !slices.Equal(places(m.net), before[rank]) {
					t.Errorf("rank %d has not all weights to itself when the training has ended", rank)
				}
				return nil
			},
		}}
	})
	for _, m := range all {
		if m.err != nil {
			t.Error(m.err)
		}
	}
}

// Whoever asks beside the ranks' training, on any rank, gets the state behind a whole step: all ranks have the same one there.
func TestQuestionsBesideRanks(t *testing.T) { eachWay(t, testQuestionsBesideRanks) }

func testQuestionsBesideRanks(t *testing.T) {
	var lock sync.Mutex
	seen := map[uint64]string{}
	note := func(s model.State) error {
		sum := fmt.Sprint(s.Weights)
		if s.Step > 0 { // before, a solver may have slots of zeros or none yet
			sum += s.Solver.Checksum()
		}
		lock.Lock()
		defer lock.Unlock()
		if before, ok := seen[s.Step]; ok && before != sum {
			return fmt.Errorf("two states behind step %d", s.Step)
		}
		seen[s.Step] = sum
		return nil
	}
	many := digits(t, 300)
	var nets []*model.Net
	build := func() *model.Net {
		nets = append(nets, compile(t, smallCNN(), model.Config{Seed: 7}))
		return nets[len(nets)-1]
	}
	for range 3 {
		build()
	}
	var questions []func() error
	for _, n := range nets {
		questions = append(questions, func() error {
			s, err := n.State()
			return errors.Join(err, note(s))
		}, func() error {
			_, err := n.Predict(many)
			return err
		})
	}
	next := 0
	beside(t, questions, func() {
		for rank, m := range together(t, 3, func() *model.Net { next++; return nets[next-1] }, digits(t, 33), model.Fit{Epochs: 4, Batch: 8}, nil) {
			if m.err != nil {
				t.Errorf("rank %d: %v", rank, m.err)
			}
		}
	})
	if len(seen) < 3 {
		t.Errorf("%d states were seen: this shows nothing", len(seen))
	}
}

// stockBias adds a bias by Gorgonia's own operations, whose results are where Gorgonia wants them.
type stockBias struct{ layer.Flatten }

func (stockBias) Kind() string { return "StockBias" }
func (stockBias) Params(input tensor.Shape) []layer.Param {
	return []layer.Param{{Name: "bias", Shape: tensor.Shape{input.TotalSize()}, Initializer: constant(input.TotalSize())}}
}
func (stockBias) Build(_ layer.Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error) {
	return gorgonia.BroadcastAdd(x, params[0], nil, []byte{0})
}

// Gradients that are computed elsewhere come together too, and solvers of others move the weights.
func TestRanksWithForeignParts(t *testing.T) { eachWay(t, testRanksWithForeignParts) }

func testRanksWithForeignParts(t *testing.T) {
	data, how := digits(t, 33), model.Fit{Epochs: 5, Batch: 8}
	for name, c := range map[string]struct {
		last   []layer.Layer
		solver func() gorgonia.Solver
	}{
		"layer":            {[]layer.Layer{layer.Dense{Units: 3, NoBias: true}, stockBias{}, layer.Dense{Units: 3, Activation: layer.Softmax}}, func() gorgonia.Solver { return solver.NewAdam(0.01) }},
		"solver":           {[]layer.Layer{layer.Dense{Units: 3, Activation: layer.Softmax}}, func() gorgonia.Solver { return gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1)) }},
		"wrapped":          {[]layer.Layer{layer.Dense{Units: 3, Activation: layer.Softmax}}, func() gorgonia.Solver { return halved{solver.NewAdam(0.01)} }},
		"nothing to learn": {[]layer.Layer{layer.Dropout{Rate: 0.1}}, func() gorgonia.Solver { return solver.NewAdam(0.01) }},
	} {
		t.Run(name, func(t *testing.T) {
			build := func() *model.Net {
				return compile(t, model.Sequential(model.Input(10, 10, 1), append([]layer.Layer{layer.Flatten{}}, c.last...)...),
					model.Config{Seed: 7, Dtype: tensor.Float64, Solver: c.solver()})
			}
			alone := build()
			history := fit(t, alone, data, how)
			asOne(t, together(t, 3, build, data, how, nil), alone, history, 1e-9)
		})
	}
}

// A solver that refuses a step on one rank ends all before any weight is moved.
func TestSolverThatRefuses(t *testing.T) { eachWay(t, testSolverThatRefuses) }

func testSolverThatRefuses(t *testing.T) {
	states := make([]model.State, 3)
	for rank, m := range solversOfRanks(t, func(rank int, m *member, s *solver.Adam) (err error) {
		states[rank], err = m.net.State()
		if rank == 1 {
			s.LearningRate = -1
		}
		return err
	}) {
		checkRankError(t, rank, m.err, "epoch 1, batch 3: rank 1: solver: Adam: LearningRate is -1, want a finite number above 0")
		got := stateOf(t, m.net)
		got.Run, states[rank].Run = nil, nil
		if !reflect.DeepEqual(got, states[rank]) {
			t.Errorf("rank %d has another state than behind the last whole step", rank)
		}
	}
}

// Ranks whose solvers have come apart do not end as if all were well.
func TestSolversThatComeApart(t *testing.T) {
	shared(t)
	for want, change := range map[string]func(s *solver.Adam) error{
		"rank 1: solver *solver.Adam{LearningRate:0.5 ":                                  func(s *solver.Adam) error { s.LearningRate = 0.5; return nil },
		"epoch 1, batch 3: rank 1: solver: the state was set while the solver is shared": func(s *solver.Adam) error { return s.SetState(s.State()) },
	} {
		for rank, m := range solversOfRanks(t, func(rank int, _ *member, s *solver.Adam) error {
			if rank == 1 {
				return change(s)
			}
			return nil
		}) {
			if known := new(model.RankError); !errors.As(m.err, &known) || !strings.HasPrefix(m.err.Error(), want) {
				t.Errorf("rank %d: %v, want %s", rank, m.err, want)
			}
			if _, err := m.net.Predict(digits(t, 1)); err != nil {
				t.Errorf("rank %d predicts no more: %v", rank, err)
			}
		}
	}
}

// solversOfRanks trains three ranks, and lets a test at the solver of each behind the second step.
func solversOfRanks(t *testing.T, change func(rank int, m *member, s *solver.Adam) error) []*member {
	t.Helper()
	return together(t, 3, smallCNN, digits(t, 33), model.Fit{Epochs: 2, Batch: 8}, func(rank int, m *member) {
		own := solver.NewAdam(0.01)
		compile(t, m.net, model.Config{Seed: 7, Solver: own})
		m.fit.Callbacks = []model.Callback{behind(1, 2, func() error { return change(rank, m, own) })}
	})
}

// halved is a solver of one's own that has one of package solver in it.
type halved struct{ *solver.Adam }

func (h halved) Step(m []gorgonia.ValueGrad) error {
	rate := h.LearningRate
	h.LearningRate = rate / 2
	defer func() { h.LearningRate = rate }()
	return h.Adam.Step(m)
}

// A gradient that a machine of one's own has not computed is an error on all ranks.
func TestGradientThatIsMissing(t *testing.T) { eachWay(t, testGradientThatIsMissing) }

func testGradientThatIsMissing(t *testing.T) {
	build := func() *model.Net { return compile(t, smallCNN(), model.Config{Seed: 7}) }
	all := together(t, 2, build, digits(t, 16), model.Fit{Epochs: 1, Batch: 8}, func(rank int, m *member) {
		if rank == 1 {
			m.net = compile(t, smallCNN(), model.Config{Seed: 7, Machine: func(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
				return vm.New(g, outputs[:min(2, len(outputs))])
			}})
		}
	})
	for rank, m := range all {
		if known := new(model.RankError); !errors.As(m.err, &known) || !strings.HasPrefix(m.err.Error(), "epoch 1, batch 1: rank 1: a gradient is a <nil>, want a dense tensor") {
			t.Errorf("rank %d: %v", rank, m.err)
		}
	}
}
